package delivery

import (
	"context"
	"errors"
	"fmt"
	"time"

	"roundup/delivery/relay"
	"roundup/digest"
)

// How long a ledger that can't be written is tried again: long where results
// are at stake, which exist nowhere else.
const (
	tryForResults = 10 * time.Minute
	tryForClaims  = 30 * time.Second
	tryFirst      = 100 * time.Millisecond
	tryMost       = 5 * time.Second
)

// reopenBatch is how many deliveries are given back in one transaction.
const reopenBatch = 500

// settle is the group commit: whatever the connections reported since the last
// one is recorded, and whatever they can send next is claimed, in one
// transaction. A result waits for others for a moment at most (run.gather):
// alone, it is recorded alone.
func (r *run) settle(ctx context.Context) {
	if r.stop != nil && r.stop.err != nil {
		return
	}
	if err := r.giveBack(ctx); err != nil {
		r.fail(err)
		return
	}
	now := r.now()
	takers := r.takers(now)
	poll := r.stop == nil && now.Sub(r.asked) >= pollEvery
	if len(r.outcomes) > 0 || len(takers) > 0 || poll {
		claims, status, err := r.exchange(ctx, len(takers))
		if err != nil {
			r.givenUp(ctx, err, len(takers))
			return
		}
		r.hand(claims, takers)
		r.heed(status)
	}
	if err := r.markIssue(ctx); err != nil {
		r.fail(err)
	}
}

// givenUp ends the run after an exchange that failed for good. Where it was refused, the
// claims may be why: then what was sent is recorded without them, and nobody gets it
// twice.
func (r *run) givenUp(ctx context.Context, err error, wanted int) {
	if wanted > 0 && !mayPass(err) && !errors.Is(err, ErrLeaseLost) {
		if _, _, again := r.exchange(ctx, 0); again == nil {
			r.end(&stopping{refusal: err})
			return
		}
	}
	r.fail(err)
}

// exchange is one Ledger.Exchange, tried until it is on disk.
func (r *run) exchange(ctx context.Context, count int) (claims []Claim, status digest.Status, err error) {
	want := Want{Count: count, Policy: r.settings.Unknown, Active: r.active}
	what := "claim deliveries"
	if len(r.outcomes) > 0 {
		what = fmt.Sprintf("record %d results", len(r.outcomes))
	}
	err = r.persist(ctx, what, func(ctx context.Context) (err error) {
		begun := r.now()
		claims, status, err = r.ledger.Exchange(ctx, r.lease, r.issue.ID, r.outcomes, want)
		r.commit = max(r.now().Sub(begun), 0)
		r.pace.ahead = min(r.commit, paceAhead)
		return err
	})
	if err != nil {
		return nil, "", err
	}
	if len(claims) > count {
		return nil, "", fmt.Errorf("claim deliveries: the ledger gave %d for %d", len(claims), count)
	}
	r.asked, r.active = r.now(), r.active-want.Active
	if len(r.outcomes) > 0 || len(claims) > 0 {
		r.reviewed = false
	}
	r.outcomes = nil
	return claims, status, nil
}

// taker is a connection that can take a claim.
type taker struct {
	*line
	due time.Time // when the message may begin; zero for at once
}

// takers lists who takes a claim now, each with a place in the pace.
func (r *run) takers(now time.Time) []taker {
	takers := r.free()
	if !r.pace.limited() {
		return takers
	}
	places := r.pace.take(now, len(takers))
	for i, due := range places {
		takers[i].due = due
	}
	return takers[:len(places)]
}

// free lists who could take a claim, one entry a claim, connections with nothing
// in hand first. A waiting relay shortens it.
func (r *run) free() []taker {
	if r.stop != nil || r.dry {
		return nil
	}
	var takers []taker
	for depth := range claimsAhead {
		for _, l := range r.lines {
			if l.state == up && l.open <= depth && l.room(depth-l.open+1) && (depth == 0 || l.proven) {
				takers = append(takers, taker{line: l})
			}
		}
	}
	if r.valve.waiting {
		takers = takers[:min(len(takers), r.valve.open)]
	}
	return takers
}

