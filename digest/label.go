package digest

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// labelSeparators stand between labels that a feed put into one category:
// "Analysis | Reporting | Europe". A comma or a slash may belong to a name
// ("Arts, Culture", "Israel/Palestine"), so they separate nothing.
const labelSeparators = "|¦;·•"

// SplitLabels returns the labels of a feed's categories, one each and in their
// order: what holds several is split, white space is tidied, empty ones and
// those that differ only in case or accents from an earlier one are dropped.
func SplitLabels(categories []string) []string {
	var labels []string
	seen := map[string]bool{}
	for _, category := range categories {
		pieces := strings.FieldsFunc(category, func(r rune) bool { return strings.ContainsRune(labelSeparators, r) })
		for _, piece := range pieces {
			label := strings.Join(strings.Fields(piece), " ")
			key := FoldLabel(label)
			if key == "" || seen[key] {
				continue
			}
			seen[key] = true
			labels = append(labels, label)
		}
	}
	return labels
}

// FoldLabel returns the key under which labels, names of authors and the like
// match: without regard to case, to accents on Latin and Greek letters, to the
// compatibility forms of Unicode ("ﬁ", "Ａ") or to white space. Marks of other
// scripts make other letters and stay.
func FoldLabel(label string) string {
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
