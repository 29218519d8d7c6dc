package digest

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"roundup/internal/language"
)

// maxGreeted is the longest name, in characters, that anybody is greeted by.
// What is longer was not meant as one.
const maxGreeted = 60

// Greeting is the line above the editor's note in the words of the newsletter's
// language, frozen with an issue.
type Greeting struct {
	Named string // "Dear {name},"
	All   string // "Dear reader,": those who gave no name to greet them by
}

// linkLike is what mail programs turn into a link.
var linkLike = regexp.MustCompile(`@|://|(?i:\bwww\.)|[\pL\pN-]\.\pL{2}`)

// For greets the reader of this name, which a stranger may have typed into a
// form: it becomes one line of plain text. A name without a letter, a very long
// one, and one that mail programs would make a link of is not repeated.
func (g Greeting) For(name string) string {
	name = language.Plain(name)
	switch {
	case !strings.ContainsFunc(name, unicode.IsLetter),
		utf8.RuneCountInString(name) > maxGreeted,
		linkLike.MatchString(name):
		return language.Plain(g.All)
	}
	line := language.Plain(g.Named)
	fromRight := language.RunsFromRight(strings.ReplaceAll(line, "{name}", ""), false)
	return language.Fill(line, "name", language.Isolate(name, fromRight))
}
