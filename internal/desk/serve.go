package desk

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// beat is how often the daemon looks whether anything is to be done. Slots and
// pauses are minutes long; a suspended machine is noticed within one beat.
const beat = 10 * time.Second

// Health is whether the daemon could send.
type Health struct {
	OK     bool   `json:"ok"`
	Detail string `json:"detail,omitempty"`
}

// Daemon fetches on its interval and sends at each slot until its context ends.
// It is the timer's `roundup send`, repeated: there is no second path.
type Daemon struct {
	desk   *Desk
	run    RunOptions
	onRun  func(Result, error)
	health atomic.Pointer[Health]
	said   string // the last account given, so that nothing is said twice
}

// NewDaemon makes a daemon; onRun is told of every run that did something or failed.
func NewDaemon(d *Desk, run RunOptions, onRun func(Result, error)) *Daemon {
	m := &Daemon{desk: d, run: run, onRun: onRun}
	m.health.Store(&Health{OK: true, Detail: "starting"})
	return m
}

// Health is the standing after the last run.
func (m *Daemon) Health() Health { return *m.health.Load() }

// Run works until ctx ends; what is in flight then is finished first.
func (m *Daemon) Run(ctx context.Context) {
	var watching sync.WaitGroup
	watching.Go(func() { m.every(ctx, m.watch) })
	m.every(ctx, m.work)
	watching.Wait()
}

func (m *Daemon) every(ctx context.Context, do func(context.Context)) {
	tick := time.NewTicker(beat)
	defer tick.Stop()
	for ctx.Err() == nil {
		do(ctx)
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

// work is one run of the weekly job.
func (m *Daemon) work(ctx context.Context) {
	_, err := m.desk.FetchIfStale(ctx)
	var result Result
	if err == nil {
		result, err = m.desk.Run(ctx, m.run)
	}
	var busy *BusyError
	if errors.As(err, &busy) || ctx.Err() != nil {
		// Somebody's `roundup send` is at work and does what we would; or we are
		// asked to stop, which is no illness.
		err = nil
	}
	m.health.Store(&Health{OK: err == nil, Detail: words(err)})
	if said := account(result, err); said != m.said {
		m.said = said
		m.onRun(result, err)
	}
}

// watch tells the editor what is amiss, also while an issue is going out.
func (m *Daemon) watch(ctx context.Context) {
	for _, do := range []func(context.Context) error{m.desk.tellOfIssues, m.desk.tellIfLate, m.desk.FlushOutbox} {
		if err := do(ctx); err != nil && ctx.Err() == nil {
			m.desk.log.Error("tell the editor", "error", err)
		}
	}
}

// account puts a run in words, to tell a new one from the same again.
func account(r Result, err error) string {
	said := words(err)
	for _, s := range r.Sent {
		said += fmt.Sprintf("; issue %d %s %d", s.Issue, s.Status, s.Sent)
	}
	if r.Slot != nil {
		said += "; " + r.Slot.Label + " " + string(r.Slot.Outcome)
	}
	return said
}

func words(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
