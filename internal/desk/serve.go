package desk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store/engine"
)

const (
	// turnEvery is how often the daemon looks whether anything is to be done. A
	// suspended machine, and an issue that a person released, are noticed within
	// that time; a slot is met to the moment.
	turnEvery = 3 * time.Second
	// carryEvery is how often it looks for mail that is no issue: who signs up waits for
	// the mail with the page open.
	carryEvery = 2 * time.Second
	// runAgainAfter is how long it leaves alone what could not be done or finished.
	runAgainAfter = time.Minute
)

// Daemon fetches on its interval and sends at each slot until its context ends.
// It takes the same turns as the timer's `roundup send`, with the same attendant
// beside them: there is no second path.
type Daemon struct {
	desk   *Desk
	helper attendant
	run    RunOptions
	onRun  func(Result, error)
	health atomic.Pointer[Health]
	stops  atomic.Pointer[string] // what keeps it from sending, for strangers; "" for nothing

	failed error        // what the last run ended with; nil where it went well, or nothing is owed any more
	ran    bool         // at least once: what an earlier process left behind is settled
	resume time.Time    // not before then after a run that left something undone
	held   map[int]bool // issues that were held when the last run ended, by number
	said   string       // the last account given, so that nothing is said twice
	wrong  string       // the last turn's error
}

// NewDaemon makes a daemon; onRun is told of every run that did something or failed.
func NewDaemon(d *Desk, run RunOptions, onRun func(Result, error)) *Daemon {
	m := &Daemon{desk: d, helper: attendant{desk: d, noFetch: run.NoFetch, file: d.startFile()}, run: run, onRun: onRun}
	if say := run.Say; say != nil {
		last := ""
		m.run.Say = func(line string) {
			if line != last {
				last = line
				say(line)
			}
		}
	}
	starting := "starting"
	m.stops.Store(&starting)
	m.health.Store(&Health{Detail: starting})
	return m
}

// Run works until ctx ends; what is in flight then is finished first. It ends by
// itself with engine.ErrMoved once another file is where the database was: what it
// would record, a reader's leaving among it, nobody would read any more.
func (m *Daemon) Run(ctx context.Context) error {
	ctx, end := context.WithCancel(ctx)
	defer end()
	var moved error
	var watching sync.WaitGroup
	watching.Go(func() { m.every(ctx, attendEvery, m.attend) })
	watching.Go(func() { m.every(ctx, carryEvery, m.carry) })
	m.every(ctx, turnEvery, func(ctx context.Context) {
		if moved = m.work(ctx); moved != nil {
			end()
		}
	})
	watching.Wait()
	m.desk.heart.calls.Wait()
	return moved
}

func (m *Daemon) every(ctx context.Context, most time.Duration, do func(context.Context)) {
	for ctx.Err() == nil {
		do(ctx)
		pause := time.NewTimer(m.desk.untilSlot(most))
		select {
		case <-ctx.Done():
		case <-pause.C:
		}
		pause.Stop()
	}
}

// untilSlot is the time to the next slot, at most so much.
func (d *Desk) untilSlot(most time.Duration) time.Duration {
	if d.cfg.Schedule.Cron == "" {
		return most
	}
	now := d.now()
	return min(most, d.calendar.Next(now).Sub(now))
}

// work is one turn of the weekly job, where anything is owed. What goes wrong is
// told, but for engine.ErrMoved, which Run ends with.
func (m *Daemon) work(ctx context.Context) error {
	err := m.desk.Ready(ctx)
	if err == nil {
		err = m.desk.WayOut(ctx)
	}
	m.note(ctx, cmp.Or(err, m.failed))
	var result Result
	if err == nil {
		switch {
		case m.pending(ctx):
			result, err = m.send(ctx)
		case !m.resting():
			m.failed = nil
		}
		m.note(ctx, m.failed)
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		err = nil // asked to stop, which is no illness
	}
	if errors.Is(err, engine.ErrMoved) {
		return err
	}
	m.desk.noteRefusal(ctx, err)
	m.tell(result, err)
	return nil
}

// tell passes on what is news: an error that was not there the turn before, and
// an account other than the last.
func (m *Daemon) tell(r Result, err error) {
	did, wrong := account(r), words(err)
	news := wrong != "" && wrong != m.wrong || did != "" && did != m.said
	m.wrong = wrong
	if did != "" {
		m.said = did
	}
	if news {
		m.onRun(r, err)
	}
}

// pending reports whether a run would find anything to do.
func (m *Daemon) pending(ctx context.Context) bool {
	issues, err := m.desk.store.UnderWay(ctx)
	if err == nil && m.released(issues) {
		return true
	}
	if m.resting() {
		return false
	}
	if err != nil || !m.ran {
		return true // let the run say what is wrong
	}
	owing, err := m.desk.owing(ctx)
	return owing || err != nil
}

// resting reports whether what could not be done is left alone for now.
func (m *Daemon) resting() bool { return m.desk.now().Before(m.resume) }

// released reports whether a person let an issue go on that was held: that is
// obeyed at once, whatever the last run left undone.
func (m *Daemon) released(issues []digest.Issue) bool {
	for _, i := range issues {
		if m.held[i.Number] && i.Status != digest.Held {
			return true
		}
	}
	return false
}

func (m *Daemon) send(ctx context.Context) (Result, error) {
	result, err := m.desk.turn(ctx, m.run)
	m.ran, m.held = true, map[int]bool{}
	undone := err != nil
	for _, s := range result.Held {
		m.held[s.Issue] = true
	}
	for _, s := range result.Sent {
		undone = undone || delivery.ExitCode(s) != 0
		m.held[s.Issue] = s.Status == string(digest.Held)
	}
	if undone {
		m.resume = m.desk.now().Add(runAgainAfter)
	}
	var busy *BusyError
	if errors.As(err, &busy) {
		return result, nil // somebody's `roundup send` is at work and does what we would
	}
	m.failed = err
	return result, err
}

// attend does what must go on while an issue is going out, too.
func (m *Daemon) attend(ctx context.Context) {
	m.updateHealth(ctx)
	if m.helper.round(ctx) && m.Health().OK {
		m.desk.heart.keepUp(ctx, m.desk.now())
	}
}

// carry sends what is due of the mail that is no issue, whatever else takes long. What
// goes wrong with it the attendant says, who does the same. Before that it learns which
// keys others have made, so that the links in what they mail are known here.
func (m *Daemon) carry(ctx context.Context) {
	_, _ = m.desk.store.Keyring(ctx)
	_ = m.desk.FlushOutbox(ctx)
}

// account puts a run in words, to tell a new one from the same again.
func account(r Result) string {
	said := ""
	for _, s := range slices.Concat(r.Held, r.Sent) {
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
