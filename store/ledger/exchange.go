package ledger

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store/engine"
)

// exchange is one call of a sender within its transaction.
type exchange struct {
	*Tx
	issue  int64
	status digest.Status
	active time.Duration // for which the issue was being sent, this call included
	ahead  int           // variants that nobody has yet
	parts  []*part
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
func (l *Ledger) Exchange(ctx context.Context, issue int64, held []*delivery.Range, outcomes []delivery.Outcome, want delivery.Want) (claims []delivery.Claim, status digest.Status, err error) {
	var x *exchange
	err = l.db.WriteRows(ctx, func(under *engine.Tx) (err error) {
		tx := &Tx{Tx: under}
		if x, err = tx.exchange(ctx, issue, want.Active); err != nil {
			return err
		}
		if err := x.share(held, outcomes); err != nil {
			return err
		}
		claims, err = x.run(ctx, want)
		return err
	})
	if err != nil {
		return nil, "", err
	}
	for i, p := range x.parts {
		*held[i] = p.Range
	}
	return claims, x.status, nil
}

func (tx *Tx) exchange(ctx context.Context, issue int64, active time.Duration) (*exchange, error) {
	x, err := engine.QueryOne(ctx, tx, func(r engine.Row) (*exchange, error) {
		x := &exchange{Tx: tx, issue: issue}
		var ms int64
		err := r.Scan(&x.status, &ms, &x.ahead)
		x.active = time.Duration(ms)*time.Millisecond + active
		return x, err
	}, `
		SELECT
			status,
			active_ms,
			(SELECT count(*) FROM issue_variants WHERE issue_id = issues.id AND reached_at IS NULL AND unsent = '' AND readers > 0)
		FROM issues
		WHERE id = ?`, issue)
	if err != nil {
		return nil, fmt.Errorf("read issue: %w", err)
	}
	return x, nil
}

// share gives each range the outcomes that are its own.
func (x *exchange) share(held []*delivery.Range, outcomes []delivery.Outcome) error {
	for _, r := range held {
		x.parts = append(x.parts, &part{Range: *r})
	}
	for _, o := range outcomes {
		i := slices.IndexFunc(x.parts, func(p *part) bool { return p.Holds(o.SubscriberID) })
		if i < 0 {
			return fmt.Errorf("outcome for subscriber %d: in no range that is held: %w", o.SubscriberID, engine.ErrNotFound)
		}
		x.parts[i].outcomes = append(x.parts[i].outcomes, o)
	}
	return nil
}

// run goes through the ranges in order: what there is to record of each, then
// what is to be claimed of it.
func (x *exchange) run(ctx context.Context, want delivery.Want) ([]delivery.Claim, error) {
	if want.Again {
		before, err := x.tookPlace(ctx)
		if err != nil {
			return nil, fmt.Errorf("look for what was tried before: %w", err)
		}
		if before {
			return x.resume(ctx)
		}
	}
	if x.status != digest.Sending && x.status != digest.Waiting {
		want.Count = 0
	}
	var claims []delivery.Claim
	for _, p := range x.parts {
		need := want.Count - len(claims)
		if len(p.outcomes) == 0 && (need == 0 || p.Ready(x.At, want.Policy) == 0) {
			continue
		}
		mark := p.Mark + max(min(need-p.queued(), p.Fresh()), 0)
		if err := x.lock(ctx, p, mark); err != nil {
			return nil, err
		}
		if err := x.record(ctx, p); err != nil {
			return nil, err
		}
		claimed, err := x.claim(ctx, p, mark, delivery.Want{Count: need, Policy: want.Policy})
		if err != nil {
			return nil, err
		}
		claims = append(claims, claimed...)
	}
	return claims, x.conclude(ctx, want.Active)
}

// lock makes this the range's next exchange, and sets its mark. It fails where another has
// taken the range.
func (x *exchange) lock(ctx context.Context, p *part, mark int) error {
	locked, err := x.Exec(ctx, `
		UPDATE ranges
		SET seq = seq + 1, claimed = ?, touched_at = ?
		WHERE issue_id = ? AND number = ? AND epoch = ? AND seq = ? AND closed_at IS NULL`,
		mark, x.Stamp(), x.issue, p.Number, p.Epoch, p.Seq)
	if err != nil {
		return fmt.Errorf("lock range %d: %w", p.Number, err)
	}
	if locked != 1 {
		return delivery.ErrLeaseLost
	}
	p.Seq++
	return nil
}

// tookPlace reports whether an exchange that is tried again was applied, and only its answer
// lost: then it took one of its ranges a step on. All are looked at, since which of them take
// part depends on the status and the time, and both may be others by now. The update changes
// nothing; it waits for a commit that is still under way on a server.
func (x *exchange) tookPlace(ctx context.Context) (bool, error) {
	for _, p := range x.parts {
		seq, err := engine.QueryOne(ctx, x, engine.ScanValue[int64], `
			UPDATE ranges SET seq = seq WHERE issue_id = ? AND number = ? AND epoch = ? RETURNING seq`,
			x.issue, p.Number, p.Epoch)
		if errors.Is(err, engine.ErrNotFound) {
			continue // another has taken it
		}
		if err != nil || seq > p.Seq {
			return true, err
		}
	}
	return false, nil
}

// resume answers an exchange that took place before: what it claimed is read back.
func (x *exchange) resume(ctx context.Context) (claims []delivery.Claim, err error) {
	for _, p := range x.parts {
		g, err := engine.QueryOne(ctx, x, scanRange, rangeColumns+`
			WHERE i.id = ? AND r.number = ?`, x.issue, p.Number)
		if err != nil {
			return nil, fmt.Errorf("read range %d: %w", p.Number, err)
		}
		switch {
		case g.epoch != p.Epoch || !g.open || g.seq > p.Seq+1:
			return nil, delivery.ErrLeaseLost
		case g.seq == p.Seq:
			continue // it had no part in it
		}
		claimed, err := x.claimedIn(ctx, p, g)
		if err != nil {
			return nil, err
		}
		claims = append(claims, claimed...)
		if err := x.refresh(ctx, g, &p.Range); err != nil {
			return nil, err
		}
	}
	return claims, nil
}

// conclude records that the issue moved, once a sender tells for how long, and settles
// one that was cancelled.
func (x *exchange) conclude(ctx context.Context, active time.Duration) error {
	if active > 0 {
		_, err := x.Exec(ctx, `
			UPDATE issues SET active_ms = active_ms + ?, touched_at = ? WHERE id = ?`,
			active.Milliseconds(), x.Stamp(), x.issue)
		if err != nil {
			return fmt.Errorf("touch issue: %w", err)
		}
	}
	if x.status != digest.Cancelled {
		return nil
	}
	return x.SettleCancelled(ctx, x.issue)
}
