package store

import (
	"context"
	"fmt"

	"roundup/digest"
	"roundup/subscribers"
)

// whyCancelled is why a delivery was skipped that may be queued again: the guard of the
// machine in the schema knows it by these words.
const whyCancelled = "issue cancelled"

// CancelIssue ends an issue: readers not mailed yet are skipped. If it reached
// nobody its articles are owed again, and the edits made for it are the next
// issue's; mails on the wire may still make it reach somebody. It is cancelled
// at once; a large audience is skipped in several transactions, and if they are
// interrupted the next sender finishes them.
func (s *Store) CancelIssue(ctx context.Context, number int, why string, by subscribers.Actor) error {
	more, id := false, int64(0)
	err := s.changeStatus(ctx, number, func(tx *Tx, issue digest.Issue) (err error) {
		if !issue.Status.UnderWay() {
			return &StatusError{Number: number, Status: issue.Status, Want: "cancel"}
		}
		if err := tx.setIssueStatus(ctx, issue.ID, digest.Cancelled, why, by); err != nil {
			return err
		}
		id = issue.ID
		more, err = tx.settleCancelled(ctx, id)
		return err
	})
	for more && err == nil {
		err = s.write(ctx, func(tx *Tx) (err error) {
			more, err = tx.settleCancelled(ctx, id)
			return err
		})
	}
	return err
}

// cancelBatch is how many deliveries of a cancelled issue one transaction skips,
// so that a large audience does not keep others from writing for long.
const cancelBatch = 10_000

// settleCancelled skips what is open of a cancelled issue, a batch at a time,
// and reports whether there is more. Once no mail of it is on the wire and
// none reached anybody, it gives back its articles and edits.
func (tx *Tx) settleCancelled(ctx context.Context, issue int64) (more bool, err error) {
	skipped, err := tx.exec(ctx, `
		UPDATE deliveries
		SET state = 'skipped', why = '`+whyCancelled+`', next_at = NULL, changed_at = ?1
		WHERE issue_id = ?2 AND subscriber_id IN (
			SELECT subscriber_id
			FROM deliveries
			WHERE issue_id = ?2 AND state = 'queued'
			UNION ALL
			SELECT subscriber_id
			FROM deliveries
			WHERE issue_id = ?2 AND state = 'deferred'
			LIMIT ?3)`, tx.stamp(), issue, cancelBatch)
	if err != nil {
		return false, fmt.Errorf("skip deliveries: %w", err)
	}
	if skipped == cancelBatch {
		return true, nil
	}
	flying, err := queryOne(ctx, tx, scanValue[bool], `
		SELECT EXISTS (SELECT 1 FROM deliveries WHERE issue_id = ? AND state = 'sending')`, issue)
	if err != nil {
		return false, fmt.Errorf("look for mails on the wire: %w", err)
	}
	if flying {
		return false, nil // their results will settle it
	}
	returned, err := tx.exec(ctx, `
		UPDATE article_states
		SET state = 'owed', issue_id = NULL, changed_at = ?
		WHERE newsletter_id = ? AND state = 'reserved' AND issue_id = ?`, tx.stamp(), tx.newsletter, issue)
	if err != nil {
		return false, fmt.Errorf("give back articles: %w", err)
	}
	if returned == 0 {
		return false, nil // it reached somebody: they are carried
	}
	return false, tx.unbindEdits(ctx, issue)
}
