package mail

import (
	"bytes"
	"crypto/sha256"
	"hash"
	"slices"
	"strings"
)

// rawField is a field as it stands in a header, its lines still folded.
type rawField struct {
	name  string
	value []byte
}

func splitFields(header []byte) []rawField {
	var fields []rawField
	for len(header) > 0 {
		end := 0
		for { // a line that begins with white space goes on with the field (RFC 5322, 2.2.3)
			next := bytes.Index(header[end:], []byte("\r\n"))
			if next < 0 {
				end = len(header)
				break
			}
			end += next + 2
			if end == len(header) || !isBlank(header[end]) {
				break
			}
		}
		if name, value, ok := bytes.Cut(header[:end], []byte(":")); ok {
			fields = append(fields, rawField{strings.TrimRight(string(name), " \t"), value})
		}
		header = header[end:]
	}
	return fields
}

// relaxField is a field in relaxed form, without its line end (RFC 6376, 3.4.2).
func relaxField(name string, value []byte) []byte {
	out := append([]byte(strings.ToLower(name)), ':')
	begun, blank := false, false
	for _, c := range value {
		switch {
		case c == '\r' || c == '\n':
		case isBlank(c):
			blank = true
		default:
			if blank && begun {
				out = append(out, ' ')
			}
			out = append(out, c)
			begun, blank = true, false
		}
	}
	return out
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// bodyHash hashes a body in relaxed form (RFC 6376, 3.4.4), in as many parts as
// it comes. Lines end in CRLF. A body that is in that form, as ours are but for
// a few lines, is hashed where it lies.
type bodyHash struct {
	hash hash.Hash
	tail []byte // white space and line ends that may turn out to be the last
	some bool   // there was something else
}

func newBodyHash() *bodyHash { return &bodyHash{hash: sha256.New()} }

func (h *bodyHash) write(part []byte) {
	if len(h.tail) > 0 {
		part = slices.Concat(h.tail, part)
	}
	rest := bytes.TrimRight(part, " \t\r\n")
	h.tail = append(h.tail[:0], part[len(rest):]...)
	if len(rest) == 0 {
		return
	}
	h.some = true
	if bytes.IndexByte(rest, '\t') >= 0 || bytes.Contains(rest, []byte("  ")) || bytes.Contains(rest, []byte(" \r")) {
		rest = relaxLines(rest)
	}
	h.hash.Write(rest)
}

// sum ends the body: of what ends it, one line end counts.
func (h *bodyHash) sum() []byte {
	if h.some {
		h.hash.Write([]byte("\r\n"))
	}
	return h.hash.Sum(nil)
}

// relaxLines makes one space of white space within a line and none of that at
// its end. The last octet is not white space.
func relaxLines(lines []byte) []byte {
	out := make([]byte, 0, len(lines))
	for i, c := range lines {
		switch {
		case !isBlank(c):
			out = append(out, c)
		case !isBlank(lines[i+1]) && lines[i+1] != '\r':
			out = append(out, ' ')
		}
	}
	return out
}