// hand gives claims to the connections they were made for. Fewer than asked
// for means that the ledger has no more for now.
func (r *run) hand(claims []Claim, takers []taker) {
	if len(claims) < len(takers) {
		r.dry, r.backlog, r.reviewed = true, 0, false
	}
	if len(claims) > 0 {
		r.barren = 0
	}
	now := r.now()
	for i, c := range claims {
		l := takers[i].line
		l.open++
		if l.quota > 0 {
			l.quota--
		}
		r.backlog = max(r.backlog-1, 0)
		r.watch.claimed(c)
		l.gate.Store(gateOpen)
		l.orders <- order{do: doSend, claim: c, in: r.pace.until(takers[i].due, now)}
	}
}

// heed obeys a person who held or cancelled the issue meanwhile.
func (r *run) heed(status digest.Status) {
	if status == digest.Sending || status == digest.Waiting {
		return
	}
	if r.issue.Status != status {
		r.issue.Status, r.issue.Why = status, ""
	}
	r.end(&stopping{})
}

// giveBack reopens the deliveries of a run of refusals that was about us.
func (r *run) giveBack(ctx context.Context) error {
	for len(r.reopen) > 0 {
		batch := r.reopen[:min(len(r.reopen), reopenBatch)]
		err := r.persist(ctx, fmt.Sprintf("give back %d refused deliveries", len(batch)), func(ctx context.Context) error {
			return r.ledger.Reopen(ctx, r.lease, r.issue.ID, batch)
		})
		if err != nil {
			return err
		}
		r.reopen = r.reopen[len(batch):]
	}
	return nil
}

// markIssue writes the issue's status where it changed.
func (r *run) markIssue(ctx context.Context) error {
	status, why := r.mark, r.markWhy
	switch {
	case r.issue.Status != digest.Sending && r.issue.Status != digest.Waiting:
		return nil // a person decided, or it is done
	case status != "":
	case r.valve.waiting:
		status, why = digest.Waiting, r.valve.why
	case r.stop != nil:
		return nil
	default:
		status = digest.Sending
	}
	if status == r.issue.Status && why == r.issue.Why {
		return nil
	}
	err := r.persist(ctx, fmt.Sprintf("mark the issue %s", status), func(ctx context.Context) error {
		return r.ledger.Mark(ctx, r.lease, r.issue.ID, status, why)
	})
	if err == nil {
		r.log.Info("issue "+string(status), "issue", r.issue.Number, "why", relay.Gist(why))
		r.issue.Status, r.issue.Why = status, why
	}
	return err
}

// persist makes a ledger call, again and again with growing pauses, while
// nothing new is begun. It gives up at once on what is no fault of the disk or the
// lock, when the time for it is over, and when the run must stop.
func (r *run) persist(ctx context.Context, what string, do func(context.Context) error) error {
	begun := r.now()
	pauses := backoff{first: tryFirst, most: tryMost}
	for {
		err := do(context.WithoutCancel(ctx))
		if err == nil {
			r.unpause()
			return nil
		}
		pause := pauses.next()
		if !mayPass(err) || r.sending.Err() != nil || r.now().Add(pause).After(begun.Add(r.patience())) {
			return fmt.Errorf("%s: %w", what, r.tried(err, begun))
		}
		r.pause()
		r.log.Warn("the ledger can't be written", "what", what, "error", err, "again_in", pause)
		r.watch.say(r.now(), fmt.Sprintf("%s: %v; trying again", what, err))
		r.sleep(ctx, pause)
	}
}

// patience is how long the present ledger call is worth trying.
func (r *run) patience() time.Duration {
	switch {
	case r.stop != nil && !r.stop.deadline.IsZero():
		return r.settings.DrainLimit
	case len(r.outcomes) > 0 || len(r.reopen) > 0 || r.mark != "" || !r.quiet():
		return tryForResults
	}
	return tryForClaims
}

// tried adds to an error for how long it was met with patience.
func (r *run) tried(err error, begun time.Time) error {
	if took := r.now().Sub(begun); took >= time.Second && !errors.Is(err, ErrLeaseLost) {
		return fmt.Errorf("tried for %s: %w", took.Round(time.Second), err)
	}
	return err
}

// sleep is a pause that a stop cuts short.
func (r *run) sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	stopped, hard := r.signals(ctx)
	select {
	case <-timer.C:
	case <-stopped:
		r.interrupt()
	case <-hard:
		r.abandon()
	}
}

// pause keeps connections from beginning what they have claimed.
func (r *run) pause() {
	for _, l := range r.lines {
		l.gate.CompareAndSwap(gateOpen, gatePaused)
	}
}

// unpause lets them go on.
func (r *run) unpause() {
	for _, l := range r.lines {
		if l.gate.Load() == gatePaused {
			l.swing(r.gate())
		}
	}
}
