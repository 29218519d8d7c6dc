package config

import (
	"slices"
	"strings"

	xlanguage "golang.org/x/text/language"

	words "roundup/internal/language"
)

// language warns where the words around the articles will be English ones.
func (v *validator) language() {
	tag, err := xlanguage.Parse(v.Newsletter.Language)
	if err != nil { // was reported when the value was read
		return
	}
	if base, _ := tag.Base(); !slices.Contains(words.Known(), base.String()) {
		v.warn("newsletter.language", v.Newsletter.Language+" has no words yet: English ones are used",
			"there are words in "+strings.Join(words.Known(), ", "))
	}
}
