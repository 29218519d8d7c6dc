package subscribers

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const (
	maxName   = 200 // runes of a name that are kept
	maxLabel  = 100 // runes of a label that are kept
	maxLabels = 100 // labels of one subscriber that are kept
)

// CleanName makes one printable line of a name: NFC, white space collapsed,
// controls and invisible characters (bidi overrides above all) removed, at most
// 200 runes. Markup and template syntax stay: who prints it escapes it.
func CleanName(s string) string { return cleanLine(s, maxName) }

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

// cleanLine is CleanName with its own length.
func cleanLine(s string, limit int) string {
	if isCleanLine(s, limit) {
		return s
	}
	if len(s) > 16*limit { // composing a megabyte to keep 200 runes is a waste
		s = s[:16*limit]
	}
	s = strings.Map(printable, strings.ToValidUTF8(s, ""))
	s = norm.NFC.String(strings.Join(strings.Fields(s), " "))
	if runes := []rune(s); len(runes) > limit {
		s = strings.TrimSpace(string(runes[:limit]))
	}
	return s
}

// isCleanLine spares plain ASCII the work.
func isCleanLine(s string, limit int) bool {
	for i := range len(s) {
		inner := s[i] == ' ' && i > 0 && i+1 < len(s) && s[i-1] != ' '
		if (s[i] <= ' ' || s[i] > '~') && !inner {
			return false
		}
	}
	return len(s) <= limit
}

// printable maps white space to a space, keeps what shows, and the two joiners
// that Persian, Indic names and emoji need, and drops the rest.
func printable(r rune) rune {
	switch {
	case unicode.IsSpace(r):
		return ' '
	case r == '\u200c' || r == '\u200d':
		return r
	case unicode.IsControl(r), unicode.In(r, unicode.Cf, unicode.Co, unicode.Cs):
		return -1
	case r == unicode.ReplacementChar:
		return -1
	}
	return r
}
