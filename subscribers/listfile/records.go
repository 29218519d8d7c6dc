package listfile

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

const (
	maxRecord      = 1 << 20 // octets of one row; more is refused, not kept
	maxRecordLines = 100     // lines that one quoted cell may span
)

// Faults of a single record. Reading goes on with the next line after them.
var (
	errRecordTooLong = errors.New("the line is longer than 1 MiB")
	errOpenQuote     = errors.New("a quotation mark on this line is never closed")
)

// line is a line of a file and what ended it.
type line struct {
	number  int
	text    []byte
	ending  []byte // "\n", "\r\n", "\r", or nothing at the end of the file
	tooLong bool   // text is only its beginning
}

// records takes a file apart into rows of cells: RFC 4180, and what is found
// instead of it. Line ends may be LF, CRLF or CR; rows may be ragged; a
// quotation mark inside a cell is one of its characters; a quotation mark that
// is never closed costs its own line and not the rest of the file. It keeps one
// record in memory, at most 1 MiB.
type records struct {
	src    *bufio.Reader
	cells  cellParser // its backslash: \" is a quotation mark inside a quoted cell (MailPoet)
	whole  bool       // a line is one cell, whatever it holds
	number int        // of the last line read from src
	again  []line
	buffer []byte // of a record's first line
}

// next returns the cells of the next record and the number of its first line.
// With errRecordTooLong and errOpenQuote the one cell is that line, and it can
// be called again; io.EOF and other errors are the end.
func (rs *records) next() (cells []string, number int, err error) {
	first, err := rs.line(rs.buffer[:0])
	rs.buffer = first.text
	switch {
	case err != nil:
		return nil, first.number, err
	case first.tooLong:
		return []string{decodeCell(first.text)}, first.number, errRecordTooLong
	case rs.whole:
		return []string{decodeCell(first.text)}, first.number, nil
	}
	p := &rs.cells
	p.reset()
	lines, size := []line{first}, len(first.text)
	for p.feed(lines[len(lines)-1]) {
		following, err := rs.line(nil)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, first.number, err
		}
		if err == nil {
			lines = append(lines, following)
			size += len(following.text)
		}
		if err != nil || following.tooLong || size > maxRecord || len(lines) > maxRecordLines {
			rs.again = append(lines[1:], rs.again...)
			return []string{decodeCell(first.text)}, first.number, errOpenQuote
		}
	}
	return p.strings(), first.number, nil
}

// line returns the next line, of one that is too long the beginning, in a buffer where
// there is room.
func (rs *records) line(buffer []byte) (line, error) {
	if len(rs.again) > 0 {
		l := rs.again[0]
		rs.again = rs.again[1:]
		return l, nil
	}
	rs.number++
	l := line{number: rs.number, text: buffer}
	for {
		_, err := rs.src.Peek(1) // fills the buffer
		chunk, _ := rs.src.Peek(rs.src.Buffered())
		end := bytes.IndexAny(chunk, "\r\n")
		if end >= 0 {
			l.add(chunk[:end])
			l.ending = rs.takeEnding(chunk[end], end)
			return l, nil
		}
		l.add(chunk)
		_, _ = rs.src.Discard(len(chunk))
		if errors.Is(err, io.EOF) && len(l.text) > 0 {
			return l, nil
		}
		if err != nil {
			return l, err
		}
	}
}

func (l *line) add(text []byte) {
	if room := maxRecord - len(l.text); len(text) > room {
		text, l.tooLong = text[:room], true
	}
	l.text = append(l.text, text...)
}

// takeEnding consumes the line end c, which stands after text of that many octets.
func (rs *records) takeEnding(c byte, text int) []byte {
	_, _ = rs.src.Discard(text + 1)
	if c == '\n' {
		return []byte("\n")
	}
	if following, err := rs.src.Peek(1); err == nil && following[0] == '\n' {
		_, _ = rs.src.Discard(1)
		return []byte("\r\n")
	}
	return []byte("\r")
}
