package delivery

import (
	"context"
	"errors"
	"fmt"
	"time"

	"roundup/digest"
)

// reopenBatch is how many deliveries are given back in one transaction.
const reopenBatch = 500

// recordAndClaim is the group commit: whatever the connections reported since the last
// one is recorded, and whatever they can send next is claimed, in one
// transaction. A result waits for others for a moment at most (run.gather):
// alone, it is recorded alone.
func (r *run) recordAndClaim(ctx context.Context) {
	if r.stop != nil && r.stop.err != nil {
		return
	}
	if err := r.reopenRefused(ctx); err != nil {
		r.fail(err)
		return
	}
	now := r.now()
	if err := r.askForPlaces(ctx, now, len(r.free())); err != nil {
		r.fail(err)
		return
	}
	takers := r.takers(now)
	poll := r.stop == nil && now.Sub(r.asked) >= pollEvery
	if len(r.results.outcomes) > 0 || len(takers) > 0 || poll {
		if err := r.openRanges(ctx, len(takers)); err != nil {
			r.giveUp(ctx, err, len(takers))
			return
		}
		claims, status, err := r.exchange(ctx, Want{Count: len(takers)})
		if err != nil {
			r.giveUp(ctx, err, len(takers))
			return
		}
		r.handOut(claims, takers)
		r.followStatus(status)
		// Between two tries of a relay that this process can't reach, those who can go on.
		if err := r.closeRanges(ctx, r.settings.Shared && r.valve.pausing()); err != nil {
			r.fail(err)
			return
		}
	}
	if err := r.markIssue(ctx); err != nil {
		r.fail(err)
	}
}

// giveUp ends the run after an exchange that failed for good. Where it was refused, the
// claims may be why: then what was sent is recorded without them, and nobody gets it
// twice. It may turn out that the claims were made, and that only the answer was lost: they
// are given back.
func (r *run) giveUp(ctx context.Context, err error, wanted int) {
	if wanted > 0 && !mayPass(err) && !errors.Is(err, ErrLeaseLost) {
		claims, _, again := r.exchange(ctx, Want{Again: true})
		for _, claim := range claims {
			r.meter.claimed(claim)
			r.add(Outcome{SubscriberID: claim.SubscriberID, To: Queued})
		}
		if len(claims) > 0 {
			_, _, again = r.exchange(ctx, Want{})
		}
		if again == nil {
			r.end(&stopping{refusal: err})
			return
		}
	}
	r.fail(err)
}

// exchange is one Ledger.Exchange, tried until it is on disk.
func (r *run) exchange(ctx context.Context, want Want) (claims []Claim, status digest.Status, err error) {
	want.Policy, want.Active = r.settings.Unknown, r.active()
	first, before := r.now(), want.Again
	what := "claim deliveries"
	if len(r.results.outcomes) > 0 {
		what = fmt.Sprintf("record %d results", len(r.results.outcomes))
	}
	err = r.persist(ctx, what, func(ctx context.Context) (err error) {
		begun := r.now()
		claims, status, err = r.ledger.Exchange(ctx, r.issue.ID, r.holding.ranges, r.results.outcomes, want)
		want.Again = true
		r.gathering.exchange = max(r.now().Sub(begun), 0)
		r.pace.exchanged(r.gathering.exchange)
		return err
	})
	if err != nil {
		return nil, "", err
	}
	if len(claims) > want.Count && !before {
		return nil, "", fmt.Errorf("claim deliveries: the ledger gave %d for %d", len(claims), want.Count)
	}
	r.asked = r.now()
	r.sending.untold -= want.Active
	r.owed.exchanged(len(r.results.outcomes), want.Count, len(claims))
	r.results.outcomes = nil
	for i := range claims {
		claims[i].At = first
	}
	return claims, status, nil
}

// active is what the ledger is to be told of the time the issue was being sent. Where
// several send at a time, none of them knows it.
func (r *run) active() time.Duration {
	if r.settings.Shared {
		return 0
	}
	return r.sending.tell()
}

// taker is a connection that can take a claim.
type taker struct {
	*connection
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

// free lists who could take a claim. A waiting relay shortens it.
func (r *run) free() []taker {
	if r.stop != nil || r.owed.empty {
		return nil
	}
	takers := r.connections.free()
	if r.valve.waiting {
		takers = takers[:min(len(takers), r.valve.open)]
	}
	return takers
}

// handOut gives claims to the connections they were made for.
func (r *run) handOut(claims []Claim, takers []taker) {
	now := r.now()
	for i, claim := range claims {
		r.meter.claimed(claim)
		takers[i].give(claim, r.pace.until(takers[i].due, now))
	}
}

// followStatus obeys a person who held or cancelled the issue meanwhile. Other senders may
// have made it waiting, which it is not while this one sends: it is marked so next.
func (r *run) followStatus(status digest.Status) {
	if status == digest.Waiting && r.settings.Shared && !r.valve.waiting {
		r.issue.Status = status
	}
	if status == digest.Sending || status == digest.Waiting {
		return
	}
	if r.issue.Status != status {
		r.issue.Status, r.issue.Why = status, ""
	}
	r.end(&stopping{})
}

// reopenRefused gives back the deliveries of a run of refusals that was about us.
func (r *run) reopenRefused(ctx context.Context) error {
	for len(r.results.reopen) > 0 {
		batch := r.results.reopen[:min(len(r.results.reopen), reopenBatch)]
		err := r.persist(ctx, fmt.Sprintf("give back %d refused deliveries", len(batch)), func(ctx context.Context) error {
			return r.ledger.Reopen(ctx, r.lease, r.issue.ID, r.holding.ranges, batch)
		})
		if err != nil {
			return err
		}
		r.results.reopen = r.results.reopen[len(batch):]
	}
	return nil
}

// markIssue writes the issue's status where it changed.
func (r *run) markIssue(ctx context.Context) error {
	status, why := r.mark.status, r.mark.why
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
	// Others go by what each sender has seen itself: of a waiting that an earlier run began
	// they hear as soon as this one's probe has failed, too.
	untold := status == digest.Waiting && r.others() != nil && r.valve.pausing() && !r.waitTold
	if status == r.issue.Status && why == r.issue.Why && !untold {
		return nil
	}
	err := r.persist(ctx, fmt.Sprintf("mark the issue %s", status), func(ctx context.Context) error {
		return r.tallies.Mark(ctx, r.lease, r.issue.ID, status, why)
	})
	if err == nil {
		r.log.Info("issue "+string(status), "issue", r.issue.Number, "why", why)
		r.issue.Status, r.issue.Why, r.waitTold = status, why, status == digest.Waiting
	}
	return err
}
