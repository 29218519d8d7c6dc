package terminal

import (
	"fmt"
	"io"
	"time"

	"roundup/delivery"
	"roundup/digest"
)

// How often progress is written where there is no terminal: rarely while nothing
// moves. A daemon has metrics for what is between.
const (
	sendEvery    = time.Second
	DaemonEvery  = 10 * time.Second // in a log
	waitingEvery = time.Minute
)

// Progress shows how an issue gets on: a bar on a terminal, a line now and then
// elsewhere, nothing when quiet.
type Progress struct {
	w       io.Writer
	bar     *bar // nil off a terminal
	every   time.Duration
	printed time.Time
	moved   delivery.Progress // when a line was last printed
	waiting bool
}

// NewLines is progress in lines, at most one in every such time.
func NewLines(w io.Writer, every time.Duration) *Progress {
	return &Progress{w: w, every: every, printed: time.Now()}
}

// NewProgress is progress as a person at a terminal wants it: a bar where there is
// room for one.
func NewProgress(w io.Writer) *Progress {
	p := NewLines(w, sendEvery)
	p.bar = newBar(w)
	return p
}

// Update is a desk.RunOptions.Progress; it is called from one goroutine.
func (p *Progress) Update(issue digest.Issue, now delivery.Progress) {
	if p.bar == nil {
		p.line(issue, now)
		return
	}
	p.bar.show(barLine(issue, now))
}

func (p *Progress) line(issue digest.Issue, now delivery.Progress) {
	pause := p.every
	if now.State != "" || still(p.moved, now) {
		pause = waitingEvery
	}
	// A wait is told when it begins, then rarely.
	begins := now.State != "" && !p.waiting
	p.waiting = now.State != ""
	if at := time.Now(); begins || at.Sub(p.printed) >= pause {
		p.printed, p.moved = at, now
		fmt.Fprintln(p.w, progressLine(issue, now))
	}
}

// still reports whether nothing became of any delivery between the two.
func still(a, b delivery.Progress) bool {
	return a.Total == b.Total && a.Done == b.Done && a.Deferred == b.Deferred && a.Queued == b.Queued
}

// Done takes the bar off the screen: the account of the run follows.
func (p *Progress) Done() {
	if p.bar != nil {
		p.bar.end()
	}
}

// progressLine says how an issue gets on, in one line.
func progressLine(issue digest.Issue, p delivery.Progress) string {
	return fmt.Sprintf("issue %d: %s", issue.Number, p.String())
}
