package letter

import (
	"strings"
	"unicode/utf8"

	"roundup/digest"
	"roundup/internal/language"
)

// newGreeting is the greeting in the words of a publication's language.
func newGreeting(pub digest.Publication) digest.Greeting {
	words := language.WordsFor(pub.Language)
	return digest.Greeting{Named: words.Greeting, All: words.GreetingAll}
}

// maxSalutation is the longest line, in characters, that is taken for one.
const maxSalutation = 60

// hasSalutation reports whether a note begins with a salutation of the editor's own:
// a short paragraph that ends as one does, in general or in the words' own
// language. Nobody is greeted twice.
func hasSalutation(note Note, words language.Words) bool {
	first, _, more := strings.Cut(note.Text, "\n\n")
	last, _ := utf8.DecodeLastRuneInString(first)
	usual, _ := utf8.DecodeLastRuneInString(words.GreetingAll)
	return more && utf8.RuneCountInString(first) <= maxSalutation && strings.ContainsRune(",!،，！"+string(usual), last)
}
