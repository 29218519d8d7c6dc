package relay

import (
	"bytes"
	"fmt"
	"unicode"
	"unicode/utf8"
)

// MaxLine is the longest line of a message, in octets without CRLF (RFC 5322, 2.1.1).
const MaxLine = 998

// Traits are what a message needs of a relay, and what is wrong with it.
type Traits struct {
	Header8Bit bool   // non-ASCII octets before the first empty line
	Body8Bit   bool   // and after it
	Dots       bool   // a line begins with a dot
	Flaw       string // a line too long, or a bare CR or LF; "" for none
	inspected  bool
}

// Inspect reads a message once. A message that holds a bare CR or LF must not
// reach a relay: servers disagree on where such a message ends (CVE-2023-51764).
func Inspect(data []byte) Traits {
	t := Traits{inspected: true}
	inHeader := true
	for n := 1; len(data) > 0; n++ {
		line, rest, found := bytes.Cut(data, []byte("\n"))
		data = rest
		text := bytes.TrimSuffix(line, []byte("\r"))
		t.Dots = t.Dots || bytes.HasPrefix(text, []byte("."))
		switch {
		case t.Flaw != "":
		case found && len(text) == len(line):
			t.Flaw = fmt.Sprintf("line %d ends in a bare LF", n)
		case bytes.IndexByte(text, '\r') >= 0, !found && len(text) != len(line):
			t.Flaw = fmt.Sprintf("line %d holds a bare CR", n)
		case len(text) > MaxLine:
			t.Flaw = fmt.Sprintf("line %d has %d octets, more than %d", n, len(text), MaxLine)
		}
		if !IsASCII(text) {
			t.Header8Bit = t.Header8Bit || inHeader
			t.Body8Bit = t.Body8Bit || !inHeader
		}
		inHeader = inHeader && len(text) > 0
	}
	return t
}

// isPath reports whether an address may stand between angle brackets in a
// command: nothing in it can end the command or add a parameter to it.
func isPath(address string) bool {
	if address == "" || len(address) > 320 || !utf8.ValidString(address) {
		return false
	}
	for _, r := range address {
		if r <= ' ' || r == '<' || r == '>' || r == 0x7f || unicode.IsControl(r) || unicode.IsSpace(r) {
			return false
		}
	}
	return true
}

// IsASCII reports whether a relay without extensions takes s.
func IsASCII[T string | []byte](s T) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
