package desk

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store/ledger"
)

const (
	// watchEvery is how often the desk looks how far workers have come.
	watchEvery = time.Second
	// watchJoin is how long the first worker may take to be at work: it connects, and may make
	// River's tables first.
	watchJoin = 10 * time.Second
	// watchPatience is how long it goes on while the database can't be read.
	watchPatience = 10 * time.Minute
)

// watch is a desk that leaves the sending of an issue to workers.
type watch struct {
	desk  *Desk
	lease delivery.Lease
	issue digest.Issue
	o     RunOptions

	idle    time.Duration // with nothing to do but wait, in sum
	alone   time.Duration // without any worker, until now
	looked  time.Time
	settled int     // deliveries that were final then
	final   bool    // all of them were
	rate    float64 // of those since, a second
	said    bool    // that nobody is at work
}

// watch stays with an issue until it is over, held, or waits for longer than it may.
func (d *Desk) watch(ctx context.Context, lease delivery.Lease, issue digest.Issue, o RunOptions) (delivery.Summary, error) {
	w := &watch{desk: d, lease: lease, issue: issue, o: o, looked: d.now(), settled: -1}
	if err := w.until(ctx); err != nil {
		return delivery.Summary{}, err
	}
	lasting, end := d.settings(o).Lasting(ctx)
	defer end()
	return d.account(lasting, issue.Number, ctx.Err() != nil)
}

// account tells how an issue stands that workers send, and the editor where that is news.
func (d *Desk) account(ctx context.Context, number int, stopped bool) (delivery.Summary, error) {
	issue, err := d.store.Issue(ctx, number)
	if err != nil {
		return delivery.Summary{}, err
	}
	sum, err := d.Summary(ctx, issue)
	if err != nil {
		return sum, err
	}
	sum.Interrupted = stopped
	return sum, d.tellOfIssue(ctx, issue)
}

// Recount accounts again for the issues of a run, once a worker of this process has
// finished what was in flight when the run ended. What can't be counted stays as it was.
func (d *Desk) Recount(ctx context.Context, r Result) Result {
	if !d.workers {
		return r
	}
	r.Sent = slices.Clone(r.Sent)
	for i, before := range r.Sent {
		sum, err := d.account(ctx, before.Issue, before.Interrupted)
		if err != nil {
			d.log.Warn("issue not counted again", "issue", before.Issue, "error", err)
			continue
		}
		r.Sent[i] = sum
	}
	return r
}

func (w *watch) until(ctx context.Context) error {
	var away time.Time
	for ctx.Err() == nil {
		over, err := w.look(ctx)
		now := w.desk.now()
		switch {
		case err == nil:
			away = time.Time{}
		case ctx.Err() != nil: // that is why it failed
			continue
		case !errors.Is(err, delivery.ErrLedgerAway):
			return err
		case away.IsZero():
			away = now
			w.desk.log.Warn("the database can't be read, trying again", "error", err)
		case now.Sub(away) > watchPatience:
			return err
		}
		if over {
			return nil
		}
		pause := time.NewTimer(watchEvery)
		select {
		case <-ctx.Done():
		case <-pause.C:
		}
		pause.Stop()
	}
	return nil
}

