package ledger

import (
	"context"
	"errors"
	"fmt"

	"roundup/delivery"
	"roundup/store/engine"
	"roundup/subscribers"
)

// AcquireLease makes holder the sender, on behalf of by: what is started and marked
// under the lease is put on record as done by them. Its epoch is higher than any before,
// so that claims and results of an earlier sender are refused from here on: nobody holds
// a range any more. Deferred readers that a clock put off for too long are due.
// Take the process lock first: the lease itself turns nobody away.
func (l *Ledger) AcquireLease(ctx context.Context, holder string, by subscribers.Actor) (lease delivery.Lease, err error) {
	err = l.write(ctx, func(tx *Tx) error {
		epoch, err := engine.QueryOne(ctx, tx, engine.ScanValue[int64], `
			INSERT INTO leases (name, holder, epoch, acquired_at)
			VALUES ('sender', ?, 1, ?)
			ON CONFLICT (name) DO UPDATE
			SET holder = excluded.holder,
			    epoch = leases.epoch + 1,
			    acquired_at = excluded.acquired_at
			RETURNING epoch`, holder, tx.Stamp())
		if err != nil {
			return fmt.Errorf("acquire lease: %w", err)
		}
		tx.Wrote()
		lease = delivery.Lease{Holder: holder, Epoch: epoch, By: by}
		if err := tx.vacate(ctx); err != nil {
			return err
		}
		return tx.bringForward(ctx)
	})
	return lease, err
}

// ReleaseLease gives the lease back; nothing more can be written under it.
// Releasing one that another sender has taken over changes nothing.
func (l *Ledger) ReleaseLease(ctx context.Context, lease delivery.Lease) error {
	return l.write(ctx, func(tx *Tx) error {
		_, err := tx.Exec(ctx, `
			UPDATE leases SET holder = '' WHERE name = 'sender' AND epoch = ?`, lease.Epoch)
		if err != nil {
			return fmt.Errorf("release lease: %w", err)
		}
		return nil
	})
}

// CheckLease fails with delivery.ErrLeaseLost unless lease is the current one.
func (tx *Tx) CheckLease(ctx context.Context, lease delivery.Lease) error {
	if err := tx.checkWorker(ctx, lease); err != nil || lease.Worker != 0 {
		return err
	}
	current, err := engine.QueryOne(ctx, tx, engine.ScanValue[int64], `
		SELECT epoch FROM leases WHERE name = 'sender' AND holder <> ''`)
	if err != nil && !errors.Is(err, engine.ErrNotFound) {
		return fmt.Errorf("check lease: %w", err)
	}
	if err != nil || current != lease.Epoch {
		return delivery.ErrLeaseLost
	}
	return nil
}

// bringForward makes deferred readers due whose next attempt lies farther away
// than any pause: a machine that came up a year ahead, and was put right,
// would else leave them for that year. Only ranges that would not be opened before are looked
// at; opening one does it, too (bringForwardIn).
func (tx *Tx) bringForward(ctx context.Context) error {
	late, err := engine.QueryAll(ctx, tx, scanRange, rangeColumns+`
		WHERE i.status IN ('sending', 'waiting', 'held') AND r.closed_at IS NOT NULL AND r.next_at > ?
		ORDER BY r.issue_id, r.number`, tx.farthest())
	for _, g := range late {
		if err == nil {
			err = tx.bringForwardIn(ctx, g)
		}
		if err == nil {
			err = tx.resettle(ctx, g)
		}
	}
	if err != nil {
		return fmt.Errorf("bring deferred deliveries forward: %w", err)
	}
	return nil
}

// bringForwardIn does it in one range.
func (tx *Tx) bringForwardIn(ctx context.Context, g rangeRow) error {
	_, err := tx.Exec(ctx, `
		UPDATE deliveries
		SET next_at = ?
		WHERE issue_id = ? AND subscriber_id BETWEEN ? AND ? AND state = 'deferred' AND next_at > ?`,
		tx.Stamp(), g.issue, g.firstID, g.lastID, tx.farthest())
	return err
}

// farthest is as far as an ordinary pause leads, as text.
func (tx *Tx) farthest() string { return engine.TimeText(tx.At.Add(delivery.LongestPause)) }
