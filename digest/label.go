package digest

import (
	"strings"

	"roundup/internal/language"
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
			key := language.Fold(label)
			if key == "" || seen[key] {
				continue
			}
			seen[key] = true
			labels = append(labels, label)
		}
	}
	return labels
}
