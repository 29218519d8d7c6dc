package language

import (
	"slices"
	"strings"
	"unicode"
)

const (
	softHyphen = "\u00ad"
	// longWord is how many letters of a word stand in a phone's line beside a
	// picture: a longer one is given places where it may be broken.
	longWord = 17
	// leastPiece is how many letters stay together at least.
	leastPiece = 4
)

// Breakable puts soft hyphens into the long words of a language that joins its
// words into one, where they are joined as far as that shows. Mail programs that
// hyphenate by themselves are few. Nothing is guessed: a word broken wrongly
// reads worse than one that runs to the edge.
func (w Words) Breakable(s string) string {
	if len(w.Joints) == 0 {
		return s
	}
	words := strings.Split(s, " ")
	for i, word := range words {
		letters := []rune(word)
		if len(letters) <= longWord || strings.ContainsAny(word, ":/@.") {
			continue
		}
		if !strings.ContainsFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsPunct(r) }) {
			words[i] = w.hyphenated(letters)
		}
	}
	return strings.Join(words, " ")
}

// hyphenated is a word with its soft hyphens.
func (w Words) hyphenated(word []rune) string {
	var b strings.Builder
	last := 0
	for i, r := range word {
		if i-last >= leastPiece && len(word)-i >= leastPiece && w.joined(word, i) {
			b.WriteString(softHyphen)
			last = i
		}
		if r == '-' {
			last = i + 1
		}
		b.WriteRune(r)
	}
	return b.String()
}

// joined reports whether a word is joined before its letter i: behind an ending
// that joins, or before a word that often stands second.
func (w Words) joined(word []rune, i int) bool {
	before, after := strings.ToLower(string(word[:i])), strings.ToLower(string(word[i:]))
	return slices.ContainsFunc(w.Joints, func(j string) bool { return strings.HasSuffix(before, j) }) ||
		slices.ContainsFunc(w.Seconds, func(s string) bool { return strings.HasPrefix(after, s) })
}
