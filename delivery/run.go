package delivery

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"roundup/digest"
)

// pollEvery is how often an idle run asks whether a person held or cancelled
// the issue, and looks at its limits of time.
const pollEvery = 3 * time.Second

// run is one Send. One goroutine holds all of it: connections only obey orders and
// report. Every turn takes what was reported, judges it, exchanges results for
// claims with the ledger, and gives orders. What it needs to know for that is in its
// parts, each with rules of its own.
type run struct {
	*Sender
	lease   Lease
	issue   digest.Issue    // status and why are kept up to date
	lasting context.Context // of the ledger's calls where it is on a server, see try

	connections *connections
	valve       *valve // how many of them
	pace        *pace  // how fast
	streak      streak
	silence     int // messages in a row without an answer

	holding   holding
	owed      owed
	results   results
	gathering gathering
	asked     time.Time // the last Exchange
	sending   sendingTime
	idle      idleTime

	mark     mark
	waitTold bool // the issue was last marked waiting, by this run
	stop     *stopping
	meter    *meter
}

// mark is the status an issue is given whatever else; none with "".
type mark struct {
	status digest.Status
	why    string
}

func newRun(s *Sender, lease Lease, issue digest.Issue, held []*Range, letters Letters, progress func(Progress)) *run {
	now := s.now()
	r := &run{
		Sender: s, lease: lease, issue: issue,
		connections: newConnections(s, letters),
		valve:       newValve(s.settings.Connections),
		pace:        newPace(s.settings.Rate, s.settings.PerHour),
		holding:     holding{ranges: held},
		owed:        owed{policy: s.settings.Unknown},
		asked:       now,
		sending:     sendingTime{until: now},
		meter:       newMeter(now, s.settings, progress),
	}
	if r.others() != nil {
		r.pace.share()
	}
	return r
}

// deliver is the run from the first claim to the last result.
func (r *run) deliver(ctx context.Context, tally Tally) error {
	r.count(tally)
	if ready := r.holding.ready(r.now(), r.settings.Unknown); ready > 0 {
		r.owed.ready, r.owed.empty = r.owed.ready+ready, false
	}
	if r.issue.Status == digest.Waiting {
		since := tally.WaitingSince
		if since.IsZero() {
			since = r.now()
		}
		r.valve.resume(since, r.issue.Why)
	}
	r.connections.start()
	r.loop(ctx)
	r.connections.quit()
	r.closeAtEnd(ctx)
	r.meter.conclude(r.now())
	if err := cmp.Or(r.stop.err, r.stop.refusal); err != nil {
		return fmt.Errorf("issue %d: %w", r.issue.Number, err)
	}
	return nil
}

// remember tells the pace what other runs have sent lately, where there is a
// limit by the hour and a ledger that knows.
func (r *run) remember(ctx context.Context) error {
	recent, knows := r.tallies.(Recent)
	if r.settings.PerHour <= 0 || !knows || r.pace.shared {
		return nil
	}
	now := r.now()
	begun, err := recent.Begun(ctx, now.Add(-time.Hour-quotaTick), quotaTick)
	if err != nil {
		return fmt.Errorf("issue %d: count the last hour's messages: %w", r.issue.Number, err)
	}
	r.pace.resume(now, begun)
	return nil
}

// count takes over what the ledger counted.
func (r *run) count(t Tally) {
	r.meter.count(t)
	r.owed.count(t, r.now())
}

// loop turns until the run has an end and nothing is in flight.
func (r *run) loop(ctx context.Context) {
	for {
		now := r.now()
		r.sending.count(now, !r.valve.waiting && r.stop == nil)
		r.valve.tick(now)
		r.owed.tick(now)
		r.checkLimits(now)
		r.recordAndClaim(ctx)
		if err := r.tellRefusals(ctx, false); err != nil {
			r.fail(err)
		}
		r.review(ctx)
		r.adjustConnections(r.now())
		r.meter.tell(r.now(), r.waitsFor, r.connections.in(up))
		if r.stop != nil && (r.stop.abandoned || !r.connections.busy()) {
			return
		}
		r.await(ctx, r.nextTurn(r.now()))
	}
}

// await sleeps until a report, a stop or the time given, and takes every report
// there is, those that are about to come among them.
func (r *run) await(ctx context.Context, until time.Duration) {
	timer := time.NewTimer(max(until, 0))
	defer timer.Stop()
	stopped, hard := r.signals(ctx)
	select {
	case rep := <-r.connections.reports:
		r.take(rep)
		r.gather(timer)
	case <-stopped:
		r.interrupt()
	case <-hard:
		r.abandon()
	case <-timer.C:
	}
	for {
		select {
		case rep := <-r.connections.reports:
			r.take(rep)
		default:
			return
		}
	}
}

