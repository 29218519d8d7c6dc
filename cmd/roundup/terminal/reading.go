package terminal

import (
	"fmt"
	"io"
	"time"
)

// Reading shows how reading or copying gets on, of a file, a list or a table: a bar on a
// terminal, a line every ten seconds elsewhere.
type Reading struct {
	w       io.Writer
	bar     *bar // nil off a terminal
	printed time.Time
}

// NewReading begins with nothing on the screen.
func NewReading(w io.Writer) *Reading { return &Reading{w: w, bar: newBar(w), printed: time.Now()} }

// Update says in words what is dealt with, and how much of all of it that is, in octets or
// rows; all is 0 where nobody knows. It is called from one goroutine.
func (r *Reading) Update(words string, done, all int64) {
	switch {
	case r.bar == nil && time.Since(r.printed) < DaemonEvery:
	case r.bar == nil:
		r.printed = time.Now()
		fmt.Fprintln(r.w, words+" so far")
	case all > 0:
		r.bar.show(drawn(done, all) + "  " + words)
	default:
		r.bar.show(words)
	}
}

// Done takes the bar off the screen.
func (r *Reading) Done() {
	if r.bar != nil {
		r.bar.end()
	}
}
