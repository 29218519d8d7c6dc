package ledger

import (
	"context"
	"fmt"
	"strings"

	"roundup/delivery"
	"roundup/store/engine"
)

// outcomeRow is one line of what recordTried inserts: the issue and the time are the same in all.
const outcomeRow = `(?1, ?2, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?)`

// record writes the outcomes of a range, all or none. A result belongs to a delivery
// that was claimed here; besides, a deferred one may be given up.
func (x *exchange) record(ctx context.Context, p *part) error {
	tried := make([]delivery.Outcome, 0, len(p.outcomes))
	for _, o := range p.outcomes {
		if !delivery.Lawful(delivery.Sending, o.To) || !p.Claimed(o.SubscriberID) {
			return fmt.Errorf("outcome for subscriber %d: %w: to %s", o.SubscriberID, delivery.ErrUnlawful, o.To)
		}
		if untried(o) {
			if err := x.handBack(ctx, o.SubscriberID); err != nil {
				return err
			}
			continue
		}
		tried = append(tried, o)
	}
	if err := x.recordTried(ctx, p, tried); err != nil {
		return err
	}
	for _, o := range p.outcomes {
		x.follow(p, o)
	}
	return nil
}

// untried reports whether an outcome gives a claim back that nothing came of.
func untried(o delivery.Outcome) bool {
	return o.To == delivery.Queued && o.Reply.Code == 0 && o.Why == ""
}

// follow keeps the range's figures in step with an outcome.
func (x *exchange) follow(p *part, o delivery.Outcome) {
	p.InFlight--
	switch o.To {
	case delivery.Queued:
		p.Queued++
	case delivery.Unknown:
		p.Unknown++ // if its resend is used up, the next look finds none
	case delivery.Deferred:
		if at := x.At.Add(o.Pause); p.Due.IsZero() || at.Before(p.Due) {
			p.Due = at
		}
	}
}

// recordTried writes outcomes in one statement, and the attempt that led to each but
// those sent.
func (x *exchange) recordTried(ctx context.Context, p *part, outcomes []delivery.Outcome) error {
	if len(outcomes) == 0 {
		return nil
	}
	if id := twice(outcomes); id != 0 {
		return fmt.Errorf("record outcomes: %w: two of subscriber %d", delivery.ErrUnlawful, id)
	}
	args := append(make([]any, 0, 2+9*len(outcomes)), x.issue, x.Stamp())
	reached := map[int]bool{}
	for _, o := range outcomes {
		var nextAt, deferredFrom any
		if o.To == delivery.Deferred {
			nextAt, deferredFrom = engine.TimeText(x.At.Add(o.Pause)), x.active.Milliseconds()
		}
		args = append(args, o.SubscriberID, string(o.To), o.Reply.Code, o.Reply.Enhanced, o.Reply.Text,
			o.Reply.Command, o.Why, nextAt, deferredFrom)
		if o.To == delivery.Sent || o.To == delivery.Unknown {
			reached[p.Variant(o.SubscriberID)] = true
		}
	}
	recorded, err := x.Exec(ctx, `
		INSERT INTO deliveries (
			issue_id, changed_at, subscriber_id, state, attempts, code, enhanced, reply, command, why, next_at, deferred_ms
		) VALUES `+outcomeRow+strings.Repeat(`, `+outcomeRow, len(outcomes)-1)+`
		ON CONFLICT (issue_id, subscriber_id) DO UPDATE
		SET
			state = excluded.state,
			code = excluded.code,
			enhanced = excluded.enhanced,
			reply = excluded.reply,
			command = excluded.command,
			why = excluded.why,
			next_at = excluded.next_at,
			deferred_ms = coalesce(deliveries.deferred_ms, excluded.deferred_ms),
			changed_at = excluded.changed_at
		WHERE deliveries.state = 'sending' OR (deliveries.state = 'deferred' AND excluded.state = 'failed')`, args...)
	if err != nil {
		return fmt.Errorf("record outcomes: %w", err)
	}
	if recorded != int64(len(outcomes)) {
		return fmt.Errorf("record outcomes: %w: %d of %d are of deliveries that are not being sent",
			delivery.ErrUnlawful, int64(len(outcomes))-recorded, len(outcomes))
	}
	for _, o := range outcomes {
		if o.To == delivery.Sent {
			continue
		}
		if err := x.noteAttempt(ctx, x.issue, o.SubscriberID); err != nil {
			return fmt.Errorf("record attempt: %w", err)
		}
	}
	if len(reached) == 0 || x.ahead == 0 {
		return nil
	}
	return x.carry(ctx, x.issue, reached)
}

// twice is a reader of whom there are two outcomes; 0 for none. PostgreSQL changes
// no row twice in one statement, SQLite does.
func twice(outcomes []delivery.Outcome) int64 {
	for i, o := range outcomes {
		for _, before := range outcomes[:i] {
			if before.SubscriberID == o.SubscriberID {
				return o.SubscriberID
			}
		}
	}
	return 0
}

// handBack returns a claim that was never tried: as if it had not been made.
func (x *exchange) handBack(ctx context.Context, subscriber int64) error {
	back, err := x.Exec(ctx, `
		INSERT INTO deliveries (issue_id, subscriber_id, state, attempts, changed_at)
		VALUES (?, ?, 'queued', 0, ?)
		ON CONFLICT (issue_id, subscriber_id) DO UPDATE
		SET
			state = 'queued',
			attempts = deliveries.attempts - 1,
			changed_at = excluded.changed_at
		WHERE deliveries.state = 'sending'`, x.issue, subscriber, x.Stamp())
	if err != nil {
		return fmt.Errorf("hand back a claim: %w", err)
	}
	if back != 1 {
		return fmt.Errorf("hand back subscriber %d: %w: it is not being sent", subscriber, delivery.ErrUnlawful)
	}
	return nil
}

func unlawful(from, to delivery.State) error {
	return fmt.Errorf("%w: %s to %s", delivery.ErrUnlawful, from, to)
}
