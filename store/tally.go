package store

import (
	"context"
	"fmt"
	"time"

	"roundup/delivery"
)

// stateCount is one line of a tally.
type stateCount struct {
	state      delivery.State
	count      int
	resendable int
	nextDue    time.Time
}

// Tally implements delivery.Tallies. It counts every delivery of the issue: a
// fifth of a second for a million.
func (s *Store) Tally(ctx context.Context, issue int64) (t delivery.Tally, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		counts, err := queryAll(ctx, tx, func(r row) (c stateCount, err error) {
			return c, r.Scan(&c.state, &c.count, &c.resendable, timeInto(&c.nextDue))
		}, `
			SELECT
				state,
				count(*),
				sum(state = 'unknown' AND resends = 0),
				min(next_at)
			FROM deliveries
			WHERE issue_id = ?
			GROUP BY state`, issue)
		if err != nil {
			return err
		}
		t = tallyOf(counts)
		return tx.QueryRowContext(ctx, `SELECT waiting_since FROM issues WHERE id = ?`, issue).Scan(timeInto(&t.WaitingSince))
	})
	if err != nil {
		return delivery.Tally{}, fmt.Errorf("count deliveries: %w", err)
	}
	return t, nil
}

func tallyOf(counts []stateCount) (t delivery.Tally) {
	fields := map[delivery.State]*int{
		delivery.Queued:   &t.Queued,
		delivery.Sending:  &t.Sending,
		delivery.Sent:     &t.Sent,
		delivery.Deferred: &t.Deferred,
		delivery.Failed:   &t.Failed,
		delivery.Unknown:  &t.Unknown,
		delivery.Skipped:  &t.Skipped,
	}
	for _, c := range counts {
		*fields[c.state] += c.count
		t.Resendable += c.resendable
		if c.state == delivery.Deferred {
			t.NextDue = c.nextDue
		}
	}
	return t
}
