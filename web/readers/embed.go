package readers

import (
	"strings"

	"roundup/internal/language"
)

// Embed is the sign-up form for a page of the publication's own site, which must be one
// that may post here (Options.Origins).
func Embed(baseURL, tag string) (string, error) {
	set, err := parsePages(nil)
	if err != nil {
		return "", err
	}
	words := language.WordsFor(tag)
	var b strings.Builder
	err = set.ExecuteTemplate(&b, "embed", struct {
		Action, Language, Direction string
		Words                       language.JoinWords
	}{baseURL + "/subscribe", words.Language(), words.Direction(), words.Join})
	return strings.TrimSpace(b.String()) + "\n", err
}
