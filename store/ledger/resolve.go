package ledger

import (
	"context"
	"errors"
	"fmt"

	"roundup/delivery"
	"roundup/store/engine"
)

// Resolve settles an unknown delivery by a person's word: delivery.Sent puts it on record
// as sent; delivery.Queued has it sent again, and its own resend is used up with it. It
// fails with ErrNotFound where the reader is not in the audience, and with
// delivery.ErrUnlawful for a delivery that is not unknown.
func (tx *Tx) Resolve(ctx context.Context, issue, subscriber int64, to delivery.State) error {
	d, g, err := tx.deliveryOf(ctx, issue, subscriber)
	if errors.Is(err, engine.ErrNotFound) {
		return fmt.Errorf("the reader was not in its audience: %w", engine.ErrNotFound)
	}
	if err != nil {
		return fmt.Errorf("read delivery: %w", err)
	}
	if d.state != delivery.Unknown {
		return fmt.Errorf("%w: it is %s, only an unknown one can be resolved", delivery.ErrUnlawful, d.state)
	}
	if !g.held() {
		if _, err := tx.settleLeft(ctx, g); err != nil {
			return err
		}
	}
	var resolved int64
	switch to {
	case delivery.Sent:
		resolved, err = tx.Exec(ctx, `
			UPDATE deliveries
			SET
				state = 'sent',
				resends = CASE WHEN why LIKE '%`+notSentAgain+`%' THEN 0 ELSE resends END,
				why = 'resolved by hand',
				changed_at = ?
			WHERE issue_id = ? AND subscriber_id = ? AND state = 'unknown'`, tx.Stamp(), issue, subscriber)
	case delivery.Queued:
		resolved, err = tx.Exec(ctx, `
			UPDATE deliveries
			SET state = 'queued', resends = 1, why = 'to be sent again, by hand', changed_at = ?
			WHERE issue_id = ? AND subscriber_id = ? AND state = 'unknown'`, tx.Stamp(), issue, subscriber)
	default:
		return unlawful(d.state, to)
	}
	if err != nil {
		return fmt.Errorf("resolve delivery: %w", err)
	}
	if resolved != 1 {
		return fmt.Errorf("%w: it is sent again right now", delivery.ErrUnlawful) // exchanges don't wait for other writers
	}
	return tx.resettle(ctx, g)
}
