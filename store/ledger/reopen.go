package ledger

import (
	"context"
	"fmt"

	"roundup/delivery"
	"roundup/store/engine"
)

// Reopen implements delivery.Ledger. It fails with delivery.ErrUnlawful, and
// changes nothing, when one of the deliveries is not failed, nor was reopened before.
func (l *Ledger) Reopen(ctx context.Context, lease delivery.Lease, issue int64, held []*delivery.Range, subscriberIDs []int64) error {
	err := l.write(ctx, func(tx *Tx) error {
		if err := tx.CheckLease(ctx, lease); err != nil {
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
	failed, err := engine.QueryOne(ctx, tx, engine.ScanValue[int], `
		SELECT count(*)
		FROM deliveries
		WHERE issue_id = ?
			AND (state = 'failed' OR (state = 'queued' AND why = ?))
			AND subscriber_id `+engine.InIDs, issue, why, engine.IDList(subscriberIDs))
	if err == nil && failed != len(subscriberIDs) {
		err = fmt.Errorf("%w: %d of %d have failed", delivery.ErrUnlawful, failed, len(subscriberIDs))
	}
	if err == nil {
		_, err = tx.Exec(ctx, `
			UPDATE deliveries
			SET state = 'queued', why = ?, changed_at = ?
			WHERE issue_id = ? AND state = 'failed' AND subscriber_id `+engine.InIDs,
			why, tx.Stamp(), issue, engine.IDList(subscriberIDs))
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
