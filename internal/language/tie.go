package language

import "strings"

// NoBreak is a space that no line ends at.
const NoBreak = "\u00a0"

// Tie keeps lines from ending where an editor would not let them: before
// French punctuation, inside a number such as 14 000, behind a word of one
// letter in the languages that ask for it (Tied).
func (w Words) Tie(s string) string {
	words := strings.Split(s, " ")
	var b strings.Builder
	for i, word := range words {
		switch {
		case i == 0:
		case w.tied(words[i-1], word):
			b.WriteString(NoBreak)
		default:
			b.WriteByte(' ')
		}
		b.WriteString(word)
	}
	return b.String()
}

// tied reports whether two words that follow each other stay on one line.
func (w Words) tied(word, next string) bool {
	const digits = "0123456789"
	switch {
	case word == "" || next == "":
		return false
	case word == "«" || strings.HasPrefix(next, "»") || strings.Trim(next, ":;!?%") == "":
		return true
	case strings.Trim(word, digits) == "" && len(word) <= 3 && strings.Trim(next[:min(3, len(next))], digits) == "" && len(next) >= 3:
		return strings.TrimLeft(next[3:], digits) == next[3:]
	}
	letter := strings.TrimLeft(word, "(„«\"")
	return letter != "" && len([]rune(letter)) == 1 && strings.Contains(w.Tied, letter)
}
