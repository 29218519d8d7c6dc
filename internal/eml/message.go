// Package eml owns reading a mail as it is, ours or anybody's: its header in
// the order of its fields, its parts, and what its HTML holds: links, pictures,
// colours, what mail clients lack.
//
// Whatever it is given it ends soon and within limits: too large, too deep or
// malformed is an error, or is left out. It must not fetch anything, or say
// what follows from what it finds: that is for those who check.
//
// Start reading with Read; html.go is about HTML.
package eml

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"strings"

	"golang.org/x/net/html/charset"
)

// Limits on what is read of a mail.
const (
	MaxSize   = 32 << 20 // octets of all of it
	maxHeader = 1 << 20  // octets of its header
	maxFields = 2000
	maxLines  = 5000 // of its header: who verifies signatures joins folded lines one by one, which takes the square of them
	maxParts  = 200
	maxDepth  = 8
	maxText   = 4 << 20 // octets of a text part once decoded

	maxFieldValue = 64 << 10 // octets of a field that is put together of lines, by Fields
)

// ErrNotMail is returned for what is no mail, or too large or too deep for one.
var ErrNotMail = errors.New("this is not a mail")

// Field is one field of a header.
type Field struct {
	Name  string // as written
	Value string // unfolded, its encoded words as they are
}

// Message is a mail.
type Message struct {
	Fields []Field // in their order, the newest trace on top
	Parts  []Part  // the leaves, in their order
	Raw    []byte  // all of it, its lines ended by CRLF
	Cut    bool    // it ends before it should: a boundary is missing
}

// Part is a part of a mail that holds no parts.
type Part struct {
	Type     string // "text/html", in lower case
	Encoding string // Content-Transfer-Encoding: "quoted-printable", in lower case; "7bit" where none is named
	Size     int    // octets as sent, encoded
	Text     string // decoded, of parts of type text; in UTF-8. Of parts of type message as they are, their transfer encoding undone
}

// Read reads a mail. Its lines may end in CRLF or, as in a file that was saved,
// in LF. An mbox's "From " line before it is passed over.
func Read(r io.Reader) (*Message, error) {
	raw, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("read the mail: %w", err)
	}
	if len(raw) > MaxSize {
		return nil, fmt.Errorf("%w: it has more than %d MB", ErrNotMail, MaxSize>>20)
	}
	m, err := ReadEntity(raw)
	if err == nil && !m.Has("From") && !m.Has("Received") && !m.Has("Subject") {
		return nil, fmt.Errorf("%w: its header has no From, Received or Subject", ErrNotMail)
	}
	return m, err
}

// ReadEntity reads a header, which may be empty, and a body (RFC 2045, 2.4), as Read
// does a mail's.
func ReadEntity(raw []byte) (*Message, error) {
	raw = withCRLF(raw)
	if bytes.HasPrefix(raw, []byte("From ")) {
		_, raw, _ = bytes.Cut(raw, []byte("\r\n"))
	}
	m := &Message{Raw: raw}
	body, headless := bytes.CutPrefix(raw, []byte("\r\n"))
	if !headless {
		var header []byte
		var err error
		header, body, _ = bytes.Cut(raw, []byte("\r\n\r\n"))
		if m.Fields, err = fields(header); err != nil {
			return nil, err
		}
	}
	parts := &reader{message: m}
	parts.part(m.Get, body, 0)
	return m, nil
}

// Salvage reads what may be no mail by any standard, as bounces often are: what is no
// field of its header is passed over, and it never fails.
func Salvage(raw []byte) *Message {
	if bytes.IndexByte(raw, '\n') < 0 {
		raw = bytes.ReplaceAll(raw, []byte("\r"), []byte("\n"))
	}
	raw = withCRLF(raw[:min(len(raw), MaxSize)])
	if bytes.HasPrefix(raw, []byte("From ")) {
		_, raw, _ = bytes.Cut(raw, []byte("\r\n"))
	}
	raw = bytes.TrimLeft(raw, "\r\n")
	m := &Message{Raw: raw}
	header, body, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
	m.Fields = Fields(string(header))
	parts := &reader{message: m, lenient: true}
	parts.part(m.Get, body, 0)
	return m
}

