// Package oneline makes foreign text fit for one line.
//
// It must not know what the line is of.
package oneline

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Of makes foreign text fit for one line of a header or a report: what Plain
// makes of it, in at most so many octets; every run of white space is one space.
func Of(s string, most int) string {
	if len(s) <= most && isPlain(s) {
		return s
	}
	if len(s) > 4*most {
		s = s[:4*most] // white space may shrink; nothing grows
	}
	s = strings.Join(strings.Fields(Plain(s)), " ")
	if len(s) <= most {
		return s
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return strings.TrimRight(s[:cut], " ")
}

// isPlain reports whether s is words of printable ASCII with one space between them: nearly
// all of what each message has done to it is.
func isPlain(s string) bool {
	before := byte(' ')
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == ' ' && before == ' ' {
			return false
		}
		before = s[i]
	}
	return s == "" || before != ' '
}

// Plain makes foreign text harmless for a line of a terminal: valid UTF-8, without
// control characters, line breaks and marks that turn the direction of what
// follows. Its white space stays as wide as it is.
func Plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), unicode.IsSpace(r), r == '\u2028', r == '\u2029':
			return ' '
		case isBidiControl(r), r == '\ufeff':
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
}

// isBidiControl reports whether r changes the direction of text beyond itself
// (Unicode Bidi_Control, less the three marks that do not).
func isBidiControl(r rune) bool {
	return '\u202a' <= r && r <= '\u202e' || '\u2066' <= r && r <= '\u2069'
}
