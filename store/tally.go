package store

import (
	"context"
	"fmt"

	"roundup/delivery"
)

// Tally implements delivery.Tallies. It adds up what the issue's ranges counted when they
// were closed, and counts the few that are open.
func (s *Store) Tally(ctx context.Context, issue int64) (t delivery.Tally, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		t, err = tx.tally(ctx, issue)
		return err
	})
	if err != nil {
		return delivery.Tally{}, fmt.Errorf("count deliveries: %w", err)
	}
	return t, nil
}

func (tx *Tx) tally(ctx context.Context, issue int64) (t delivery.Tally, err error) {
	err = tx.QueryRowContext(ctx, `SELECT waiting_since FROM issues WHERE id = ?`, issue).Scan(timeInto(&t.WaitingSince))
	if err != nil {
		return t, err
	}
	closed, c, err := tx.closedRanges(ctx, issue)
	if err != nil {
		return t, err
	}
	closed.tally(&t, c)
	open, err := tx.openRanges(ctx, issue)
	if err != nil {
		return t, err
	}
	for _, g := range open {
		if c, err = tx.count(ctx, g); err != nil {
			return t, err
		}
		g.tally(&t, c)
	}
	return t, nil
}

// closedRanges are all that are closed, in sum.
func (tx *Tx) closedRanges(ctx context.Context, issue int64) (sum rangeRow, c counts, err error) {
	err = tx.QueryRowContext(ctx, `
		SELECT
			i.status,
			coalesce(sum(r.size), 0),
			coalesce(sum(r.claimed), 0),
			coalesce(sum(r.queued), 0),
			coalesce(sum(r.sent), 0),
			coalesce(sum(r.failed), 0),
			coalesce(sum(r.deferred), 0),
			coalesce(sum(r.unknown), 0),
			coalesce(sum(r.resendable), 0),
			coalesce(sum(r.skipped), 0),
			min(r.next_at)
		FROM issues i
		LEFT JOIN ranges r ON r.issue_id = i.id AND r.closed_at IS NOT NULL
		WHERE i.id = ?
		GROUP BY i.status`, issue).Scan(
		&sum.status,
		&sum.size,
		&sum.claimed,
		&c.queued,
		&c.sent,
		&c.failed,
		&c.deferred,
		&c.unknown,
		&c.resendable,
		&c.skipped,
		timeInto(&c.nextAt))
	return sum, c, err
}

// flying reports whether mails of an issue are on the wire, as far as anybody knows.
func (tx *Tx) flying(ctx context.Context, issue int64) (bool, error) {
	open, err := tx.openRanges(ctx, issue)
	if err != nil {
		return false, fmt.Errorf("look for mails on the wire: %w", err)
	}
	for _, g := range open {
		c, err := tx.count(ctx, g)
		if err != nil {
			return false, err
		}
		if g.claimed-c.rows()+c.sending > 0 {
			return true, nil
		}
	}
	return false, nil
}
