package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"roundup/delivery"
	"roundup/digest"
)

// ledger is one exchange of an issue within its transaction.
type ledger struct {
	*Tx
	issue   int64
	status  digest.Status
	active  time.Duration // for which the issue was being sent, this call included
	reached bool          // somebody may have the issue already
	parts   []*part
}

// part is a range in an exchange.
type part struct {
	delivery.Range // as it becomes where the exchange succeeds
	outcomes       []delivery.Outcome
}

// queued is how many of its readers were given back, by this exchange too.
func (p *part) queued() int {
	n := p.Queued
	for _, o := range p.outcomes {
		if o.To == delivery.Queued {
			n++
		}
	}
	return n
}

// Exchange implements delivery.Ledger. A claim handed back untried (queued,
// with neither a reply nor a why) leaves no attempt behind.
func (s *Store) Exchange(ctx context.Context, issue int64, held []*delivery.Range, outcomes []delivery.Outcome, want delivery.Want) (claims []delivery.Claim, status digest.Status, err error) {
	var l *ledger
	err = s.write(ctx, func(tx *Tx) (err error) {
		if l, err = tx.ledger(ctx, issue, want.Active); err != nil {
			return err
		}
		if err := l.share(held, outcomes); err != nil {
			return err
		}
		claims, err = l.exchange(ctx, want)
		return err
	})
	if err != nil {
		return nil, "", err
	}
	for i, p := range l.parts {
		*held[i] = p.Range
	}
	return claims, l.status, nil
}

func (tx *Tx) ledger(ctx context.Context, issue int64, active time.Duration) (*ledger, error) {
	l, err := queryOne(ctx, tx, func(r row) (*ledger, error) {
		l := &ledger{Tx: tx, issue: issue}
		var ms int64
		err := r.Scan(&l.status, &ms, &l.reached)
		l.active = time.Duration(ms)*time.Millisecond + active
		return l, err
	}, `SELECT status, active_ms, reached_at IS NOT NULL FROM issues WHERE id = ?`, issue)
	if err != nil {
		return nil, fmt.Errorf("read issue: %w", err)
	}
	return l, nil
}

// share gives each range the outcomes that are its own.
func (l *ledger) share(held []*delivery.Range, outcomes []delivery.Outcome) error {
	for _, r := range held {
		l.parts = append(l.parts, &part{Range: *r})
	}
	for _, o := range outcomes {
		i := slices.IndexFunc(l.parts, func(p *part) bool { return p.Holds(o.SubscriberID) })
		if i < 0 {
			return fmt.Errorf("outcome for subscriber %d: in no range that is held: %w", o.SubscriberID, ErrNotFound)
		}
		l.parts[i].outcomes = append(l.parts[i].outcomes, o)
	}
	return nil
}

// exchange goes through the ranges in order: what there is to record of each, then
// what is to be claimed of it.
func (l *ledger) exchange(ctx context.Context, want delivery.Want) ([]delivery.Claim, error) {
	if l.status != digest.Sending && l.status != digest.Waiting {
		want.Count = 0
	}
	var claims []delivery.Claim
	for i, p := range l.parts {
		need := want.Count - len(claims)
		if len(p.outcomes) == 0 && (need == 0 || p.Ready(l.at, want.Policy) == 0) {
			continue
		}
		mark := p.Mark + max(min(need-p.queued(), p.Fresh()), 0)
		mine, err := l.lock(ctx, p, mark)
		if err != nil {
			return nil, err
		}
		if !mine {
			return l.resume(ctx, l.parts[i:], claims)
		}
		if err := l.record(ctx, p); err != nil {
			return nil, err
		}
		claimed, err := l.claim(ctx, p, mark, delivery.Want{Count: need, Policy: want.Policy})
		if err != nil {
			return nil, err
		}
		claims = append(claims, claimed...)
	}
	return claims, l.conclude(ctx, want.Active)
}

// lock makes this the range's next exchange, and sets its mark. Where it is not, either
// another has taken the range, which is an error, or this exchange took place before and
// its answer was lost.
func (l *ledger) lock(ctx context.Context, p *part, mark int) (bool, error) {
	locked, err := l.exec(ctx, `
		UPDATE ranges
		SET seq = seq + 1, claimed = ?, touched_at = ?
		WHERE issue_id = ? AND number = ? AND epoch = ? AND seq = ? AND closed_at IS NULL`,
		mark, l.stamp(), l.issue, p.Number, p.Epoch, p.Seq)
	if err != nil {
		return false, fmt.Errorf("lock range %d: %w", p.Number, err)
	}
	if locked == 1 {
		p.Seq++
	}
	return locked == 1, nil
}

