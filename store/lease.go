package store

import (
	"context"
	"errors"
	"fmt"

	"roundup/delivery"
	"roundup/subscribers"
)

// AcquireLease makes holder the sender, on behalf of by: what is started and marked
// under the lease is put on record as done by them. Its epoch is higher than any before,
// so that claims and results of an earlier sender are refused from here on: nobody holds
// a range any more. Deferred readers that a clock put off for too long are due.
// Take the process lock first: the lease itself turns nobody away.
func (s *Store) AcquireLease(ctx context.Context, holder string, by subscribers.Actor) (lease delivery.Lease, err error) {
	err = s.write(ctx, func(tx *Tx) error {
		epoch, err := queryOne(ctx, tx, scanValue[int64], `
			INSERT INTO leases (name, holder, epoch, acquired_at)
			VALUES ('sender', ?, 1, ?)
			ON CONFLICT (name) DO UPDATE
			SET holder = excluded.holder,
			    epoch = leases.epoch + 1,
			    acquired_at = excluded.acquired_at
			RETURNING epoch`, holder, tx.stamp())
		if err != nil {
			return fmt.Errorf("acquire lease: %w", err)
		}
		tx.changed = true
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
func (s *Store) ReleaseLease(ctx context.Context, lease delivery.Lease) error {
	return s.write(ctx, func(tx *Tx) error {
		_, err := tx.exec(ctx, `
			UPDATE leases SET holder = '' WHERE name = 'sender' AND epoch = ?`, lease.Epoch)
		if err != nil {
			return fmt.Errorf("release lease: %w", err)
		}
		return nil
	})
}

// checkLease fails with delivery.ErrLeaseLost unless lease is the current one.
func (tx *Tx) checkLease(ctx context.Context, lease delivery.Lease) error {
	current, err := queryOne(ctx, tx, scanValue[int64], `
		SELECT epoch FROM leases WHERE name = 'sender' AND holder <> ''`)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return fmt.Errorf("check lease: %w", err)
	}
	if err != nil || current != lease.Epoch {
		return delivery.ErrLeaseLost
	}
	return nil
}
