package ledger

import (
	"context"
	"errors"
	"fmt"

	"roundup/store/engine"
)

// CompareRanges compares what an issue's ranges counted with their deliveries. It fails
// with ErrCorrupt where they differ.
func (l *Ledger) CompareRanges(ctx context.Context, issue int64) error {
	for number := 1; ; number++ {
		err := l.compareRange(ctx, issue, number)
		if errors.Is(err, engine.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// compareRange looks at one range, in a view of its own; ErrNotFound after the last.
func (l *Ledger) compareRange(ctx context.Context, issue int64, number int) error {
	return l.read(ctx, func(tx *Tx) error {
		g, err := tx.rangeByNumber(ctx, issue, number)
		if errors.Is(err, errAudience) {
			return fmt.Errorf("%w: %q: %w", engine.ErrCorrupt, l.db.Path(), err)
		}
		if err != nil || g.open {
			return err
		}
		want, err := tx.count(ctx, g)
		if err != nil {
			return err
		}
		got, err := engine.QueryOne(ctx, tx, func(r engine.Row) (c counts, err error) {
			return c, r.Scan(&c.queued, &c.sent, &c.failed, &c.deferred, &c.unknown, &c.resendable, &c.skipped, engine.TimeInto(&c.nextAt))
		}, `
			SELECT
				queued,
				sent,
				failed,
				deferred,
				unknown,
				resendable,
				skipped,
				next_at
			FROM ranges
			WHERE issue_id = ? AND number = ?`, issue, number)
		if err != nil || got == want && want.rows() == g.claimed {
			return err
		}
		return fmt.Errorf("%w: %q: range %d of an issue counted %d deliveries at a mark of %d, and has %d",
			engine.ErrCorrupt, l.db.Path(), number, got.rows(), g.claimed, want.rows())
	})
}