// resume answers an exchange that took place before: what it claimed is read back.
func (l *ledger) resume(ctx context.Context, parts []*part, claims []delivery.Claim) ([]delivery.Claim, error) {
	for _, p := range parts {
		g, err := queryOne(ctx, l.Tx, scanRange, rangeColumns+`
			WHERE i.id = ? AND r.number = ?`, l.issue, p.Number)
		if err != nil {
			return nil, fmt.Errorf("read range %d: %w", p.Number, err)
		}
		switch {
		case g.epoch != p.Epoch || !g.open || g.seq > p.Seq+1:
			return nil, delivery.ErrLeaseLost
		case g.seq == p.Seq:
			continue // it had no part in it
		}
		claimed, err := l.claimedIn(ctx, p, g)
		if err != nil {
			return nil, err
		}
		claims = append(claims, claimed...)
		if err := l.refresh(ctx, g, &p.Range); err != nil {
			return nil, err
		}
	}
	return claims, nil
}

// conclude records that the issue moved, once a sender tells for how long, and settles
// one that was cancelled.
func (l *ledger) conclude(ctx context.Context, active time.Duration) error {
	if active > 0 {
		_, err := l.exec(ctx, `
			UPDATE issues SET active_ms = ?, touched_at = ? WHERE id = ?`,
			l.active.Milliseconds(), l.stamp(), l.issue)
		if err != nil {
			return fmt.Errorf("touch issue: %w", err)
		}
	}
	if l.status != digest.Cancelled {
		return nil
	}
	return l.settleCancelled(ctx, l.issue)
}

// Reopen implements delivery.Ledger. It fails with delivery.ErrUnlawful, and
// changes nothing, when one of the deliveries is not failed, nor was reopened before.
func (s *Store) Reopen(ctx context.Context, lease delivery.Lease, issue int64, held []*delivery.Range, subscriberIDs []int64) error {
	err := s.write(ctx, func(tx *Tx) error {
		if err := tx.checkLease(ctx, lease); err != nil {
			return err
		}
		return tx.reopen(ctx, issue, subscriberIDs)
	})
	if err != nil {
		return err
	}
	for _, r := range held {
		for _, id := range subscriberIDs {
			if r.Holds(id) {
				r.Queued++
			}
		}
	}
	return nil
}

func (tx *Tx) reopen(ctx context.Context, issue int64, subscriberIDs []int64) error {
	const why = "one of a run of equal refusals: not the reader's fault"
	failed, err := queryOne(ctx, tx, scanValue[int], `
		SELECT count(*)
		FROM deliveries
		WHERE issue_id = ?
			AND (state = 'failed' OR (state = 'queued' AND why = ?))
			AND subscriber_id `+inIDs, issue, why, idList(subscriberIDs))
	if err == nil && failed != len(subscriberIDs) {
		err = fmt.Errorf("%w: %d of %d have failed", delivery.ErrUnlawful, failed, len(subscriberIDs))
	}
	if err == nil {
		_, err = tx.exec(ctx, `
			UPDATE deliveries
			SET state = 'queued', why = ?, changed_at = ?
			WHERE issue_id = ? AND state = 'failed' AND subscriber_id `+inIDs,
			why, tx.stamp(), issue, idList(subscriberIDs))
	}
	if err != nil {
		return fmt.Errorf("reopen deliveries: %w", err)
	}
	settled := map[int]bool{}
	for _, id := range subscriberIDs {
		g, err := tx.rangeOf(ctx, issue, id)
		if err != nil {
			return fmt.Errorf("reopen delivery to subscriber %d: %w", id, err)
		}
		if settled[g.number] {
			continue
		}
		settled[g.number] = true
		if err := tx.resettle(ctx, g); err != nil {
			return err
		}
	}
	return nil
}

// carry makes the issue's articles carried, and its page public: it reached a reader.
func (tx *Tx) carry(ctx context.Context, issue int64) error {
	_, err := tx.exec(ctx, `
		UPDATE issues
		SET reached_at = ?
		WHERE id = ? AND reached_at IS NULL`, tx.stamp(), issue)
	if err != nil {
		return fmt.Errorf("mark issue as reaching readers: %w", err)
	}
	_, err = tx.exec(ctx, `
		UPDATE article_states
		SET state = 'carried', changed_at = ?
		WHERE newsletter_id = ? AND state = 'reserved' AND issue_id = ?`,
		tx.stamp(), tx.newsletter, issue)
	if err != nil {
		return fmt.Errorf("mark articles carried: %w", err)
	}
	return nil
}
