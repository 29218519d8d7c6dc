package terminal

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"roundup/internal/oneline"
)

// Table prints rows in aligned columns under a heading.
type Table struct {
	out      io.Writer
	rows     bytes.Buffer
	w        *tabwriter.Writer
	n        int            // rows so far
	headings map[int]string // lines above the row of that number
}

// NewTable begins a table on w; without a heading its first row is the first line.
func NewTable(w io.Writer, heading ...string) *Table {
	t := &Table{out: w, headings: map[int]string{}}
	t.w = tabwriter.NewWriter(&t.rows, 0, 4, 2, ' ', 0)
	if len(heading) > 0 {
		t.Row(heading...)
	}
	return t
}

// Row adds a row, with what is foreign in it made harmless.
func (t *Table) Row(cells ...string) {
	for i, c := range cells {
		cells[i] = oneline.Plain(c)
	}
	fmt.Fprintln(t.w, strings.TrimRight(strings.Join(cells, "\t"), "\t"))
	t.n++
}

// Heading stands on a line of its own above the next row and leaves the columns
// as they are.
func (t *Table) Heading(text string) {
	space := ""
	if t.n > 1 {
		space = "\n"
	}
	t.headings[t.n] += space + oneline.Plain(text) + "\n"
}

// Note is a remark on the row before, on a line of its own.
func (t *Table) Note(text string) { t.headings[t.n] += "  " + oneline.Plain(text) + "\n" }

// Flush prints the table.
func (t *Table) Flush() error {
	if err := t.w.Flush(); err != nil {
		return err
	}
	var b strings.Builder
	for i, line := range strings.SplitAfter(t.rows.String(), "\n") {
		b.WriteString(t.headings[i] + line)
	}
	_, err := io.WriteString(t.out, b.String())
	return err
}

// CutMiddle shortens a name to at most n runes and keeps both its ends: those of
// an address are where it leads.
func CutMiddle(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	head := (n - 1) / 3
	return string(r[:head]) + "…" + string(r[len(r)-(n-1-head):])
}
