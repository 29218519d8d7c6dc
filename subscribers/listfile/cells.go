package listfile

import (
	"bytes"
	"slices"
	"unicode/utf8"
)

// cellParser splits the lines of one record into cells.
type cellParser struct {
	comma     byte
	backslash bool
	cells     [][]byte
	cell      []byte
	quoted    bool // inside a quoted cell
}

// feed takes the next line and reports whether the record goes on in the line
// after it, inside a quoted cell.
func (p *cellParser) feed(l line) (more bool) {
	text := l.text
	for i := 0; i < len(text); {
		switch {
		case p.quoted:
			i = p.inQuotes(text, i)
		case text[i] == p.comma:
			p.end()
			i++
		case p.atStart() && opensQuote(text[i:]):
			p.cell = p.cell[:0]
			p.quoted = true
			i = bytes.IndexByte(text[i:], '"') + i + 1
		default:
			p.cell = append(p.cell, text[i])
			i++
		}
	}
	if p.quoted {
		p.cell = append(p.cell, l.ending...)
		return true
	}
	p.end()
	return false
}

// inQuotes takes what stands at i inside a quoted cell and returns where to go
// on. A mark that neither doubles nor ends the cell is a character of it.
func (p *cellParser) inQuotes(text []byte, i int) int {
	switch {
	case p.backslash && bytes.HasPrefix(text[i:], []byte(`\"`)):
		p.cell = append(p.cell, '"')
		return i + 2
	case text[i] != '"':
		p.cell = append(p.cell, text[i])
		return i + 1
	case i+1 < len(text) && text[i+1] == '"':
		p.cell = append(p.cell, '"')
		return i + 2
	}
	after := i + 1
	for after < len(text) && text[after] == ' ' {
		after++
	}
	if after == len(text) || text[after] == p.comma {
		p.quoted = false
		return after
	}
	p.cell = append(p.cell, '"')
	return i + 1
}

// opensQuote reports whether a cell that starts with text is a quoted one:
// programs that pad their cells put spaces before the mark.
func opensQuote(text []byte) bool {
	text = bytes.TrimLeft(text, " ")
	return len(text) > 0 && text[0] == '"'
}

func (p *cellParser) atStart() bool { return len(p.cell) == 0 }

func (p *cellParser) end() {
	p.cells = append(p.cells, p.cell)
	p.cell = nil
}

// strings decodes the cells, all in one encoding: UTF-8 if all are.
func (p *cellParser) strings() []string {
	decode := decodeCell
	if slices.ContainsFunc(p.cells, func(cell []byte) bool { return !utf8.Valid(cell) }) {
		decode = decode1252
	}
	cells := make([]string, len(p.cells))
	for i, cell := range p.cells {
		cells[i] = decode(cell)
	}
	return cells
}
