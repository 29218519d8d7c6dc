package listfile

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"roundup/internal/wording"
	"roundup/subscribers"
)

// ReadOptions are what is said of a file before it is read.
type ReadOptions struct {
	Name       string            // its name, for the record of consent
	Columns    map[string]string // one of Fields -> the column that holds it, by name or number from 1; over what the header says
	ActiveWhen ActiveWhen        // who may be mailed, where a column tells it in words of its own

	// Silent is the standing of lines that say nothing of theirs. Without it they
	// are skipped: to mail somebody takes a word.
	Silent subscribers.Status
}

// CSV is a list of subscribers in a file: one with a header that names a column
// of addresses, or a plain list of one address a line (a name may stand beside
// it). Delimiter (comma, semicolon, tab, bar), encoding (UTF-8, UTF-16,
// Windows-1252), line ends and quoting are found out; the exports of listmonk,
// Ghost, Mailchimp, MailPoet, Substack, beehiiv, Keila, Curated and Roundup
// are known by their headers, and the file decides who is active in them.
type CSV struct {
	Format Format
	file   *fileReader
}

// OpenCSV finds out what r is from its beginning. Its error is a *FileKindError,
// a *HeaderError or a *NoColumnError: the file can't be read as a list, or not
// as opts say.
func OpenCSV(r io.Reader, opts ReadOptions) (*CSV, error) {
	raw := bufio.NewReaderSize(r, sampleSize)
	begin, _ := raw.Peek(sampleSize) // its error comes again on reading
	if err := fileKind(begin); err != nil {
		return nil, err
	}
	src, encoding := openText(raw)
	sample, _ := src.Peek(sampleSize)
	if err := noText(sample); err != nil {
		return nil, err
	}
	l, err := sniff(sample, opts)
	if err != nil {
		return nil, err
	}
	file := &fileReader{
		layout:  l,
		options: opts,
		records: records{src: src, cells: cellParser{comma: l.comma, backslash: l.backslash}, whole: l.mailboxes},
		ahead:   l.preamble,
		headed:  l.plain,
	}
	if sepLine.Match(sample) {
		_, _ = file.records.line(nil)
	}
	return &CSV{l.format(encoding), file}, nil
}

// Rows reads the file, once. Each line gives a Row or a *Reject; rows have a
// valid address. Memory is constant, however long the file or its lines. A
// Reject with Err set is the last one.
func (c *CSV) Rows() iter.Seq2[subscribers.Row, *Reject] {
	return func(yield func(subscribers.Row, *Reject) bool) {
		for {
			row, reject, done := c.file.next()
			if done || !yield(row, reject) || reject != nil && reject.Err != nil {
				return
			}
		}
	}
}

// Raw are the cells of the row that Rows gave last, as a Reject has them.
func (c *CSV) Raw() []string { return c.file.raw(c.file.cells) }

func (l layout) format(encoding string) Format {
	f := Format{
		Tool: l.tool.name, Encoding: encoding, Delimiter: rune(l.comma), Header: !l.plain,
		Columns: l.header, Roles: l.roles(), Says: l.says(),
	}
	if l.tool.warning != "" {
		f.Warnings = []string{l.tool.warning}
	}
	return f
}

// fileReader turns the records of a file into rows.
type fileReader struct {
	layout
	options ReadOptions
	records records
	ahead   int                  // records of the preamble still to come
	headed  bool                 // the header was read, or there is none
	seen    func(cells []string) // is shown the cells of each row; nil for nobody
	row     subscribers.Row      // the last that was read
	cells   []string             // of the row
	date    unreadDate           // of the record read last
	unread  UnreadDates
}

