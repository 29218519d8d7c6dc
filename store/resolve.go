package store

import (
	"context"

	"roundup/delivery"
	"roundup/digest"
	"roundup/subscribers"
)

// Resolve settles an unknown delivery by a person's word: delivery.Sent puts it
// on record as sent; delivery.Queued has it sent again, whatever the policy and
// even where its one resend is used up, and reopens an issue that was done. It fails with ErrNotFound, with delivery.ErrUnlawful for a delivery
// that is not unknown, or with a *StatusError for a cancelled issue's resend.
func (s *Store) Resolve(ctx context.Context, number int, addressKey string, to delivery.State, by subscribers.Actor) error {
	return s.write(ctx, func(tx *Tx) error {
		issue, err := tx.issue(ctx, number)
		if err != nil {
			return err
		}
		id, err := tx.SubscriberID(ctx, addressKey)
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
			return &StatusError{Number: issue.Number, Status: issue.Status, Want: detail}
		}
		err = tx.event(ctx, event{issue: issue.ID, subscriber: id, what: "delivery resolved", by: by, detail: detail})
		if err != nil || to != delivery.Queued || issue.Status != digest.Sent {
			return err
		}
		return tx.setIssueStatus(ctx, issue.ID, digest.Sending, "", by)
	})
}
