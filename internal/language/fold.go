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

// FoldSearch is Fold for words that are looked for in a text: it also takes the ways of
// writing Arabic for one that people don't keep apart where they type. The marks of vowels
// and the line that draws a word out are left out, letters with a hamza and those at the end
// of a word are the bare ones, and digits are ours.
func FoldSearch(text string) string {
	return Fold(strings.Map(searched, norm.NFKD.String(text)))
}

// searched is a letter, apart from its marks, as it is looked for; -1 for none.
func searched(r rune) rune {
	switch {
	case r >= '\u064B' && r <= '\u0655', r == '\u0670', r == '\u0640': // vowels and hamzas above and below, tatweel
		return -1
	case r >= '٠' && r <= '٩':
		return '0' + r - '٠'
	case r >= '۰' && r <= '۹': // of Persian and Urdu
		return '0' + r - '۰'
	}
	switch r {
	case 'ٱ':
		return 'ا'
	case 'ة':
		return 'ه'
	case 'ى':
		return 'ي'
	}
	return r
}
