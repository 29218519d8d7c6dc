package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"roundup/cmd/roundup/words"
	"roundup/internal/asjson"
	"roundup/internal/oneline"
)

// PrintJSON writes one JSON value on one line, HTML characters as they are.
func (a *App) PrintJSON(v any) error { return EncodeJSON(a.Out, v) }

// EncodeJSON writes one JSON value to w as PrintJSON does.
func EncodeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// BeginJSON writes one JSON object as PrintJSON does, but for its end: EndJSON follows.
func (a *App) BeginJSON(v any) error {
	begin, err := object(v)
	if err != nil {
		return err
	}
	_, err = a.Out.Write(bytes.TrimSuffix(begin, []byte("}\n")))
	return err
}

// EndJSON writes what is in a second object, which is not empty, as the end of the one begun.
func (a *App) EndJSON(v any) error {
	end, err := object(v)
	if err != nil {
		return err
	}
	_, err = a.Out.Write(append([]byte(","), bytes.TrimPrefix(end, []byte("{"))...))
	return err
}

func object(v any) ([]byte, error) {
	var b bytes.Buffer
	err := EncodeJSON(&b, v)
	return b.Bytes(), err
}

// Tell prints what was done as a line of JSON, with --json. Where nobody reads it any more,
// what is still to be done is done all the same: Unsaid has the error.
func (a *App) Tell(v any) {
	if !a.JSON {
		return
	}
	if err := a.PrintJSON(v); a.unsaid == nil {
		a.unsaid = err
	}
}

// SaidNo tells what was not done, since the answer to a question was no.
func (a *App) SaidNo(undone string) {
	a.Printf("%s: you said no.\n", undone)
	a.Tell(asjson.NotDone{Why: "you said no"})
}

// Unsaid is why some of what was done was not told; nil where all was.
func (a *App) Unsaid() error { return a.unsaid }

// Printf writes a line or more for people.
func (a *App) Printf(format string, args ...any) {
	fmt.Fprintf(a.People(), format, args...)
}

// WhyFailed prints on standard error what Printf prints elsewhere, where --quiet has silenced
// that: of a command that is about to fail something is to be read.
func (a *App) WhyFailed(text string) {
	if !a.Silent() {
		return
	}
	for line := range strings.SplitSeq(text, "\n") {
		fmt.Fprintf(a.Err, "roundup: %s\n", line)
	}
}

// UnlessQuiet is where it is told how long work gets on.
func (a *App) UnlessQuiet() io.Writer {
	if a.Quiet {
		return io.Discard
	}
	return a.screen
}

// WarnOfConfig prints what the configuration allows and is worth a second look.
func (a *App) WarnOfConfig() {
	for _, w := range a.Settings.Warnings() {
		fmt.Fprintf(a.Err, "roundup: warning: %s\n", w)
		if hint := words.ProblemHint(w); hint != "" {
			fmt.Fprintf(a.Err, "roundup: hint: %s\n", hint)
		}
	}
}

// WarnOfLeavings warns where who leaves can't be put on record. A check by hand can't know: under
// its unit a process may write in fewer places. The store is open.
func (a *App) WarnOfLeavings() {
	if file, err := a.st.LeavingsFile(); err != nil {
		a.Warn("who leaves can't be put on record in %s, and a backup that is restored would mail them: %v", file, err)
		fmt.Fprintln(a.Err, "roundup: hint: let this process write there, or name another file in leavings_file")
	}
}

// Local writes a time as people in the newsletter's place would.
func (a *App) Local(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	if a.Settings != nil && a.Settings.Newsletter.Timezone != nil {
		t = t.In(a.Settings.Newsletter.Timezone)
	}
	return t.Format("Mon 2 Jan 2006 15:04 MST")
}

// Warn prints a warning on standard error.
func (a *App) Warn(format string, args ...any) {
	fmt.Fprintf(a.screen, "roundup: warning: %s\n", oneline.Plain(fmt.Sprintf(format, args...)))
}
