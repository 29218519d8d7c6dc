package listfile

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"roundup/subscribers"
)

// exportHeader are the columns of Roundup's own export. OpenCSV knows the file
// by the first and the fourth, or the fourth and the fifth.
var exportHeader = []string{
	"public_id", "email", "name", "status", "suppressed", "labels", "sections_off", "frequency", "language", "joined", "changed",
	"consent_how", "consent_at", "consent_from", "consent_wording",
}

// CSVWriter writes the list so that OpenCSV reads the same subscribers back,
// with public id, consent and suppression. The file is UTF-8 (no byte order
// mark), RFC 4180, times in RFC 3339.
//
// A cell a spreadsheet would take for a formula gets an apostrophe before it,
// which the spreadsheet hides and OpenCSV takes off again.
type CSVWriter struct {
	w      *csv.Writer
	headed bool
	cells  []string // of the last row
}

// NewCSVWriter writes to w; call Flush at the end.
func NewCSVWriter(w io.Writer) *CSVWriter {
	return &CSVWriter{w: csv.NewWriter(bufio.NewWriterSize(w, writeBuffer))} // which csv makes its own
}

// writeBuffer is how many octets of an export are written at once.
const writeBuffer = 64 << 10

// Write adds a subscriber, with the reason its address is suppressed, "" for none.
func (c *CSVWriter) Write(s subscribers.Subscriber, suppressed subscribers.Reason) error {
	if err := c.header(); err != nil {
		return err
	}
	joined := exportTime(s.Joined)
	changed := joined // as of most, and no cell takes longer to write than a time
	if !s.Changed.Equal(s.Joined) {
		changed = exportTime(s.Changed)
	}
	c.cells = append(c.cells[:0],
		s.PublicID.String(), s.Email, s.Name, string(s.Status), string(suppressed), joinLabels(s.Labels),
		strings.Join(s.Choice.Off, ","), string(s.Choice.Frequency()), s.Choice.Language,
		joined, changed,
		s.Consent.How, exportTime(s.Consent.At), s.Consent.From, s.Consent.Wording,
	)
	return c.write(c.cells)
}

// Flush writes what is still buffered, and the header where there was no
// subscriber at all.
func (c *CSVWriter) Flush() error {
	if err := c.header(); err != nil {
		return err
	}
	c.w.Flush()
	return c.w.Error()
}

func (c *CSVWriter) header() error {
	if c.headed {
		return nil
	}
	c.headed = true
	return c.write(slices.Clone(exportHeader))
}

func (c *CSVWriter) write(cells []string) error { return writeDefused(c.w, cells) }

// writeDefused writes a row, whose cells it changes.
func writeDefused(w *csv.Writer, cells []string) error {
	for i, cell := range cells {
		cells[i] = DefuseCell(cell)
	}
	return w.Write(cells)
}

func exportTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// formulaStarts begin a formula in one spreadsheet or another (OWASP, CSV injection).
const formulaStarts = "=+-@\t\r\n＝＋－＠"

// DefuseCell puts an apostrophe before a cell that would be a formula, and before
// one that only looks as if that had been done, so that restore is its inverse.
func DefuseCell(cell string) string {
	if looksDefusable(cell) {
		return "'" + cell
	}
	return cell
}

// restore takes back what DefuseCell did.
func restore(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && looksDefusable(rest) {
		return rest
	}
	return cell
}

func looksDefusable(cell string) bool {
	if cell == "" || cell[0] >= 'a' && cell[0] <= 'z' || cell[0] >= '0' && cell[0] <= '9' { // as nearly every cell
		return false
	}
	rest := strings.TrimLeft(cell, "'")
	first, _ := utf8.DecodeRuneInString(rest)
	return rest != "" && strings.ContainsRune(formulaStarts, first)
}

// readOwn reads Roundup's own export, column by column.
func readOwn(rec record, row *subscribers.Row) {
	row.Status = subscribers.Status(rec.get("status"))
	row.Suppress = subscribers.Reason(rec.get("suppressed"))
	if !rec.has("suppressed") { // or it goes by a name we don't know
		for place := range rec.cells {
			if reason := subscribers.Reason(rec.at(place)); reason.Known() && !rec.isLabels(place) {
				row.Suppress = reason
			}
		}
	}
	switch {
	case !row.Status.Known():
		row.Skip = fmt.Sprintf("its status %q is none of %v", subscribers.CleanName(string(row.Status)), subscribers.Statuses())
	case row.Suppress != "" && !row.Suppress.Known():
		row.Skip = fmt.Sprintf("its suppression %q is none of %v", subscribers.CleanName(string(row.Suppress)), subscribers.Reasons())
	}
	if row.Skip != "" {
		row.Status, row.Suppress = "", ""
	}
	// An id that can't be read is a subscriber without one: the address still is.
	row.PublicID, _ = subscribers.ParsePublicID(rec.get("public id"))
	row.Changed = rec.time("changed")
	if rec.has("sections off") || rec.has("frequency") || rec.has("language") {
		row.Choice = &subscribers.Choice{
			Off:      subscribers.CleanKeys(strings.Split(rec.get("sections off"), ",")),
			Monthly:  subscribers.Frequency(rec.get("frequency")) == subscribers.Monthly,
			Language: subscribers.CleanLanguage(rec.get("language")),
		}
	}
	if how := rec.get("consent how"); how != "" {
		row.Consent = subscribers.Consent{
			How:     how,
			At:      rec.time("consent at"),
			From:    rec.get("consent from"),
			Wording: rec.get("consent wording"),
		}
	}
}
