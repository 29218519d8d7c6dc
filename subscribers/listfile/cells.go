package listfile

import (
	"bytes"
	"unicode/utf8"
)

// cellParser splits the lines of one record into cells.
type cellParser struct {
	comma     byte
	backslash bool
	text      []byte // of all cells
	ends      []int  // where each that ended ends in it
	quoted    bool   // inside a quoted cell
}

// reset begins a new record.
func (p *cellParser) reset() { p.text, p.ends, p.quoted = p.text[:0], p.ends[:0], false }

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
			p.quoted = true
			i = bytes.IndexByte(text[i:], '"') + i + 1
		default:
			end := bytes.IndexByte(text[i:], p.comma)
			if end < 0 {
				end = len(text) - i
			}
			p.text = append(p.text, text[i:i+end]...)
			i += end
		}
	}
	if p.quoted {
		p.text = append(p.text, l.ending...)
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
		p.text = append(p.text, '"')
		return i + 2
	case text[i] != '"':
		p.text = append(p.text, text[i])
		return i + 1
	case i+1 < len(text) && text[i+1] == '"':
		p.text = append(p.text, '"')
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
	p.text = append(p.text, '"')
	return i + 1
}

// opensQuote reports whether a cell that starts with text is a quoted one:
// programs that pad their cells put spaces before the mark.
func opensQuote(text []byte) bool {
	text = bytes.TrimLeft(text, " ")
	return len(text) > 0 && text[0] == '"'
}

func (p *cellParser) atStart() bool { return len(p.text) == p.start() }

// start is where the present cell begins.
func (p *cellParser) start() int {
	if len(p.ends) == 0 {
		return 0
	}
	return p.ends[len(p.ends)-1]
}

func (p *cellParser) end() { p.ends = append(p.ends, len(p.text)) }

// strings decodes the cells, all in one encoding: UTF-8 if all are.
func (p *cellParser) strings() []string {
	cells := make([]string, len(p.ends))
	if p.valid() {
		text, begin := string(p.text), 0
		for i, end := range p.ends {
			cells[i], begin = text[begin:end], end
		}
		return cells
	}
	begin := 0
	for i, end := range p.ends {
		cells[i], begin = decode1252(p.text[begin:end]), end
	}
	return cells
}

// valid reports whether each cell is UTF-8.
func (p *cellParser) valid() bool {
	begin := 0
	for _, end := range p.ends {
		if !utf8.Valid(p.text[begin:end]) {
			return false
		}
		begin = end
	}
	return true
}
