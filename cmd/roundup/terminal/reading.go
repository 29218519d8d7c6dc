package terminal

import (
	"fmt"
	"io"
	"time"
)

// Reading shows how the reading of a file gets on: a bar on a terminal, a line every ten
// seconds elsewhere.
type Reading struct {
	w       io.Writer
	bar     *bar // nil off a terminal
	printed time.Time
}

// NewReading begins with nothing on the screen.
func NewReading(w io.Writer) *Reading { return &Reading{w: w, bar: newBar(w), printed: time.Now()} }

// Update says in words what is dealt with, and how much of the file that is, in
// octets; size is 0 where nobody knows. It is called from one goroutine.
func (r *Reading) Update(words string, octets, size int64) {
	switch {
	case r.bar == nil && time.Since(r.printed) < DaemonEvery:
	case r.bar == nil:
		r.printed = time.Now()
		fmt.Fprintln(r.w, words+" so far")
	case size > 0:
		r.bar.show(drawn(octets, size) + "  " + words)
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
