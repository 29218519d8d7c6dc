package smtptest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// Limits of RFC 5321, 4.5.3.1, in octets with CRLF.
const (
	maxCommandLine = 2048 // 512, and what the extensions may add to it
	maxTextLine    = 1000
)

// lineError is a line that breaks the standard; the connection can go on.
type lineError struct{ what string }

func (e *lineError) Error() string { return e.what }

// readCommand reads one line, without its CRLF. Only CRLF ends a line: a bare
// CR or LF, or more than maxCommandLine octets, is an *lineError.
func readCommand(r *bufio.Reader) (string, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		if len(line) <= maxCommandLine {
			line = append(line, part...)
		}
		if err == nil {
			break
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return "", err
		}
	}
	text, ok := bytes.CutSuffix(line, []byte("\r\n"))
	switch {
	case len(line) > maxCommandLine:
		return "", &lineError{fmt.Sprintf("command line of more than %d octets", maxCommandLine)}
	case !ok:
		return string(text), &lineError{fmt.Sprintf("command line %q ends in a bare LF", line)}
	case bytes.ContainsAny(text, "\r\x00"):
		return string(text), &lineError{fmt.Sprintf("command line %q holds a bare CR or NUL", line)}
	}
	return string(text), nil
}

// bodyReader reads the text after DATA, up to and with the lone dot (RFC 5321,
// 4.1.1.4 and 4.5.2). Only CRLF "." CRLF ends it.
type bodyReader struct {
	r      *bufio.Reader
	atByte int          // call fault once this many octets were read; 0 for never
	fault  func() error // what then happens; its error ends the reading
	seen   int
	data   bytes.Buffer
	flaws  []string
}

// read returns the message with dot-stuffing undone; flaws says what in it
// breaks the standard.
func (b *bodyReader) read() ([]byte, error) {
	proper := true // the line before ended in CRLF
	for {
		line, err := b.line()
		if err != nil {
			return nil, err
		}
		if proper && string(line) == ".\r\n" {
			return b.data.Bytes(), nil
		}
		if proper && line[0] == '.' {
			line = line[1:]
		}
		proper = bytes.HasSuffix(line, []byte("\r\n"))
		b.data.Write(line)
		b.check(line, proper)
	}
}

// line reads up to and with the next LF.
func (b *bodyReader) line() ([]byte, error) {
	var line []byte
	for {
		part, err := b.r.ReadSlice('\n')
		line = append(line, part...)
		b.seen += len(part)
		if b.atByte > 0 && b.seen >= b.atByte {
			b.atByte = 0
			if err := b.fault(); err != nil {
				return nil, err
			}
		}
		if err == nil {
			return line, nil
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return nil, err
		}
	}
}

func (b *bodyReader) check(line []byte, proper bool) {
	text := bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
	switch {
	case !proper:
		b.flaws = append(b.flaws, fmt.Sprintf("line %.80q of the message ends in a bare LF", line))
	case bytes.IndexByte(text, '\r') >= 0:
		b.flaws = append(b.flaws, fmt.Sprintf("line %.80q of the message holds a bare CR", line))
	case len(line) > maxTextLine:
		b.flaws = append(b.flaws, fmt.Sprintf("line of %d octets in the message", len(line)))
	}
}

// readChunk reads the n octets of a BDAT chunk (RFC 3030).
func readChunk(r *bufio.Reader, n int) ([]byte, error) {
	var b bytes.Buffer
	if _, err := io.CopyN(&b, r, int64(n)); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
