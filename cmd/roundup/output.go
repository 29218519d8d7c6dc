package main

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"roundup/cmd/roundup/words"
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

// oneLine makes foreign text harmless for a terminal.
func oneLine(s string) string { return oneline.Plain(s) }

// unlessQuiet is where it is told how long work gets on.
func (a *app) unlessQuiet() io.Writer {
	if a.quiet {
		return io.Discard
	}
	return a.std.Err
}

// warnOfConfig prints what the configuration allows and is worth a second look.
func (a *app) warnOfConfig() {
	for _, w := range a.cfg.Warnings() {
		fmt.Fprintf(a.std.Err, "roundup: warning: %s\n", w)
		if hint := words.ProblemHint(w); hint != "" {
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
