package subscribers

import (
	"slices"
	"strings"
)

// CleanLabel cleans a label as CleanLabels does; "" where nothing is left of it.
func CleanLabel(label string) string { return cleanLine(label, maxLabel) }

// Labelling gives readers a label, or takes it from them. Labels that differ only in
// case are one.
type Labelling struct {
	Label string // clean (CleanLabel)
	Take  bool
}

// Apply returns what it makes of a reader's labels: as many as before where it changes
// nothing.
func (l Labelling) Apply(have []string) []string {
	if l.Take {
		return slices.DeleteFunc(slices.Clone(have), l.is)
	}
	return MergeLabels(have, []string{l.Label})
}

// Full reports whether a reader can't be given the label, for having 100 others.
func (l Labelling) Full(have []string) bool {
	return !l.Take && len(have) >= maxLabels && !slices.ContainsFunc(have, l.is)
}

// Changes reports whether a reader's labels are to become others: not where they are Full.
func (l Labelling) Changes(have []string) bool {
	return !l.Full(have) && len(l.Apply(have)) != len(have)
}

func (l Labelling) is(label string) bool { return strings.EqualFold(label, l.Label) }
