package delivery

import (
	"context"
	"errors"
	"fmt"
	"time"

	"roundup/digest"
)

// barrenMost is how often in a row the ledger may contradict itself: a person may
// have settled a delivery between two questions, a damaged one does it for ever.
const barrenMost = 3

// idling adds up the time in which there was nothing to do but wait.
type idling struct {
	since time.Time // zero while there is something to do
	used  time.Duration
}

func (i *idling) note(now time.Time, idle bool) {
	switch {
	case idle && i.since.IsZero():
		i.since = now
	case !idle && !i.since.IsZero():
		i.used += now.Sub(i.since)
		i.since = time.Time{}
	}
}

// spent is the idle time up to a moment.
func (i *idling) spent(at time.Time) time.Duration {
	if i.since.IsZero() {
		return i.used
	}
	return i.used + at.Sub(i.since)
}

// accrue counts sending time: all of a run in which the relay takes mail, the
// pauses of deferred readers among it.
func (r *run) accrue(now time.Time) {
	if !r.valve.waiting && r.stop == nil {
		r.active += max(now.Sub(r.accrued), 0)
	}
	r.accrued = now
}

// limits looks at every limit of time.
func (r *run) limits(now time.Time) {
	if r.dry && !r.due.IsZero() && !now.Before(r.due) {
		r.dry, r.due, r.reviewed = false, time.Time{}, false
		r.backlog = max(r.backlog, 1)
	}
	waits := r.valve.waiting
	r.idle.note(now, waits || r.dry && r.quiet())
	switch {
	case r.stop != nil:
		r.deadline(now)
	case waits && r.settings.CatchUp > 0 && now.Sub(r.valve.since) > r.settings.CatchUp:
		r.hold(fmt.Sprintf("the relay has taken no mail for %s, longer than schedule.catch_up; the last trouble: %s",
			now.Sub(r.valve.since).Round(time.Minute), r.valve.why), "")
	case r.settings.Wait >= 0 && r.tooLong(now), r.settings.LeaveDeferred && !waits && r.chance().After(now):
		r.end(&stopping{})
	}
}

// deadline abandons what is in flight when the time to finish it is over, and
// then the connections that do not even notice that.
func (r *run) deadline(now time.Time) {
	if r.stop.deadline.IsZero() || now.Before(r.stop.deadline) {
		return
	}
	if r.sending.Err() == nil {
		r.abandon()
		return
	}
	r.stop.abandoned = true
}

// tooLong reports whether the present pause ends beyond Settings.Wait: then it
// is not worth beginning.
func (r *run) tooLong(now time.Time) bool {
	at := r.chance()
	return at.After(now) && r.idle.spent(at) > r.settings.Wait
}

// chance is when the pause ends that nothing can be done in; the past when
// this is no pause. The moments between two questions to a ledger that contradicts
// itself are none: a run that left then would never say so.
func (r *run) chance() time.Time {
	var at time.Time
	if r.valve.waiting && r.valve.open == 0 {
		at = r.valve.probeAt
	}
	if r.dry && r.quiet() && r.barren == 0 && r.due.After(at) {
		at = r.due
	}
	return at
}

// recount takes over what the ledger counted.
func (r *run) recount(t Tally) {
	now := r.now()
	r.watch.recount(t)
	r.due = t.NextDue
	r.backlog = t.Queued
	if r.settings.Unknown == Resend {
		r.backlog += t.Resendable
	}
	if t.Deferred > 0 && !t.NextDue.IsZero() && !now.Before(t.NextDue) {
		r.backlog++
	}
	r.dry = r.backlog == 0
}

