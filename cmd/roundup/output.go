package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"roundup/internal/oneline"
	"roundup/internal/wording"
)

// printJSON writes one JSON value on one line, HTML characters as they are.
func (a *app) printJSON(v any) error { return encodeJSON(a.std.Out, v) }

func encodeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// printf writes a line or more for people.
func (a *app) printf(format string, args ...any) {
	fmt.Fprintf(a.people(), format, args...)
}

// table prints rows in aligned columns under a heading.
type table struct {
	out      io.Writer
	rows     bytes.Buffer
	w        *tabwriter.Writer
	n        int            // rows so far
	headings map[int]string // lines above the row of that number
}

func newTable(w io.Writer, heading ...string) *table {
	t := &table{out: w, headings: map[int]string{}}
	t.w = tabwriter.NewWriter(&t.rows, 0, 4, 2, ' ', 0)
	if len(heading) > 0 {
		t.row(heading...)
	}
	return t
}

func (t *table) row(cells ...string) {
	for i, c := range cells {
		cells[i] = oneLine(c)
	}
	fmt.Fprintln(t.w, strings.TrimRight(strings.Join(cells, "\t"), "\t"))
	t.n++
}

// heading stands on a line of its own above the next row and leaves the columns
// as they are.
func (t *table) heading(text string) {
	space := ""
	if t.n > 1 {
		space = "\n"
	}
	t.headings[t.n] += space + oneLine(text) + "\n"
}

// note is a remark on the row before, on a line of its own.
func (t *table) note(text string) { t.headings[t.n] += "  " + oneLine(text) + "\n" }

// flush prints the table.
func (t *table) flush() error {
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

// oneLine makes foreign text harmless for a terminal.
func oneLine(s string) string { return oneline.Plain(s) }

// cutMiddle shortens a name to at most n runes and keeps both its ends: those of
// an address are where it leads.
func cutMiddle(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	head := (n - 1) / 3
	return string(r[:head]) + "…" + string(r[len(r)-(n-1-head):])
}

// warnOfConfig prints what the configuration allows and is worth a second look.
func (a *app) warnOfConfig() {
	for _, w := range a.cfg.Warnings() {
		fmt.Fprintf(a.std.Err, "roundup: warning: %s\n", w)
		if hint := problemHint(w); hint != "" {
			fmt.Fprintf(a.std.Err, "roundup: hint: %s\n", hint)
		}
	}
}

// local writes a time as people in the newsletter's place would.
func (a *app) local(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	if a.cfg != nil && a.cfg.Newsletter.Timezone != nil {
		t = t.In(a.cfg.Newsletter.Timezone)
	}
	return t.Format("Mon 2 Jan 2006 15:04 MST")
}

func count(n int, noun string) string { return wording.Count(n, noun) }
