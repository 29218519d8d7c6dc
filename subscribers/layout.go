package subscribers

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Format is what ReadCSV found out about a file before its first row.
type Format struct {
	Tool      string   // whose export it is: "Mailchimp"; "" when no tool's headers are known
	Encoding  string   // "UTF-8", "UTF-16LE", "UTF-16BE" or "Windows-1252"
	Delimiter rune     // ',', ';' or '\t'
	Header    bool     // the first line names the columns; without, it is a plain list
	Columns   []string // the names of the columns; of a plain list "email", and "name" where there is one
	Warnings  []string // what the file can't tell, in plain words
}

// layout is how the rows of one file are to be read.
type layout struct {
	comma     byte
	backslash bool           // see records
	mailboxes bool           // lines of "Ann Lee <ann@example.org>"
	header    []string       // as it stands; of a plain list as it could
	columns   map[string]int // folded header -> place; nil for a plain list
	preamble  int            // records before the header or the first address
	email     int            // place of the address in a plain list
	name      int            // place of the name in a plain list; -1 for none
	tool      tool
}

// emailHeaders name the column of addresses, folded.
var emailHeaders = []string{
	"email", "email address", "e mail", "e mail address", "mail",
	"adresse e mail", "adresse email", "adresse mail", "courriel", "e mail adresse", "emailadresse",
	"correo electrónico", "correo electronico", "correo", "indirizzo email", "indirizzo e mail",
	"e mailadres", "emailadres", "endereço de e mail",
}

var (
	sepLine = regexp.MustCompile(`(?i)^sep=(.)\r?\n`)

	// A mark that can't be the end of a cell shows that \" stands for a mark.
	escapedMark = regexp.MustCompile(`\\"[^",;\t\r\n]`)

	// The first line that says something is a mailbox, as address books write them.
	mailboxLine = regexp.MustCompile(`\A(\s*(#.*)?\n)*[^<>\r\n]*<[^<>@\s]+@[^<>@\s]+>[ \t,;]*[\r\n]`)

	errNoColumn = errors.New("no column of addresses")
	errArchive  = errors.New("not a text file")
)

// sniff decides from the beginning of a file how to read it. Its error is meant
// for people: the file can't be read as a list at all.
func sniff(sample []byte) (layout, error) {
	if bytes.HasPrefix(sample, []byte("PK\x03\x04")) || bytes.HasPrefix(sample, []byte("\xd0\xcf\x11\xe0")) {
		return layout{}, fmt.Errorf("%w: a ZIP archive or a workbook: unpack it, or save it as CSV", errArchive)
	}
	if bytes.HasPrefix(sample, []byte("\x1f\x8b")) || bytes.HasPrefix(sample, []byte("%PDF-")) {
		return layout{}, fmt.Errorf("%w: a PDF or a compressed file: unpack it, or save it as CSV", errArchive)
	}
	if mailboxLine.Match(append(sample[:len(sample):len(sample)], '\n')) {
		return layout{comma: ',', mailboxes: true, name: -1, header: plainHeader(1, 0, -1)}, nil
	}
	commas := []byte(",;\t")
	if m := sepLine.FindSubmatch(sample); m != nil {
		commas, sample = m[1], sample[len(m[0]):]
	}
	var best guess
	for _, comma := range commas {
		g := guessFirst(sample, layout{comma: comma, backslash: escapedMark.Match(sample)})
		if g.better(best) {
			best = g
		}
	}
	l := best.layout
	switch {
	case best.kind == headed:
		l.header, l.columns = shorten(best.cells), columnsOf(best.cells)
		l.tool = toolOf(l.columns)
		l.backslash = l.backslash || l.tool.backslash
	case best.kind == unknown && len(best.cells) > 1:
		return l, fmt.Errorf("%w: none of the first line's columns is named email: %s",
			errNoColumn, strings.Join(quoteAll(best.cells), ", "))
	default:
		l.email, l.name = plainColumns(best.cells)
		l.header = plainHeader(len(best.cells), l.email, l.name)
	}
	return l, nil
}

// kind is what the first telling record of a file is.
type kind int

const (
	unknown  kind = iota // neither of the others
	addressy             // holds an address: a list without a header
	headed               // names the columns
)

type guess struct {
	kind   kind
	cells  []string
	layout layout
}

func (g guess) better(than guess) bool {
	return than.cells == nil || g.kind > than.kind || g.kind == than.kind && len(g.cells) > len(than.cells)
}

// guessFirst finds the first record that tells what the file is. Titles above
// it, lines of one cell without an @, are passed over, up to ten.
func guessFirst(sample []byte, l layout) guess {
	rs := records{src: bufio.NewReader(bytes.NewReader(sample)), comma: l.comma, backslash: l.backslash}
	for passed := 0; passed <= 10; {
		cells, _, err := rs.next()
		switch {
		case errors.Is(err, io.EOF):
			return guess{layout: l, cells: []string{}}
		case err != nil || isBlank(cells):
			continue // rejected, or left out, when its turn comes
		}
		if k := kindOf(cells); k != unknown || len(cells) > 1 {
			l.preamble = passed
			return guess{kind: k, cells: cells, layout: l}
		}
		passed++
	}
	return guess{layout: l, cells: []string{}}
}

func kindOf(cells []string) kind {
	found := unknown
	for _, cell := range cells {
		switch {
		case slices.Contains(emailHeaders, foldHeader(cell)):
			return headed
		case strings.Contains(cell, "@"):
			found = addressy
		}
	}
	return found
}

// plainColumns finds the address in the first record of a plain list, and the
// name where there is exactly one other column.
func plainColumns(cells []string) (email, name int) {
	email = slices.IndexFunc(cells, func(cell string) bool {
		_, address := SplitMailbox(cell)
		_, err := ParseAddress(address)
		return err == nil
	})
	if email < 0 {
		email = slices.IndexFunc(cells, func(cell string) bool { return strings.Contains(cell, "@") })
	}
	email = max(email, 0)
	if len(cells) == 2 {
		return email, 1 - email
	}
	return email, -1
}

// plainHeader names the columns of a list that does not do so itself.
func plainHeader(count, email, name int) []string {
	header := make([]string, max(count, 1))
	header[email] = "email"
	if name >= 0 {
		header[name] = "name"
	}
	return header
}

// columnsOf maps each folded header to its first place.
func columnsOf(header []string) map[string]int {
	columns := make(map[string]int, len(header))
	for i, cell := range header {
		if _, twice := columns[foldHeader(cell)]; !twice {
			columns[foldHeader(cell)] = i
		}
	}
	return columns
}

// foldHeader makes "E-Mail", " E_mail " and "e mail" one.
func foldHeader(s string) string {
	s = strings.Map(func(r rune) rune {
		switch r {
		case '_', '-', '\ufeff':
			return ' '
		}
		return unicode.ToLower(r)
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

func isBlank(cells []string) bool {
	return !slices.ContainsFunc(cells, func(cell string) bool { return strings.TrimSpace(cell) != "" })
}

func quoteAll(cells []string) []string {
	quoted := make([]string, 0, len(cells))
	for _, cell := range shorten(cells) {
		quoted = append(quoted, fmt.Sprintf("%q", cell))
	}
	return quoted
}