// review counts the deliveries when there is nothing to send and nothing in
// flight: then the issue is finished, or it is known what to wait for.
func (r *run) review(ctx context.Context) {
	if r.backlog == 0 && r.up() == 0 {
		r.dry = true // all that was counted is claimed, and nobody is there to ask for more
	}
	if r.stop != nil || !r.dry || r.reviewed || !r.quiet() {
		return
	}
	var tally Tally
	err := r.persist(ctx, "count deliveries", func(ctx context.Context) (err error) {
		tally, err = r.tallies.Tally(ctx, r.issue.ID)
		return err
	})
	if err != nil {
		r.fail(err)
		return
	}
	r.reviewed = true
	r.recount(tally)
	switch {
	case tally.Owed(r.settings.Unknown) == 0:
		r.finish(ctx)
	case r.backlog > 0:
		r.barrenAgain("deliveries are owed, but the ledger gives none to send")
	case r.due.IsZero():
		// Claimed by a call whose answer was lost: the next run's Recover settles them.
		r.end(&stopping{})
	default:
		r.barren = 0
	}
}

// barrenAgain asks the ledger again, sooner at first, after it said two things that
// can't both be true; in the end the issue is held, and a person told.
func (r *run) barrenAgain(contradiction string) {
	r.barren++
	if r.barren > barrenMost {
		r.hold(contradiction, "the database may be damaged: see what `roundup check` says of it")
		return
	}
	if r.barren > 1 {
		r.dry = true
		r.due = r.now().Add(time.Second << r.barren)
	}
}

// finish marks the issue sent: every delivery is final.
func (r *run) finish(ctx context.Context) {
	r.mark, r.markWhy = digest.Sent, ""
	err := r.markIssue(ctx)
	switch {
	case errors.Is(err, ErrOwed):
		r.mark, r.dry, r.due = "", true, r.now().Add(time.Second)
		r.barrenAgain("every delivery is final, but the ledger says that some are owed")
	case err != nil:
		r.fail(err)
	default:
		r.end(&stopping{})
	}
}

// steer closes the connections that are not needed and dials those that are.
func (r *run) steer(now time.Time) {
	for _, l := range r.lines {
		if l.state != up || l.open > 0 {
			continue
		}
		if r.stop != nil || r.standing() > r.valve.open || now.Sub(l.since) >= idleLimit {
			l.state = closing
			l.orders <- order{do: doRest}
		}
	}
	for _, l := range r.lines {
		if l.state == resting && r.wantsLine(now) {
			l.state = dialling
			l.orders <- order{do: doDial}
		}
	}
}

// standing is how many connections the relay sees, or is about to.
func (r *run) standing() int {
	n := 0
	for _, l := range r.lines {
		if l.state == up || l.state == dialling {
			n++
		}
	}
	return n
}

// wantsLine reports whether one connection more would have something to do.
func (r *run) wantsLine(now time.Time) bool {
	if r.stop != nil || r.dry || r.pace.wait(now) > 0 {
		return false
	}
	standing, dialled := 0, 0
	for _, l := range r.lines {
		switch {
		case l.state == up && l.open == 0 && l.quota != 0:
			return false // that one is free
		case l.state == dialling:
			dialled++
			standing++
		case l.state != resting:
			standing++
		}
	}
	if r.pace.limited() && dialled > 0 {
		return false // there may be a place for no more than that one
	}
	return standing < r.valve.open && dialled < r.backlog
}

// nextTurn is how long the loop may sleep: never longer than a poll, whatever
// becomes of the calendar meanwhile.
func (r *run) nextTurn(now time.Time) time.Duration {
	if r.stop != nil {
		if r.stop.deadline.IsZero() {
			return pollEvery
		}
		return min(r.stop.deadline.Sub(now), pollEvery)
	}
	next := min(r.asked.Add(pollEvery).Sub(now), pollEvery)
	if r.valve.waiting && r.valve.open == 0 {
		next = min(next, r.valve.probeAt.Sub(now))
	}
	if r.dry && !r.due.IsZero() {
		next = min(next, r.due.Sub(now))
	}
	if !r.dry && r.pace.limited() {
		next = min(next, r.nextPlace(now))
	}
	return next
}

// nextPlace is how long until the pace lets a connection have a claim, perhaps
// at once: a place may have fallen due during the exchange that is just over. Where
// none is free it is how long until one more is wanted.
func (r *run) nextPlace(now time.Time) time.Duration {
	if len(r.free()) > 0 {
		return r.pace.next(now)
	}
	if wait := r.pace.wait(now); wait > 0 {
		return wait
	}
	return pollEvery
}
