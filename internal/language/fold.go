package language

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold returns the key under which labels, names of authors and the like
// match: without regard to case, to accents on Latin and Greek letters, to the
// compatibility forms of Unicode ("ﬁ", "Ａ") or to white space. Marks of other
// scripts make other letters and stay.
func Fold(label string) string {
	var b strings.Builder
	accents := false // whether marks on the letter before are accents
	for _, r := range norm.NFKD.String(label) {
		if unicode.Is(unicode.Mn, r) {
			if !accents {
				b.WriteRune(r)
			}
			continue
		}
		accents = unicode.In(r, unicode.Latin, unicode.Greek)
		b.WriteRune(r)
	}
	folded := cases.Fold().String(b.String())
	return norm.NFC.String(strings.Join(strings.Fields(folded), " "))
}

// Same reports whether two labels, names or titles match, as Fold has it.
func Same(a, b string) bool { return Fold(a) == Fold(b) }
