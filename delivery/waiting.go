package delivery

import (
	"fmt"
	"time"
)

// checkLimits looks at every limit of time.
func (r *run) checkLimits(now time.Time) {
	waits := r.valve.waiting
	r.idle.note(now, waits || r.owed.empty && r.connections.quiet())
	switch {
	case r.stop != nil:
		r.checkDeadline(now)
	case waits && r.settings.CatchUp > 0 && now.Sub(r.valve.since) > r.settings.CatchUp:
		r.hold(fmt.Sprintf("the relay has taken no mail for %s, longer than schedule.catch_up; the last trouble: %s",
			now.Sub(r.valve.since).Round(time.Minute), r.valve.why), "")
	case r.settings.Wait >= 0 && r.waitsTooLong(now), r.settings.LeaveDeferred && !waits && r.pauseEnds().After(now):
		r.end(&stopping{})
	}
}

// checkDeadline abandons what is in flight when the time to finish it is over, and
// then the connections that do not even notice that.
func (r *run) checkDeadline(now time.Time) {
	if r.stop.deadline.IsZero() || now.Before(r.stop.deadline) {
		return
	}
	if !r.connections.abandoned() {
		r.abandon()
		return
	}
	r.stop.abandoned = true
}

// waitsTooLong reports whether the present pause ends beyond Settings.Wait: then it
// is not worth beginning.
func (r *run) waitsTooLong(now time.Time) bool {
	at := r.pauseEnds()
	return at.After(now) && r.idle.spent(at) > r.settings.Wait
}

// pauseEnds is when the pause ends that nothing can be done in; the past when
// this is no pause. The moments between two questions to a ledger that contradicts
// itself are none: a run that left then would never say so.
func (r *run) pauseEnds() time.Time {
	var at time.Time
	if r.valve.pausing() {
		at = r.valve.probeAt
	}
	if r.owed.empty && r.connections.quiet() && r.owed.doubts == 0 && r.owed.due.After(at) {
		at = r.owed.due
	}
	return at
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
	if r.valve.pausing() {
		next = min(next, r.valve.probeAt.Sub(now))
	}
	if r.owed.empty && !r.owed.due.IsZero() {
		next = min(next, r.owed.due.Sub(now))
	}
	if !r.owed.empty && r.pace.limited() {
		next = min(next, r.nextPlace(now))
	}
	return next
}

// nextPlace is how long until the pace lets a connection have a claim, perhaps
// at once: a place may have fallen due during the exchange that is just over. Where
// no connection is free it is how long until one more is wanted.
func (r *run) nextPlace(now time.Time) time.Duration {
	if len(r.free()) > 0 {
		return r.pace.next(now)
	}
	if wait := r.pace.wait(now); wait > 0 {
		return wait
	}
	return pollEvery
}

// waitsFor says what the run is waiting for, "" while messages flow.
func (r *run) waitsFor() string {
	now := r.now()
	idle := r.connections.quiet()
	switch {
	case r.stop != nil && r.stop.interrupted:
		return "stopping: what is in flight is being finished"
	case r.stop != nil:
		return ""
	case r.valve.pausing():
		return fmt.Sprintf("waiting for %s (%s), next try in %s", r.settings.Relay, r.valve.why, span(r.valve.probeAt.Sub(now)))
	case r.valve.waiting:
		return fmt.Sprintf("waiting for %s (%s), trying now", r.settings.Relay, r.valve.why)
	case r.owed.empty && idle && r.owed.doubts > 0 && r.owed.due.After(now):
		return "deliveries are owed that the database does not give, asking again in " + span(r.owed.due.Sub(now))
	case r.owed.empty && idle && r.owed.due.After(now):
		return "waiting for deferred readers, next try in " + span(r.owed.due.Sub(now))
	case !r.owed.empty && idle && r.pace.spent(now) > time.Minute:
		return "this hour's smtp.per_hour is used up, the next mail in " + span(r.pace.spent(now))
	}
	return ""
}
