package store

import (
	"context"
	"fmt"

	"roundup/digest"
	"roundup/subscribers"
)

// CancelIssue ends an issue: readers not mailed yet count as skipped from then on. If it
// reached nobody its articles are owed again, and the edits made for it are the next
// issue's; mails on the wire may still make it reach somebody.
func (s *Store) CancelIssue(ctx context.Context, number int, why string, by subscribers.Actor) error {
	return s.changeStatus(ctx, number, func(tx *Tx, issue digest.Issue) error {
		if !issue.Status.UnderWay() {
			return &StatusError{Number: number, Status: issue.Status, Want: "cancel"}
		}
		if err := tx.setIssueStatus(ctx, issue.ID, digest.Cancelled, why, by); err != nil {
			return err
		}
		return tx.settleCancelled(ctx, issue.ID)
	})
}

// settleCancelled gives back the articles and edits of a cancelled issue, once no mail of
// it is on the wire and none reached anybody.
func (tx *Tx) settleCancelled(ctx context.Context, issue int64) error {
	flying, err := tx.flying(ctx, issue)
	if err != nil || flying {
		return err // the results of those on the wire will settle it
	}
	returned, err := tx.exec(ctx, `
		UPDATE article_states
		SET state = 'owed', issue_id = NULL, changed_at = ?
		WHERE newsletter_id = ? AND state = 'reserved' AND issue_id = ?`, tx.stamp(), tx.newsletter, issue)
	if err != nil {
		return fmt.Errorf("give back articles: %w", err)
	}
	if returned == 0 {
		return nil // it reached somebody: they are carried
	}
	return tx.unbindEdits(ctx, issue)
}
