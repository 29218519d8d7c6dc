package subscribers

import (
	"slices"
	"strings"
)

const (
	maxLabel  = 100 // runes of a label that are kept
	maxLabels = 100 // labels of one subscriber that are kept
)

// CleanLabel cleans a label as CleanLabels does; "" where nothing is left of it.
func CleanLabel(label string) string { return cleanLine(label, maxLabel) }

// CleanLabels cleans each label as CleanName does a name, drops the empty ones
// and those that differ from an earlier one only in case, and keeps at most 100.
func CleanLabels(labels []string) []string { return MergeLabels(nil, labels) }

// MergeLabels adds to have, which stays as it is, those of add that it lacks, cleaned as CleanLabels cleans them.
func MergeLabels(have, add []string) []string {
	merged := append([]string(nil), have...)
	seen := make(map[string]bool, len(have)+len(add))
	for _, label := range have {
		seen[strings.ToLower(label)] = true
	}
	for _, label := range add {
		label = cleanLine(label, maxLabel)
		key := strings.ToLower(label)
		if label == "" || seen[key] || len(merged) >= maxLabels {
			continue
		}
		seen[key] = true
		merged = append(merged, label)
	}
	return merged
}

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
