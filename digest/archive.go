package digest

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"roundup/internal/language"
)

// ArchivedPage is an issue's page as it was frozen with the issue.
type ArchivedPage struct {
	Issue    Issue
	HTML     string
	Previous Issue // the one before it in the archive, without its articles; Number 0 for none
	Next     Issue // likewise
}

// ArchiveQuery says which issues of the archive are asked for. The zero value is all.
type ArchiveQuery struct {
	Words    []string  // each of them is in the issue; see SearchWords
	Section  string    // it has a section of this key
	From     time.Time // it is dated then or later
	Until    time.Time // it is dated before
	Before   int       // its number is lower
	Limit    int       // at most this many, the newest; 0 for all
	Articles bool      // with their articles
}

// Limits on searching: strangers type it, and each word is looked for in every issue.
const (
	maxSearch      = 100     // characters of what somebody types
	maxSearchWords = 6       // words of it
	maxSearched    = 100_000 // octets of an issue
)

// SearchWords are the words that are looked for in the archive, folded. A control
// character, which no database need take, is between words.
func SearchWords(typed string) []string {
	runes := []rune(typed)
	if len(runes) > maxSearch {
		runes = runes[:maxSearch]
	}
	var words []string
	between := func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }
	for _, word := range strings.FieldsFunc(language.FoldSearch(string(runes)), between) {
		if !slices.Contains(words, word) && len(words) < maxSearchWords {
			words = append(words, word)
		}
	}
	return words
}

// SearchText is what an issue is found by: all that it prints, folded as the words
// that are looked for.
func SearchText(i Issue) string {
	texts := []string{i.Subject, i.Preheader, i.Note}
	for _, c := range i.Corrections {
		texts = append(texts, c.Text)
	}
	for _, section := range i.Sections {
		texts = append(texts, section.Title)
		for _, a := range section.Articles {
			texts = append(texts, a.Headline, a.Text)
			texts = append(texts, a.Labels...)
			for _, author := range a.Authors {
				texts = append(texts, author.Name)
			}
		}
	}
	text := language.FoldSearch(strings.Join(texts, "\n"))
	if len(text) > maxSearched {
		text = strings.ToValidUTF8(text[:maxSearched], "")
	}
	return text
}
