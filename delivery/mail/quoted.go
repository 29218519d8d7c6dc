package mail

import (
	"bytes"
	"mime/quotedprintable"
)

// softBreak ends a line of quoted-printable that ends nothing in the text (RFC
// 2045, 6.7, rule 5).
const softBreak = "=\r\n"

// appendQuoted appends a text in quoted-printable, beginning on a line of its
// own: lines of at most 76 octets, LF written as CRLF, white space at the end of
// a line or of the text encoded, and a dot at the beginning of one: so that no
// message needs its dots doubled, and none loses one to a server that forgets to
// halve them (RFC 2049, 3).
func appendQuoted(out []byte, text string) []byte {
	var b bytes.Buffer
	w := quotedprintable.NewWriter(&b)
	// Writing to a buffer in memory does not fail.
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	for line := range bytes.Lines(b.Bytes()) {
		for line[0] == '.' {
			out, line = append(out, "=2E"...), line[1:]
			if len("=2E")+len(bytes.TrimRight(line, "\r\n")) <= mostQuoted {
				break
			}
			out = append(out, softBreak...)
		}
		out = append(out, line...)
	}
	return out
}

// mostQuoted is the longest line of quoted-printable, in octets (RFC 2045, 6.7,
// rule 5).
const mostQuoted = 76

// EncodedSize is how many octets a text has as it is sent.
func EncodedSize(text string) int { return len(appendQuoted(nil, text)) }

// appendQuotedValue appends what stands in a placeholder. It is one line of
// text, mostly ASCII: what needs no encoding is copied.
func appendQuotedValue(out []byte, value string) []byte {
	const most = mostQuoted - 1 // the "=" of a soft break not counted
	column := 0
	for i := range len(value) {
		c := value[i]
		asItIs := '!' <= c && c <= '~' && c != '=' || c == ' ' && i < len(value)-1
		if c == '.' && (column == 0 || column == most) { // it begins a line
			asItIs = false
		}
		need := 1
		if !asItIs {
			need = 3
		}
		if column+need > most {
			out = append(out, softBreak...)
			column = 0
		}
		column += need
		if asItIs {
			out = append(out, c)
			continue
		}
		out = append(out, '=', upperHex[c>>4], upperHex[c&15])
	}
	return out
}

const upperHex = "0123456789ABCDEF"
