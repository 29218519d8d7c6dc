package store

import (
	"context"
	"fmt"

	"roundup/digest"
	"roundup/subscribers"
)

func (tx *Tx) resolveSent(ctx context.Context, issue, subscriber int64, by subscribers.Actor) error {
	_, err := tx.exec(ctx, `
		UPDATE deliveries
		SET state = 'sent', why = 'resolved by hand', changed_at = ?
		WHERE issue_id = ? AND subscriber_id = ?`, tx.stamp(), issue, subscriber)
	if err != nil {
		return fmt.Errorf("resolve delivery: %w", err)
	}
	return tx.event(ctx, event{
		issue: issue, subscriber: subscriber, what: "delivery resolved", by: by, detail: "sent",
	})
}

// orderResend queues an unknown delivery once more; its own resend is used up
// with it. An issue that was done is owed something again, and goes on.
func (tx *Tx) orderResend(ctx context.Context, issue digest.Issue, subscriber int64, by subscribers.Actor) error {
	if issue.Status == digest.Cancelled {
		return &StatusError{Number: issue.Number, Status: issue.Status, Want: "resend"}
	}
	_, err := tx.exec(ctx, `
		UPDATE deliveries
		SET state = 'queued', resends = 1, why = 'to be sent again, by hand', changed_at = ?
		WHERE issue_id = ? AND subscriber_id = ?`, tx.stamp(), issue.ID, subscriber)
	if err != nil {
		return fmt.Errorf("order resend: %w", err)
	}
	err = tx.event(ctx, event{
		issue: issue.ID, subscriber: subscriber, what: "delivery resolved", by: by, detail: "resend",
	})
	if err != nil || issue.Status != digest.Sent {
		return err
	}
	return tx.setIssueStatus(ctx, issue.ID, digest.Sending, "", by)
}
