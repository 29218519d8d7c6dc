package subscribers

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
)

// ReadOptions are what ReadCSV is told about a file.
type ReadOptions struct {
	Name   string       // its name, for the record of consent
	Format func(Format) // called once, before the first row; nil for nobody
}

// ReadCSV reads a list of subscribers: a CSV with a header that names a column
// of addresses, or a plain list of one address a line (a name may stand beside
// it). Delimiter (comma, semicolon, tab), encoding (UTF-8, UTF-16,
// Windows-1252), line ends and quoting are found out; the exports of listmonk,
// Ghost, Mailchimp, MailPoet, Substack, beehiiv, Keila, Curated and Roundup
// are known by their headers, and the file decides who is active in them.
//
// Each line gives a Row or a *Reject. Rows have a valid address. Memory is
// constant, however long the file or its lines. A Reject with Err set is the
// last one.
func ReadCSV(r io.Reader, opts ReadOptions) iter.Seq2[Row, *Reject] {
	return func(yield func(Row, *Reject) bool) {
		src, encoding := openText(r)
		sample, _ := src.Peek(sampleSize) // its error comes again on reading
		l, err := sniff(sample)
		if err != nil {
			yield(Row{}, &Reject{Line: 1, Reason: err.Error(), Err: err})
			return
		}
		if opts.Format != nil {
			opts.Format(l.format(encoding))
		}
		file := &fileReader{
			layout:  l,
			file:    opts.Name,
			records: records{src: src, comma: l.comma, backslash: l.backslash, whole: l.mailboxes},
			ahead:   l.preamble,
		}
		if sepLine.Match(sample) {
			_, _ = file.records.line()
		}
		for {
			row, reject, done := file.next()
			if done || !yield(row, reject) || reject != nil && reject.Err != nil {
				return
			}
		}
	}
}

func (l layout) format(encoding string) Format {
	f := Format{Tool: l.tool.name, Encoding: encoding, Delimiter: rune(l.comma), Header: l.columns != nil, Columns: l.header}
	if l.tool.warning != "" {
		f.Warnings = []string{l.tool.warning}
	}
	return f
}

// fileReader turns the records of a file into rows.
type fileReader struct {
	layout
	file    string
	records records
	ahead   int  // records of the preamble still to come
	headed  bool // the header was read
}

// next returns the next row or reject; done at the end.
func (f *fileReader) next() (row Row, reject *Reject, done bool) {
	for {
		cells, number, err := f.records.next()
		reject := &Reject{Line: number, Raw: shorten(cells)}
		switch {
		case errors.Is(err, io.EOF):
			return Row{}, nil, true
		case errors.Is(err, errRecordTooLong), errors.Is(err, errOpenQuote):
			reject.Reason = err.Error()
			return Row{}, reject, false
		case err != nil:
			reject.Reason, reject.Err = "the file breaks off: "+err.Error(), fmt.Errorf("line %d: %w", number, err)
			return Row{}, reject, false
		case isBlank(cells):
			continue
		case f.ahead > 0:
			f.ahead--
			if f.isComment(cells) {
				continue
			}
			reject.Reason = "stands before the first address"
			return Row{}, reject, false
		case f.columns != nil && !f.headed:
			f.headed = true
			continue
		case f.isComment(cells):
			continue
		}
		row, reason := f.row(f.record(cells))
		if reason != "" {
			reject.Reason = reason
			return Row{}, reject, false
		}
		row.Line = number
		return row, nil, false
	}
}

func (f *fileReader) record(cells []string) record {
	_, rejects := f.columns[foldHeader(rejectedBecause)]
	return record{columns: f.columns, cells: cells, defused: rejects || f.tool.own, file: f.file}
}

// isComment reports whether a line of a plain list is one that people write
// between the addresses.
func (f *fileReader) isComment(cells []string) bool {
	return !f.headed && strings.HasPrefix(strings.TrimSpace(cells[0]), "#") && !strings.Contains(cells[0], "@")
}

// row reads one record, or says why it is refused.
func (f *fileReader) row(rec record) (Row, string) {
	if rec.holdsNUL() {
		return Row{}, "holds a NUL octet: the file is damaged"
	}
	mailbox, name := rec.at(f.email), ""
	if f.columns != nil {
		mailbox, name = rec.get(emailHeaders...), rec.fullName()
	} else if place := f.nameOf(rec); place >= 0 {
		name = rec.at(place)
	}
	shown, text := SplitMailbox(mailbox)
	address, err := ParseAddress(text)
	switch {
	case text == "":
		return Row{}, "has no address"
	case err != nil:
		return Row{}, err.Error()
	}
	if name == "" {
		name = shown
	}
	row := Row{Address: address, Name: CleanName(name), Consent: Consent{How: ConsentImport, From: f.file}}
	if f.columns != nil {
		rec.common(&row)
		f.tool.read(rec, &row)
		if why, left := strings.CutPrefix(rec.get(foldHeader(rejectedBecause)), LeftAsItWas); left && row.Skip == "" {
			row.Skip = why
		}
	}
	return row, ""
}

// nameOf is the place of the name in a line of a plain list; -1 for none. Where
// the first line is only an address, a later one may still bring a name.
func (f *fileReader) nameOf(rec record) int {
	if f.name < 0 && len(f.header) == 1 && len(rec.cells) == 2 {
		return 1
	}
	return f.name
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

// shorten cuts cells down to what a report of rejects needs.
func shorten(cells []string) []string {
	const most, longest = 60, 200
	short := make([]string, 0, min(len(cells), most))
	for _, cell := range cells[:min(len(cells), most)] {
		if runes := []rune(cell[:min(len(cell), 4*longest)]); len(runes) > longest {
			cell = string(runes[:longest]) + "…"
		}
		short = append(short, cell)
	}
	return short
}
