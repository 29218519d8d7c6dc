package unpack

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// mostText is more octets than any cell has: Excel takes 32,767 characters, each of at
// most ten octets where it is written as a number.
const mostText = 1 << 20

// tokens reads XML, of which no token is larger than mostText: a decoder makes each in
// memory before anybody can look at it.
type tokens struct {
	xml *xml.Decoder
	in  *limited
}

// limited fails once more than so many octets are read.
type limited struct {
	r    io.Reader
	left int
}

func newTokens(r io.Reader) tokens {
	in := &limited{r: r}
	return tokens{xml.NewDecoder(in), in}
}

// Read implements io.Reader.
func (l *limited) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, errTooLong()
	}
	n, err := l.r.Read(p)
	l.left -= n
	return n, err
}

func errTooLong() error {
	return fmt.Errorf("one of its cells is longer than %d MiB", mostText>>20)
}

// Token is the next token.
func (t tokens) Token() (xml.Token, error) {
	t.in.left = mostText
	return t.xml.Token()
}

// Skip goes to the end of an element that has begun.
func (t tokens) Skip() error {
	for depth := 1; depth > 0; {
		token, err := t.Token()
		if err != nil {
			return err
		}
		switch token.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		}
	}
	return nil
}

// text is what is written in an element, which has begun: in those named within, or in
// itself where none is named, and but for what without names.
func (t tokens) text(within, without string) (string, error) {
	var b strings.Builder
	depth, inText := 1, within == ""
	for {
		token, err := t.Token()
		if err != nil {
			return "", err
		}
		switch token := token.(type) {
		case xml.StartElement:
			if within == "" || token.Name.Local == without {
				if err := t.Skip(); err != nil {
					return "", err
				}
				continue
			}
			depth++
			inText = token.Name.Local == within
		case xml.CharData:
			if inText {
				b.Write(token)
			}
			if b.Len() > mostText {
				return "", errTooLong()
			}
		case xml.EndElement:
			if depth--; depth == 0 {
				return b.String(), nil
			}
			inText = false
		}
	}
}
