package subscribers

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const maxName = 200 // runes of a name that are kept

// CleanName makes one printable line of a name: NFC, white space collapsed,
// controls and invisible characters (bidi overrides above all) removed, at most
// 200 runes. Markup and template syntax stay: who prints it escapes it.
func CleanName(s string) string { return cleanLine(s, maxName) }

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
