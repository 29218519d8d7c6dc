package main

import (
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"roundup/delivery"
	"roundup/digest"
)

// How often progress is written where there is no terminal: rarely while there is
// nothing to do but wait.
const (
	lineEvery    = 5 * time.Second
	waitingEvery = time.Minute
)

// progress shows how an issue gets on: a bar on a terminal, a line now and then
// elsewhere, nothing when quiet.
type progress struct {
	w       io.Writer
	bars    *mpb.Progress // nil off a terminal
	bar     *mpb.Bar
	issue   int
	words   atomic.Value // string: written by the run, read by the bar's own goroutine
	printed time.Time
	waiting bool
}

// newLines is progress in lines, for a program that logs beside it.
func (a *app) newLines() *progress {
	if a.quiet {
		return &progress{w: io.Discard}
	}
	return &progress{w: a.std.Err, printed: time.Now()}
}

func (a *app) newProgress() *progress {
	p := a.newLines()
	if !a.quiet && terminal(a.std.Err) {
		p.bars = mpb.New(mpb.WithOutput(a.std.Err), mpb.WithWidth(24))
	}
	return p
}

// update is a desk.RunOptions.Progress; it is called from one goroutine.
func (p *progress) update(issue digest.Issue, now delivery.Progress) {
	if p.bars == nil {
		p.line(issue, now)
		return
	}
	p.words.Store(now.String())
	if p.bar == nil || p.issue != issue.Number {
		p.finish()
		p.issue = issue.Number
		p.bar = p.bars.AddBar(int64(now.Total),
			mpb.PrependDecorators(decor.Name(fmt.Sprintf("issue %d ", issue.Number))),
			mpb.AppendDecorators(decor.Any(func(decor.Statistics) string { return fmt.Sprint(" ", p.words.Load()) })))
	}
	p.bar.SetCurrent(int64(now.Done))
}

func (p *progress) line(issue digest.Issue, now delivery.Progress) {
	pause := lineEvery
	if now.State != "" {
		pause = waitingEvery
	}
	// A wait is told when it begins, then rarely.
	begins := now.State != "" && !p.waiting
	p.waiting = now.State != ""
	if at := time.Now(); begins || at.Sub(p.printed) >= pause {
		p.printed = at
		fmt.Fprintln(p.w, progressLine(issue, now))
	}
}

func (p *progress) finish() {
	if p.bar != nil {
		p.bar.Abort(true)
		p.bar = nil
	}
}

// done takes the bar off the screen: the account of the run follows.
func (p *progress) done() {
	if p.bars == nil {
		return
	}
	p.finish()
	p.bars.Wait()
}
