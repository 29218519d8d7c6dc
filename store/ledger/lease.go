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
// would else leave them for that year.
func (tx *Tx) bringForward(ctx context.Context) error {
	brought, err := tx.Exec(ctx, `
		UPDATE deliveries
		SET next_at = ?
		WHERE issue_id IN (SELECT issue_id FROM ranges WHERE deferred > 0 OR closed_at IS NULL) AND state = 'deferred' AND next_at > ?`,
		tx.Stamp(), engine.TimeText(tx.At.Add(delivery.LongestPause)))
	if err == nil && brought > 0 {
		// Each is looked at once, and counted again.
		_, err = tx.Exec(ctx, `UPDATE ranges SET next_at = ? WHERE deferred > 0`, tx.Stamp())
	}
	if err != nil {
		return fmt.Errorf("bring deferred deliveries forward: %w", err)
	}
	return nil
}