// gather waits for more reports, to record them together.
func (r *run) gather(timer *time.Timer) {
	if r.stop != nil || r.valve.waiting {
		return
	}
	wait, share := r.gathering.most()
	timer.Reset(wait)
	for r.connections.inFlight() > share*len(r.results.outcomes) {
		select {
		case rep := <-r.connections.reports:
			r.take(rep)
		case <-timer.C:
			return
		}
	}
}

// take notes what a connection reported, and judges it.
func (r *run) take(rep report) {
	c := rep.from
	c.note(rep, r.now())
	if rep.ended != nil {
		r.gathering.message = rep.ended.took
		r.add(r.judge(c, *rep.ended))
	}
	for _, claim := range rep.back {
		r.add(Outcome{SubscriberID: claim.SubscriberID, To: Queued})
	}
	if rep.trouble != nil {
		r.judgeTrouble(c, rep.trouble)
	}
}

// add takes an outcome into the next exchange.
func (r *run) add(o Outcome) {
	r.results.outcomes = append(r.results.outcomes, o)
	r.meter.ended(o)
	r.owed.add(o, r.now())
}

// review counts the deliveries when there is nothing to send and nothing in
// flight: then the issue is finished, or it is known what to wait for.
func (r *run) review(ctx context.Context) {
	if r.owed.ready == 0 && r.connections.in(up) == 0 {
		r.owed.empty = true // all that was counted is claimed, and nobody is there to ask for more
	}
	if r.stop != nil || !r.owed.empty || r.owed.reviewed || !r.connections.quiet() {
		return
	}
	tally, err := r.recount(ctx)
	if err != nil {
		r.fail(err)
		return
	}
	r.owed.reviewed = true
	r.count(tally)
	switch {
	case r.stop != nil: // a run of refusals was proven
	case tally.Owed(r.settings.Unknown) == 0:
		r.finish(ctx)
	case r.owed.ready > 0:
		r.doubt("deliveries are owed, but the ledger gives none to send")
	case tally.Held.Any() && r.settings.Shared:
		r.end(&stopping{}) // the rest is with others
	case r.owed.due.IsZero():
		r.end(&stopping{}) // nothing that this run could wait for
	default:
		r.owed.doubts = 0
	}
}

// recount counts the deliveries. The ranges are closed before: what a person changed in
// one meanwhile is seen when it is opened again.
func (r *run) recount(ctx context.Context) (tally Tally, err error) {
	if err := r.tellRefusals(ctx, true); err != nil {
		return tally, err
	}
	if err := r.closeRanges(ctx, true); err != nil {
		return tally, err
	}
	err = r.persist(ctx, "count deliveries", func(ctx context.Context) (err error) {
		tally, err = r.tallies.Tally(ctx, r.issue.ID)
		return err
	})
	return tally, err
}

// doubt asks a ledger again that contradicted itself; in the end the issue is held, and a
// person told. Where others send it may be no contradiction: one was faster.
func (r *run) doubt(contradiction string) {
	if r.settings.Shared {
		r.end(&stopping{})
		return
	}
	if r.owed.doubt(r.now()) {
		r.hold(contradiction, "the database may be damaged: see what the check says of it")
	}
}

// finish marks the issue sent: every delivery is final.
func (r *run) finish(ctx context.Context) {
	r.mark = mark{status: digest.Sent}
	err := r.markIssue(ctx)
	switch {
	case errors.Is(err, ErrOwed):
		r.mark = mark{}
		r.owed.leave(r.now().Add(time.Second))
		r.doubt("every delivery is final, but the ledger says that some are owed")
	case err != nil:
		r.fail(err)
	default:
		r.end(&stopping{})
	}
}

// adjustConnections closes those that are not needed and dials those that are.
func (r *run) adjustConnections(now time.Time) {
	most := r.valve.open
	if r.stop != nil {
		most = 0
	}
	r.connections.closeBeyond(most, now)
	r.connections.dial(func() bool { return r.wantsConnection(now) })
}

// wantsConnection reports whether one connection more would have something to do.
func (r *run) wantsConnection(now time.Time) bool {
	if r.stop != nil || r.owed.empty || r.pace.wait(now) > 0 || r.connections.idle() {
		return false
	}
	dialled := r.connections.in(dialling)
	if r.pace.limited() && dialled > 0 {
		return false // there may be a place for no more than that one
	}
	taken := len(r.connections.all) - r.connections.in(down)
	return taken < r.valve.open && dialled < r.owed.ready
}
