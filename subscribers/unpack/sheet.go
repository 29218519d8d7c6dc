package unpack

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"time"
)

// A sheet's own limits, below Excel's: no list has more.
const (
	mostRows    = 1 << 20
	mostColumns = 1000
)

// sheet is the rows of a sheet as CSV, a line each: a row that is not there is an empty
// line, so that lines are numbered as rows are.
type sheet struct {
	file  io.ReadCloser
	xml   tokens
	book  book
	row   int    // of the last row written, from 1
	ahead []byte // of it, what was not read yet
	cells []string
	err   error
}

func openSheet(files []*zip.File, name string, from904 bool) (io.ReadCloser, error) {
	b := book{from904: from904}
	var err error
	if b.dates, err = dateStyles(files); err != nil {
		return nil, err
	}
	if b.texts, err = sharedTexts(files); err != nil {
		return nil, err
	}
	f, err := openEntry(files, name)
	if err != nil {
		return nil, err
	}
	return &sheet{file: f, xml: newTokens(f), book: b, ahead: []byte("\ufeff")}, nil
}

// Close ends it.
func (s *sheet) Close() error { return s.file.Close() }

// Read implements io.Reader.
func (s *sheet) Read(p []byte) (int, error) {
	for len(s.ahead) == 0 {
		if s.err != nil {
			return 0, s.err
		}
		s.err = s.next()
	}
	n := copy(p, s.ahead)
	s.ahead = s.ahead[n:]
	return n, nil
}

// next writes the next row into ahead. Its error may come with one.
func (s *sheet) next() error {
	for {
		token, err := s.xml.Token()
		if errors.Is(err, io.EOF) {
			return io.ErrUnexpectedEOF // the end of sheetData comes before
		}
		if err != nil {
			return fmt.Errorf("row %d: %w", s.row+1, err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			if token.Name.Local == "row" {
				return s.readRow(token)
			}
		case xml.EndElement:
			if token.Name.Local == "sheetData" {
				return io.EOF
			}
		}
	}
}

func (s *sheet) readRow(begin xml.StartElement) error {
	number := s.row + 1
	if text := attribute(begin, "r"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < number || n > mostRows {
			return fmt.Errorf("row %d is followed by one with the number %q", s.row, text)
		}
		number = n
	}
	s.cells = s.cells[:0]
	for {
		token, err := s.xml.Token()
		if err != nil {
			return fmt.Errorf("row %d: %w", number, err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			if token.Name.Local != "c" {
				continue
			}
			if err := s.readCell(token); err != nil {
				return fmt.Errorf("row %d: %w", number, err)
			}
		case xml.EndElement:
			if token.Name.Local == "row" {
				s.write(number)
				return nil
			}
		}
	}
}

// write makes a line of the cells.
func (s *sheet) write(number int) {
	s.ahead = s.ahead[:0]
	for s.row++; s.row < number; s.row++ {
		s.ahead = append(s.ahead, '\n')
	}
	for i, cell := range s.cells {
		if i > 0 {
			s.ahead = append(s.ahead, ',')
		}
		if cell == "" {
			continue
		}
		s.ahead = append(s.ahead, '"')
		for j := range len(cell) {
			switch c := cell[j]; c {
			case '\n', '\r':
				s.ahead = append(s.ahead, ' ')
			case '"':
				s.ahead = append(s.ahead, '"', '"')
			default:
				s.ahead = append(s.ahead, c)
			}
		}
		s.ahead = append(s.ahead, '"')
	}
	s.ahead = append(s.ahead, '\n')
}

// readCell puts a cell in its place, by its reference where it has one.
func (s *sheet) readCell(begin xml.StartElement) error {
	place := len(s.cells)
	if reference := attribute(begin, "r"); reference != "" {
		place = columnOf(reference)
	}
	if place < len(s.cells) || place >= mostColumns {
		return fmt.Errorf("there is a cell %q where none can be; at most %d columns are read", attribute(begin, "r"), mostColumns)
	}
	for len(s.cells) < place {
		s.cells = append(s.cells, "")
	}
	kind, value, inline := attribute(begin, "t"), "", ""
	for {
		token, err := s.xml.Token()
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.StartElement:
			switch token.Name.Local {
			case "v":
				value, err = s.xml.text("", "")
			case "is":
				inline, err = s.xml.text("t", pronounced)
			default:
				err = s.xml.Skip()
			}
			if err != nil {
				return err
			}
		case xml.EndElement:
			text, err := s.book.text(kind, value, inline, attribute(begin, "s"))
			s.cells = append(s.cells, text)
			return err
		}
	}
}

// text is what a cell shows, as far as a list needs it.
func (b book) text(kind, value, inline, style string) (string, error) {
	switch kind {
	case "s":
		return b.texts.at(value)
	case "inlineStr":
		return inline, nil
	case "b":
		if value == "1" {
			return "true", nil
		}
		return "false", nil
	case "", "n":
		n, err := strconv.Atoi(style)
		if err == nil && n >= 0 && n < len(b.dates) && b.dates[n] {
			return b.date(value), nil
		}
	}
	return value, nil
}

// date is a number of days as a time; one that can't be stays as it is.
func (b book) date(value string) string {
	days, err := strconv.ParseFloat(value, 64)
	if err != nil || !(days >= 0 && days < 1e5) {
		return value
	}
	from := time.Date(1899, time.December, 30, 0, 0, 0, 0, time.UTC) // right from March 1900, when Excel has had a day that never was
	if b.from904 {
		from = time.Date(1904, time.January, 1, 0, 0, 0, 0, time.UTC)
	}
	return from.Add(time.Duration(math.Round(days*24*60*60)) * time.Second).Format(time.DateTime)
}

// columnOf is the place of the cell "AB12", from 0; -1 where it names none.
func columnOf(reference string) int {
	place := 0
	for i := range len(reference) {
		c := reference[i]
		if c < 'A' || c > 'Z' {
			break
		}
		if place = place*26 + int(c-'A') + 1; place > mostColumns {
			return mostColumns
		}
	}
	return place - 1
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}