// next returns the next row or reject; done at the end.
func (f *fileReader) next() (row subscribers.Row, reject *Reject, done bool) {
	for {
		cells, number, err := f.records.next()
		refuse := func(reason string, err error) (subscribers.Row, *Reject, bool) {
			return subscribers.Row{}, &Reject{Line: number, Raw: f.raw(cells), Reason: reason, Err: err}, false
		}
		switch {
		case errors.Is(err, io.EOF):
			return subscribers.Row{}, nil, true
		case errors.Is(err, errRecordTooLong), errors.Is(err, errOpenQuote):
			return refuse(err.Error(), nil)
		case err != nil:
			return refuse("the file breaks off: "+err.Error(), fmt.Errorf("line %d: %w", number, err))
		case isBlank(cells):
			continue
		case f.ahead > 0:
			f.ahead--
			if f.isComment(cells) {
				continue
			}
			return refuse("stands before the first address", nil)
		case !f.headed:
			f.headed = true
			continue
		case f.isComment(cells):
			continue
		}
		if reason := f.read(f.record(cells)); reason != "" {
			return refuse(reason, nil)
		}
		f.row.Line, f.cells = number, cells
		if f.row.Skip == "" {
			f.noteUnread(number)
		}
		if f.seen != nil {
			f.seen(cells)
		}
		return f.row, nil, false
	}
}

func (f *fileReader) record(cells []string) record {
	f.date = unreadDate{}
	return record{columns: f.columns, cells: cells, defused: f.defused(), file: f.options.Name, unread: &f.date}
}

// defused reports whether Roundup wrote the file.
func (f *fileReader) defused() bool {
	_, rejects := f.columns[rejectedBecauseFolded]
	return rejects || f.tool.own
}

// raw are the cells of a line for the file of rejects, whole unless the line is very long.
func (f *fileReader) raw(cells []string) []string {
	const most = 8 << 10
	octets := 0
	for _, cell := range cells {
		octets += len(cell)
	}
	whole := slices.Clone(cells)
	if octets > most {
		whole = shorten(cells)
	}
	if f.defused() {
		for i, cell := range whole {
			whole[i] = restore(cell)
		}
	}
	return whole
}

// isComment reports whether a line of a plain list is one that people write
// between the addresses.
func (f *fileReader) isComment(cells []string) bool {
	return (f.plain || !f.headed) && strings.HasPrefix(strings.TrimSpace(cells[0]), "#") && !strings.Contains(cells[0], "@")
}

// read makes f.row of one record, or says why it is refused.
func (f *fileReader) read(rec record) string {
	if rec.holdsNUL() {
		return "holds a NUL octet: the file is damaged"
	}
	mailbox, name := rec.get(emailHeaders...), rec.fullName()
	if name == "" && f.plain && len(f.header) == 1 && len(rec.cells) == 2 {
		name = rec.at(1) // the first line is only an address; a later one may still bring a name
	}
	shown, text := SplitMailbox(mailbox)
	address, err := subscribers.ParseAddress(text)
	switch {
	case text == "":
		return "has no address"
	case err != nil:
		return err.Error()
	}
	if name == "" {
		name = shown
	}
	row := &f.row
	*row = subscribers.Row{Address: address, Name: subscribers.CleanName(name), Consent: subscribers.Consent{How: subscribers.ConsentImport, From: f.options.Name}}
	rec.common(row)
	f.tool.read(rec, row)
	if f.standing >= 0 {
		f.options.ActiveWhen.read(rec.at(f.standing), f.column(f.standing), row)
	}
	if why, left := strings.CutPrefix(rec.get(rejectedBecauseFolded), LeftAsItWas); left && row.Skip == "" && why != NoWord {
		row.Skip = why
	}
	if row.Skip == "" && row.Status == "" && row.Suppress == "" && f.options.Silent == "" {
		row.Skip = NoWord
	}
	return ""
}

// SplitMailbox takes "Ann <ann@example.org>" apart, as address books write it;
// anything else is an address and no name.
func SplitMailbox(s string) (name, address string) {
	s = strings.TrimSpace(s)
	before, rest, ok := strings.Cut(s, "<")
	inner, closed := strings.CutSuffix(strings.TrimRight(rest, " \t,;"), ">")
	if !ok || !closed || strings.ContainsAny(inner, "<>") {
		return "", s
	}
	return strings.Trim(strings.TrimSpace(before), `"'`), strings.TrimSpace(inner)
}

// shorten cuts cells down to what a person needs who looks for the line.
func shorten(cells []string) []string {
	const most, longest = 60, 201
	short := make([]string, 0, min(len(cells), most))
	for _, cell := range cells[:min(len(cells), most)] {
		short = append(short, strings.Clone(wording.Cut(cell, longest))) // a piece would keep its whole line
	}
	return short
}
