package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"roundup/delivery"
)

// Begun implements delivery.Recent. A message is dated by its end, or by when its range
// moved last while it has none; that is never before it began. It reads every
// delivery of the issues that moved since then: once a run, where a limit by
// the hour is set.
func (s *Store) Begun(ctx context.Context, since time.Time, tick time.Duration) (begun []delivery.Begun, err error) {
	var seconds []delivery.Begun
	err = s.read(ctx, func(tx *Tx) error {
		issues, err := queryAll(ctx, tx, scanValue[int64], `
			SELECT DISTINCT issue_id FROM ranges WHERE touched_at >= ? ORDER BY issue_id`, timeText(since))
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
	begun, err := queryAll(ctx, tx, func(r row) (b delivery.Begun, err error) {
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
		GROUP BY second`, issue, timeText(since), issue, timeText(since))
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
