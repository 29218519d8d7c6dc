package digest

import (
	"slices"
	"strings"
	"unicode"

	"roundup/internal/language"
)

// empty reports whether a match asks for nothing.
func (m Match) empty() bool { return len(m.Labels)+len(m.Authors)+len(m.Words) == 0 }

// firstMatch names the first thing of a match that an article has, as configured:
// "label sponsored", "author A. Writer", "word advertorial"; "" for none.
func (m Match) firstMatch(e *contender) string {
	for _, label := range m.Labels {
		if slices.Contains(e.labels, language.Fold(label)) {
			return "label " + label
		}
	}
	for _, author := range m.Authors {
		if slices.Contains(e.authors, language.Fold(author)) {
			return "author " + author
		}
	}
	if len(m.Words) == 0 {
		return ""
	}
	text := wordsOf(e.Title + "\n" + e.Dek + "\n" + e.Summary)
	for _, word := range m.Words {
		if hasWord(text, word) {
			return "word " + word
		}
	}
	return ""
}

// noMatch says in words that an article has nothing of a match: "none of the
// labels analysis, opinion".
func (m Match) noMatch() string {
	var kinds []string
	for _, kind := range []struct {
		one, many string
		of        []string
	}{
		{"not the label ", "none of the labels ", m.Labels},
		{"not the author ", "none of the authors ", m.Authors},
		{"not the word ", "none of the words ", m.Words},
	} {
		switch len(kind.of) {
		case 0:
		case 1:
			kinds = append(kinds, kind.one+kind.of[0])
		default:
			kinds = append(kinds, kind.many+strings.Join(kind.of, ", "))
		}
	}
	return strings.Join(kinds, "; ")
}

// wordsOf returns a text as its words, each with a space before and after,
// without regard to case, accents and punctuation.
func wordsOf(text string) string {
	fields := strings.FieldsFunc(language.Fold(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsNumber(r)
	})
	return " " + strings.Join(fields, " ") + " "
}

// hasWord reports whether a text, as wordsOf gives it, holds a word or a phrase
// as a whole: "ad" is not in "adventure". In scripts written without spaces any
// part will do.
func hasWord(text, word string) bool {
	word = wordsOf(word)
	if strings.TrimSpace(word) == "" {
		return false
	}
	if strings.ContainsFunc(word, func(r rune) bool {
		return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
	}) {
		word = strings.TrimSpace(word)
	}
	return strings.Contains(text, word)
}

// renamed returns the name a label is printed under.
func (r Rules) renamed(label string) string {
	key := language.Fold(label)
	for _, rename := range r.Rename {
		if language.Fold(rename.From) == key {
			return rename.To
		}
	}
	return label
}

// hidden reports whether a label is never printed.
func (r Rules) hidden(label string) bool {
	return language.Fold(label) == "" || holdsLabel(r.Hide, label)
}

// allowed reports whether a label may be printed, where only some may.
func (r Rules) allowed(label string) bool {
	return len(r.Only) == 0 || holdsLabel(r.Only, label)
}

func holdsLabel(list []string, label string) bool {
	key := language.Fold(label)
	return slices.ContainsFunc(list, func(l string) bool { return language.Fold(l) == key })
}

// printedLabels returns labels as an issue prints them: hidden ones removed, by
// their old or their new name, and those that are not allowed by either; the
// others renamed, each once.
func (r Rules) printedLabels(labels []string) []string {
	var printed []string
	for _, label := range labels {
		name := r.renamed(label)
		if !r.hidden(label) && !r.hidden(name) && (r.allowed(label) || r.allowed(name)) {
			printed = joinLabels(printed, []string{name})
		}
	}
	return printed
}
