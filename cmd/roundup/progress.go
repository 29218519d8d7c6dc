package main

import (
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"

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
	bars    *mpb.Progress // nil off a terminal
	bar     *mpb.Bar
	issue   int
	words   atomic.Value // string: written by the run, read by the bar's own goroutine
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
	if !a.quiet && roomForBar(a.std.Err) {
		p.bars = mpb.New(mpb.WithOutput(a.std.Err), mpb.WithWidth(24))
	}
	return p
}

// roomForBar reports whether a stream is a terminal that says how large it is:
// on one of no size a bar would not be seen.
func roomForBar(stream any) bool {
	f, ok := stream.(*os.File)
	if !ok {
		return false
	}
	width, height, err := term.GetSize(int(f.Fd()))
	return err == nil && width >= 40 && height >= 2
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