// Fields is what of a text are fields of a header; what is not is passed over.
func Fields(header string) []Field {
	var all []Field
	var value strings.Builder // of the last one
	end := func() {
		if n := len(all); n > 0 {
			all[n-1].Value = value.String()
		}
		value.Reset()
	}
	for line := range strings.Lines(header[:min(len(header), maxHeader)]) {
		line = strings.TrimRight(line, "\r\n")
		if line != "" && (line[0] == ' ' || line[0] == '\t') && len(all) > 0 {
			if value.Len() < maxFieldValue {
				value.WriteString(" " + strings.TrimSpace(line))
			}
			continue
		}
		name, first, ok := strings.Cut(line, ":")
		if name = strings.TrimRight(name, " \t"); ok && isName(name) && len(all) < maxFields {
			end()
			all = append(all, Field{Name: name})
			value.WriteString(strings.TrimSpace(first))
		}
	}
	end()
	return all
}

// withCRLF ends every line in CRLF.
func withCRLF(raw []byte) []byte {
	if bytes.Count(raw, []byte("\n")) == bytes.Count(raw, []byte("\r\n")) {
		return raw
	}
	raw = bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n"))
	return bytes.ReplaceAll(raw, []byte("\n"), []byte("\r\n"))
}

// fields reads a header.
func fields(header []byte) ([]Field, error) {
	if len(header) > maxHeader {
		return nil, fmt.Errorf("%w: its header has more than %d KB", ErrNotMail, maxHeader>>10)
	}
	if bytes.Count(header, []byte("\r\n")) >= maxLines {
		return nil, fmt.Errorf("%w: its header has more than %d lines", ErrNotMail, maxLines)
	}
	var all []Field
	var values [][]string // the lines of each
	for line := range strings.SplitSeq(string(header), "\r\n") {
		if n := len(all); line != "" && (line[0] == ' ' || line[0] == '\t') && n > 0 {
			values[n-1] = append(values[n-1], strings.TrimSpace(line))
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		if name = strings.TrimRight(name, " \t"); !ok || !isName(name) {
			if line == "" && len(all) > 0 {
				continue
			}
			return nil, fmt.Errorf("%w: %.60q is no field of a header", ErrNotMail, line)
		}
		if len(all) == maxFields {
			return nil, fmt.Errorf("%w: its header has more than %d fields", ErrNotMail, maxFields)
		}
		all = append(all, Field{Name: name})
		values = append(values, []string{strings.TrimSpace(value)})
	}
	for i := range all {
		all[i].Value = strings.Join(values[i], " ")
	}
	return all, nil
}

// isName reports whether s may be a field's name (RFC 5322, 2.2).
func isName(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return s != ""
}

// Get is the value of the first field of a name, "" where there is none.
func (m *Message) Get(name string) string {
	for _, f := range m.Fields {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

// All is the values of all fields of a name, in their order.
func (m *Message) All(name string) []string {
	var all []string
	for _, f := range m.Fields {
		if strings.EqualFold(f.Name, name) {
			all = append(all, f.Value)
		}
	}
	return all
}

// Has reports whether there is a field of a name.
func (m *Message) Has(name string) bool { return len(m.All(name)) > 0 }

// Decoded is the value of a field with its encoded words decoded (RFC 2047).
func (m *Message) Decoded(name string) string {
	value := m.Get(name)
	d := mime.WordDecoder{CharsetReader: charset.NewReaderLabel}
	if text, err := d.DecodeHeader(value); err == nil {
		return text
	}
	return value
}

// Part is the first part of a type; false where there is none.
func (m *Message) Part(mediaType string) (Part, bool) {
	for _, p := range m.Parts {
		if p.Type == mediaType {
			return p, true
		}
	}
	return Part{}, false
}
