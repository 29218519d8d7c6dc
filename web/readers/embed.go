package readers

import (
	"strings"

	"roundup/internal/language"
	"roundup/subscribers"
)

// Embed is the sign-up form for a page of the publication's own site, which must be one
// that may post here (Options.Origins), in a language; who signs up by it has chosen that
// where chosen is set.
func Embed(baseURL, tag string, chosen bool, sections []Section) (string, error) {
	set, err := parsePages(nil)
	if err != nil {
		return "", err
	}
	words := language.WordsFor(tag)
	choice := ""
	if chosen {
		choice = tag
	}
	var b strings.Builder
	err = set.ExecuteTemplate(&b, "embed", struct {
		Action, Language, Direction string
		Words                       language.JoinWords
		Choosing                    language.ChoosingWords
		Sections                    []sectionBox
		Chosen                      string
	}{baseURL + "/subscribe", words.Language(), words.Direction(), words.Join, words.Choosing, boxes(sections, subscribers.Choice{}), choice})
	return strings.TrimSpace(b.String()) + "\n", err
}
