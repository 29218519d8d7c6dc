package ledger

import (
	"context"
	"fmt"
	"slices"
	"time"

	"roundup/delivery"
	"roundup/store/engine"
)

// Tally implements delivery.Tallies. It adds up what the issue's ranges counted when they
// were closed, and counts the few that are open.
func (l *Ledger) Tally(ctx context.Context, issue int64) (t delivery.Tally, err error) {
	err = l.read(ctx, func(tx *Tx) error {
		t, err = tx.tally(ctx, issue)
		return err
	})
	if err != nil {
		return delivery.Tally{}, fmt.Errorf("count deliveries: %w", err)
	}
	return t, nil
}

func (tx *Tx) tally(ctx context.Context, issue int64) (t delivery.Tally, err error) {
	err = tx.QueryRowContext(ctx, `SELECT waiting_since FROM issues WHERE id = ?`, issue).Scan(engine.TimeInto(&t.WaitingSince))
	if err != nil {
		return t, err
	}
	closed, c, err := tx.closedRanges(ctx, issue)
	if err != nil {
		return t, err
	}
	closed.tally(&t, c)
	free := t.NextDue
	open, err := tx.openRanges(ctx, issue)
	if err != nil || len(open) == 0 {
		return t, err
	}
	workers, err := engine.QueryAll(ctx, tx, engine.ScanValue[string], `SELECT name FROM workers`)
	if err != nil {
		return t, err
	}
	for _, g := range open {
		if c, err = tx.count(ctx, g); err != nil {
			return t, err
		}
		g.tally(&t, c)
		if slices.Contains(workers, g.holder) {
			g.tallyHeld(&t.Held, c)
		} else if c.deferred > 0 && (free.IsZero() || c.nextAt.Before(free)) {
			free = c.nextAt
		}
	}
	if t.Held.Deferred > 0 {
		t.Held.NextFree = free
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
		engine.TimeInto(&c.nextAt))
	return sum, c, err
}

// Flying reports whether mails of an issue are on the wire, as far as anybody knows.
func (tx *Tx) Flying(ctx context.Context, issue int64) (bool, error) {
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

// Begun implements delivery.Recent. A message is dated by its end, or by when its range
// moved last while it has none; that is never before it began. It reads every
// delivery of the issues that moved since then: once a run, where a limit by
// the hour is set.
func (l *Ledger) Begun(ctx context.Context, since time.Time, tick time.Duration) (begun []delivery.Begun, err error) {
	var seconds []delivery.Begun
	err = l.read(ctx, func(tx *Tx) error {
		issues, err := engine.QueryAll(ctx, tx, engine.ScanValue[int64], `
			SELECT DISTINCT issue_id FROM ranges WHERE touched_at >= ? ORDER BY issue_id`, engine.TimeText(since))
		for _, issue := range issues {
			var more []delivery.Begun
			if err == nil {
				more, err = tx.begun(ctx, issue, since)
			}
			seconds = append(seconds, more...)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count recent messages: %w", err)
	}
	slices.SortFunc(seconds, func(a, b delivery.Begun) int { return a.At.Compare(b.At) })
	for _, b := range seconds {
		b.At = b.At.Truncate(tick)
		if last := len(begun) - 1; last >= 0 && begun[last].At.Equal(b.At) {
			begun[last].Count += b.Count
			continue
		}
		begun = append(begun, b)
	}
	return begun, nil
}

// begun counts the messages of an issue by the second.
func (tx *Tx) begun(ctx context.Context, issue int64, since time.Time) ([]delivery.Begun, error) {
	begun, err := engine.QueryAll(ctx, tx, func(r engine.Row) (b delivery.Begun, err error) {
		var second string
		if err := r.Scan(&second, &b.Count); err != nil {
			return b, err
		}
		b.At, err = time.Parse("2006-01-02T15:04:05", second)
		return b, err
	}, `
		SELECT substr(at, 1, 19) AS second, count(*)
		FROM (
			SELECT changed_at AS at
			FROM deliveries
			WHERE issue_id = ? AND state IN ('sending', 'sent') AND changed_at >= ?
			UNION ALL
			SELECT at FROM attempts WHERE issue_id = ? AND at >= ?) AS messages
		GROUP BY second`, issue, engine.TimeText(since), issue, engine.TimeText(since))
	if err != nil {
		return nil, err
	}
	open, err := tx.openRanges(ctx, issue)
	if err != nil {
		return nil, err
	}
	for _, g := range open {
		c, err := tx.count(ctx, g)
		if err != nil {
			return nil, err
		}
		if n := g.claimed - c.rows(); n > 0 {
			begun = append(begun, delivery.Begun{At: g.touched, Count: n})
		}
	}
	return begun, nil
}
