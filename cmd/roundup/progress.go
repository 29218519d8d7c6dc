package main

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
	daemonEvery  = 10 * time.Second
	waitingEvery = time.Minute
)

// progress shows how an issue gets on: a bar on a terminal, a line now and then
// elsewhere, nothing when quiet.
type progress struct {
	w       io.Writer
	bar     *bar // nil off a terminal
	every   time.Duration
	printed time.Time
	moved   delivery.Progress // when a line was last printed
	waiting bool
}

// newLines is progress in lines, for a program that logs beside it.
func (a *app) newLines(every time.Duration) *progress {
	if a.quiet {
		return &progress{w: io.Discard}
	}
	return &progress{w: a.std.Err, every: every, printed: time.Now()}
}

func (a *app) newProgress() *progress {
	p := a.newLines(sendEvery)
	if !a.quiet {
		p.bar = newBar(a.std.Err)
	}
	return p
}

// update is a desk.RunOptions.Progress; it is called from one goroutine.
func (p *progress) update(issue digest.Issue, now delivery.Progress) {
	if p.bar == nil {
		p.line(issue, now)
		return
	}
	p.bar.show(barLine(issue, now))
}

func (p *progress) line(issue digest.Issue, now delivery.Progress) {
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

// done takes the bar off the screen: the account of the run follows.
func (p *progress) done() {
	if p.bar != nil {
		p.bar.end()
	}
}
