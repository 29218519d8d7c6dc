package digest

import "strings"

// Curl, Credit and Breakable are the typography of a language, for tests.
func Curl(language, s string) string { return WordsFor(language).curl(s) }

// Credit says who made a picture.
func Credit(language, by string) string { return WordsFor(language).creditOf(by) }

// Breakable shows soft hyphens as hyphens.
func Breakable(language, s string) string {
	return strings.ReplaceAll(WordsFor(language).breakable(s), softHyphen, "-")
}
