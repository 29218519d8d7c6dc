package language

import (
	"strings"
	"unicode"
)

// Key names a thing in addresses and settings by its title: folded, with hyphens
// between the words. "" where there is no letter or digit in it.
func Key(title string) string {
	return strings.Join(strings.FieldsFunc(Fold(title), func(r rune) bool {
		return !unicode.In(r, unicode.L, unicode.N, unicode.M)
	}), "-")
}
