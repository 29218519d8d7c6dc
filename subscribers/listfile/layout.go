package listfile

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"roundup/internal/nearest"
	"roundup/subscribers"
)

// Format is what OpenCSV found out about a file before its first row.
type Format struct {
	Tool      string   // whose export it is: "Mailchimp"; "" when no tool's headers are known
	Encoding  string   // "UTF-8", "UTF-16LE", "UTF-16BE" or "Windows-1252"
	Delimiter rune     // ',', ';', '\t' or '|'
	Header    bool     // the first line names the columns; without, it is a plain list
	Columns   []string // the names of the columns; of a plain list "email", and "name" where there is one
	Roles     []Role   // what the columns are taken for
	Says      bool     // the file, or what the operator said of its columns, tells who left
	Warnings  []string // what the file can't tell, in plain words
}

// layout is how the rows of one file are to be read.
type layout struct {
	comma     byte
	backslash bool           // see records
	mailboxes bool           // lines of "Ann Lee <ann@example.org>"
	plain     bool           // no line names the columns
	header    []string       // as it stands; of a plain list as it could
	columns   map[string]int // folded header -> place
	preamble  int            // records before the header or the first address
	standing  int            // place of the column that ActiveWhen is about; -1 for none
	tool      tool
}

var (
	sepLine = regexp.MustCompile(`(?i)^sep=(.)\r?\n`)

	// A mark that can't be the end of a cell shows that \" stands for a mark.
	escapedMark = regexp.MustCompile(`\\"[^",;\t\r\n]`)

	// The first line that says something is a mailbox, as address books write them.
	mailboxLine = regexp.MustCompile(`\A(\s*(#.*)?\n)*[^<>\r\n]*<[^<>@\s]+@[^<>@\s]+>[ \t,;]*[\r\n]`)
)

// sniff decides from the beginning of a file how to read it. Its error is a
// *HeaderError, or a *NoColumnError.
func sniff(sample []byte, opts ReadOptions) (layout, error) {
	if mailboxLine.Match(append(sample[:len(sample):len(sample)], '\n')) {
		l := layout{comma: ',', mailboxes: true}
		return l, l.asPlain(guess{cells: []string{""}}, opts)
	}
	best := bestGuess(sample, opts)
	l := best.layout
	switch {
	case best.kind == headed, best.kind == unknown && len(best.cells) > 1 && opts.Columns["email"] != "":
		return l, l.asHeaded(best, opts)
	case best.kind == unknown && (len(best.cells) > 1 || best.looked > 0), best.kind == addressy && best.found() == 0:
		return l, headerError(best)
	}
	return l, l.asPlain(best, opts)
}

// bestGuess tries every delimiter, or only the one that Excel's own line names.
func bestGuess(sample []byte, opts ReadOptions) guess {
	email := opts.Columns["email"]
	if _, err := strconv.Atoi(email); err == nil {
		email = "" // a column's number
	}
	commas, above := []byte(",;\t|"), 0
	if m := sepLine.FindSubmatch(sample); m != nil {
		commas, sample, above = m[1], sample[len(m[0]):], 1
	}
	var best guess
	for _, comma := range commas {
		g := guessBy(sample, layout{comma: comma, backslash: escapedMark.Match(sample)}, email)
		if comma == '|' && len(commas) > 1 && g.kind != headed {
			continue // it may stand in an address (RFC 5322, section 3.2.3)
		}
		if g.better(best) {
			best = g
		}
	}
	best.line += above
	return best
}

// asHeaded reads the columns by their names. It refuses a column that is named
// as the one of addresses while another has them.
func (l *layout) asHeaded(g guess, opts ReadOptions) error {
	l.header, l.columns = shorten(g.cells), columnsOf(g.cells)
	l.tool = toolOf(l.columns)
	if opts.Columns["status"] != "" {
		l.tool = tool{read: readUnknown}
	}
	l.backslash = l.backslash || l.tool.backslash
	if err := l.assign(opts.Columns, len(g.cells)); err != nil {
		return err
	}
	if err := l.standingBy(opts, len(g.cells)); err != nil {
		return err
	}
	taken := -1
	for _, header := range slices.Backward(emailHeaders) {
		place, ok := l.columns[header]
		if ok && g.addresses[place] > 0 {
			return nil
		}
		if ok {
			taken = place
		}
	}
	place, found := g.holding()
	if taken < 0 || found == 0 || found*2 < g.looked {
		return nil
	}
	return &HeaderError{
		Line: g.line, Columns: l.header, Taken: l.column(taken),
		Holds: l.column(place), Found: found, Looked: g.looked,
	}
}

// asPlain reads a list that does not name its columns.
func (l *layout) asPlain(g guess, opts ReadOptions) error {
	l.plain, l.tool = true, tool{read: readUnknown}
	email, name := plainColumns(g.cells)
	l.columns = map[string]int{"email": email}
	if name >= 0 {
		l.columns["name"] = name
	}
	cells := max(len(g.cells), 1)
	if err := l.assign(opts.Columns, cells); err != nil {
		return err
	}
	l.header = make([]string, cells)
	for header, place := range l.columns {
		l.header[place] = header
	}
	return l.standingBy(opts, cells)
}

// standingBy finds the column that ActiveWhen is about.
func (l *layout) standingBy(opts ReadOptions, cells int) (err error) {
	l.standing = -1
	if opts.ActiveWhen.Column != "" {
		l.standing, err = l.place(ActiveWhenOption, opts.ActiveWhen.Column, cells)
	}
	return err
}

// says reports whether the columns tell who left.
func (l layout) says() bool {
	has := func(header string) bool { _, ok := l.columns[header]; return ok }
	return l.tool.name != "" || l.standing >= 0 ||
		slices.ContainsFunc(statusHeaders, has) || slices.ContainsFunc(leftHeaders, has)
}

// headerError says what was found instead of a column of addresses.
func headerError(g guess) error {
	e := &HeaderError{Looked: g.looked}
	if g.kind == addressy {
		email, _ := plainColumns(g.cells)
		_, address := SplitMailbox(g.cells[email])
		_, err := subscribers.ParseAddress(address)
		e.Line, e.Fault = g.line, err
		return e
	}
	if len(g.cells) < 2 {
		return e
	}
	l := g.layout
	l.header = shorten(g.cells)
	e.Line, e.Columns = g.line, l.header
	if place, found := g.holding(); found > 0 {
		e.Holds, e.Found = l.column(place), found
	}
	for i, cell := range l.header {
		if nearest.Of(foldHeader(cell), emailHeaders) != "" {
			e.Like = l.column(i)
			break
		}
	}
	return e
}

// plainColumns finds the address in the first record of a plain list, and the
// name where there is exactly one other column.
func plainColumns(cells []string) (email, name int) {
	email = slices.IndexFunc(cells, isAddress)
	if email < 0 {
		email = slices.IndexFunc(cells, func(cell string) bool { return strings.Contains(cell, "@") })
	}
	email = max(email, 0)
	if len(cells) == 2 {
		return email, 1 - email
	}
	return email, -1
}