// look sees how the issue stands, and reports whether there is nothing to stay for.
func (w *watch) look(ctx context.Context) (over bool, err error) {
	d := w.desk
	ctx, end := d.settings(w.o).Call(ctx)
	defer end()
	// What is read below would not tell that another database is in this one's place.
	if err := d.Ready(ctx); err != nil {
		return false, err
	}
	issue, err := d.store.Issue(ctx, w.issue.Number)
	if err != nil {
		return false, err
	}
	w.issue = issue
	if w.issue.Status != digest.Sending && w.issue.Status != digest.Waiting {
		return true, nil
	}
	tally, err := d.store.Tally(ctx, w.issue.ID)
	if err != nil {
		return false, err
	}
	if err := w.finish(ctx, tally); err != nil {
		return false, err
	}
	waiting := w.issue.Status == digest.Waiting
	now, catchUp := d.now(), d.cfg.Schedule.CatchUp
	if waiting && catchUp > 0 && !tally.WaitingSince.IsZero() && now.Sub(tally.WaitingSince) > catchUp {
		why := fmt.Sprintf("the relay has taken no mail for %s, longer than schedule.catch_up; the last trouble: %s",
			now.Sub(tally.WaitingSince).Round(time.Minute), w.issue.Why)
		return false, d.store.Mark(ctx, w.lease, w.issue.ID, digest.Held, why) // the next look finds it held, by us or a person
	}
	working, troubled, err := w.working(ctx)
	if err != nil {
		return false, err
	}
	onlyDeferred := tally.Deferred > 0 && tally.Owed(w.policy()) == tally.Deferred
	w.progress(now, tally, working)
	if working == 0 {
		w.alone += now.Sub(w.looked)
	} else {
		w.alone = 0
	}
	due := tally.NextDue
	// What an earlier run left waiting, or deferred until now, somebody is about to try.
	if onlyDeferred && due.After(now) || waiting && troubled || w.alone > watchJoin {
		w.idle += now.Sub(w.looked)
	}
	w.looked = now
	return onlyDeferred && due.After(now) && (w.o.LeaveDeferred || w.o.Wait >= 0 && w.idle+due.Sub(now) > w.o.Wait) ||
		w.o.Wait >= 0 && w.idle > w.o.Wait, nil
}

// finish marks the issue sent once every delivery was final at two looks in a row. The
// worker that ends the last one does so itself, or finds that the last refusals are about
// us; but none opens a range in which nothing is owed, as where the last reader owed was
// forgotten, or a worker died just before.
func (w *watch) finish(ctx context.Context, t delivery.Tally) error {
	before := w.final
	w.final = t.Owed(w.policy()) == 0
	if !before || !w.final {
		return nil
	}
	err := w.desk.store.Mark(ctx, w.lease, w.issue.ID, digest.Sent, "")
	if errors.Is(err, delivery.ErrOwed) {
		return nil // since it was counted
	}
	return err
}

func (w *watch) policy() delivery.UnknownPolicy {
	return delivery.UnknownPolicy(w.desk.cfg.Delivery.Unknown)
}

// working is how many workers there are, and whether one says that it waits for the relay.
// That there is none is said once.
func (w *watch) working(ctx context.Context) (n int, troubled bool, err error) {
	atWork, _, err := w.desk.store.Workers(ctx)
	if err != nil {
		return 0, false, err
	}
	if len(atWork) == 0 && w.alone > watchJoin && !w.said {
		w.said = true
		w.o.say("No worker is at work: issue %d is sent once there is one.", w.issue.Number)
	}
	return len(atWork), slices.ContainsFunc(atWork, func(one ledger.Worker) bool { return one.Trouble != "" }), nil
}

// progress tells how far all workers have come.
func (w *watch) progress(now time.Time, t delivery.Tally, working int) {
	done := t.Sent + t.Failed + t.Skipped + t.Unknown
	if took := now.Sub(w.looked).Seconds(); w.settled >= 0 && took > 0 {
		w.rate += delivery.RateWeight * (math.Max(float64(done-w.settled), 0)/took - w.rate)
	}
	w.settled = done
	if w.o.Progress == nil {
		return
	}
	state := ""
	switch {
	case w.issue.Status == digest.Waiting:
		state = "waiting for the relay (" + w.issue.Why + ")"
	case working == 0:
		state = "no worker is at work"
	}
	smtp := w.desk.cfg.SMTP
	p := delivery.ProgressOf(t, w.rate, delivery.LimitOf(smtp.Rate, smtp.PerHour), state)
	if w.rate < 1 && p.Limit == "" { // a second says little of so few
		p.Left = 0
	}
	w.o.Progress(w.issue, p)
}
