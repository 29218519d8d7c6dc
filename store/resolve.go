package store

import (
	"context"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store/content"
	"roundup/store/engine"
	"roundup/store/ledger"
	"roundup/subscribers"
)

// resolved is the event of a delivery that a person settled.
const resolved = "delivery resolved"

// Resolve settles an unknown delivery by a person's word: delivery.Sent puts it
// on record as sent; delivery.Queued has it sent again, whatever the policy and
// even where its one resend is used up, and reopens an issue that was done. It fails with ErrNotFound, with delivery.ErrUnlawful for a delivery
// that is not unknown, or with a *StatusError for a cancelled issue's resend.
func (s *Store) Resolve(ctx context.Context, number int, addressKey string, to delivery.State, by subscribers.Actor) error {
	return s.write(ctx, func(tx *Tx) error {
		issue, err := tx.Issue(ctx, number)
		if err != nil {
			return err
		}
		hash, err := tx.hash(ctx, addressKey)
		if err != nil {
			return err
		}
		id, err := tx.SubscriberID(ctx, hash)
		if err != nil {
			return err
		}
		if err := tx.Resolve(ctx, issue.ID, id, to); err != nil {
			return err
		}
		detail := string(to)
		if to == delivery.Queued {
			detail = "resend"
		}
		if to == delivery.Queued && issue.Status == digest.Cancelled {
			return &content.StatusError{Number: issue.Number, Status: issue.Status, Want: detail}
		}
		if issue.Status == digest.Cancelled { // what a dead sender left on the wire is settled by now
			if err := tx.SettleCancelled(ctx, issue.ID); err != nil {
				return err
			}
		}
		err = tx.Record(ctx, engine.Entry{Issue: issue.ID, Subscriber: id, What: resolved, By: by, Detail: detail})
		if err != nil || to != delivery.Queued || issue.Status != digest.Sent {
			return err
		}
		return tx.SetIssueStatus(ctx, issue.ID, digest.Sending, "", by)
	})
}

// History lists what became of every issue the reader with this address key was in the
// audience of or asked for, newest first.
func (s *Store) History(ctx context.Context, addressKey string) ([]ledger.DeliveryRecord, error) {
	keys, err := s.Keyring(ctx)
	if err != nil {
		return nil, err
	}
	return s.Ledger.History(ctx, keys.AddressHash(addressKey))
}
