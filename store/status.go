package store

import (
	"context"
	"fmt"

	"roundup/delivery"
	"roundup/digest"
)

// StatusError is returned for what an issue's status does not allow.
type StatusError struct {
	Number int
	Status digest.Status
	Want   string // what was asked for: "hold"
}

func (e *StatusError) Error() string {
	return fmt.Sprintf("can't %s it: it is %s", e.Want, e.Status)
}

// HoldIssue makes an issue wait for a person. Mails on the wire are finished.
func (s *Store) HoldIssue(ctx context.Context, number int, why, through string) error {
	return s.changeStatus(ctx, number, func(tx *Tx, issue digest.Issue) error {
		if issue.Status != digest.Sending && issue.Status != digest.Waiting {
			return &StatusError{Number: number, Status: issue.Status, Want: "hold"}
		}
		return tx.setIssueStatus(ctx, issue.ID, digest.Held, why, through)
	})
}

// ReleaseIssue lets a held issue go on.
func (s *Store) ReleaseIssue(ctx context.Context, number int, why, through string) error {
	return s.changeStatus(ctx, number, func(tx *Tx, issue digest.Issue) error {
		if issue.Status != digest.Held {
			return &StatusError{Number: number, Status: issue.Status, Want: "release"}
		}
		return tx.setIssueStatus(ctx, issue.ID, digest.Sending, why, through)
	})
}

// CancelIssue ends an issue: readers not mailed yet are skipped. If it reached
// nobody its articles are owed again, and the edits made for it are the next
// issue's; mails on the wire may still make it reach somebody. It is cancelled
// at once; a large audience is skipped in several transactions, and if they are
// interrupted the next sender finishes them.
func (s *Store) CancelIssue(ctx context.Context, number int, why, through string) error {
	more, id := false, int64(0)
	err := s.changeStatus(ctx, number, func(tx *Tx, issue digest.Issue) (err error) {
		if !issue.Status.UnderWay() {
			return &StatusError{Number: number, Status: issue.Status, Want: "cancel"}
		}
		if err := tx.setIssueStatus(ctx, issue.ID, digest.Cancelled, why, through); err != nil {
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

func (s *Store) changeStatus(ctx context.Context, number int, change func(*Tx, digest.Issue) error) error {
	return s.write(ctx, func(tx *Tx) error {
		issue, err := tx.issue(ctx, number)
		if err != nil {
			return err
		}
		return change(tx, issue)
	})
}

// Mark implements delivery.Ledger. What a person decided meanwhile stands: a
// held or cancelled issue stays so.
func (s *Store) Mark(ctx context.Context, lease delivery.Lease, issue int64, status digest.Status, why string) error {
	return s.write(ctx, func(tx *Tx) error {
		if err := tx.checkLease(ctx, lease); err != nil {
			return err
		}
		now, err := tx.issueStatus(ctx, issue)
		if err != nil {
			return err
		}
		switch {
		case !now.UnderWay() || now == digest.Held:
			return nil
		case status == digest.Cancelled || (!status.UnderWay() && status != digest.Sent):
			return fmt.Errorf("issue can't be marked %q by a sender", status)
		}
		if status == digest.Sent {
			if err := tx.checkFinal(ctx, issue); err != nil {
				return err
			}
		}
		return tx.setIssueStatus(ctx, issue, status, why, "sender")
	})
}

func (tx *Tx) issueStatus(ctx context.Context, issue int64) (digest.Status, error) {
	status, err := queryOne(ctx, tx, scanValue[digest.Status], `SELECT status FROM issues WHERE id = ?`, issue)
	if err != nil {
		return "", fmt.Errorf("read issue's status: %w", err)
	}
	return status, nil
}

// checkFinal fails with delivery.ErrOwed while a delivery is queued, sending or
// deferred. Whether an unknown one is final depends on the sender's policy.
func (tx *Tx) checkFinal(ctx context.Context, issue int64) error {
	owed, err := queryOne(ctx, tx, scanValue[bool], `
		SELECT EXISTS (SELECT 1 FROM deliveries WHERE issue_id = ?1 AND state = 'queued')
			OR EXISTS (SELECT 1 FROM deliveries WHERE issue_id = ?1 AND state = 'deferred')
			OR EXISTS (SELECT 1 FROM deliveries WHERE issue_id = ?1 AND state = 'sending')`,
		issue)
	if err != nil {
		return fmt.Errorf("look for deliveries owed: %w", err)
	}
	if owed {
		return delivery.ErrOwed
	}
	return nil
}

// setIssueStatus writes an issue's status and, when it is another, the event.
func (tx *Tx) setIssueStatus(ctx context.Context, issue int64, status digest.Status, why, through string) error {
	before, err := tx.issueStatus(ctx, issue)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `
		UPDATE issues
		SET status = ?1,
		    why = ?2,
		    touched_at = ?3,
		    waiting_since = CASE WHEN ?1 = 'waiting' THEN coalesce(waiting_since, ?3) END,
		    finished_at = CASE WHEN ?1 IN ('sent', 'cancelled') THEN ?3 END
		WHERE id = ?4`,
		status, whyOf(status, why), tx.stamp(), issue)
	if err != nil {
		return fmt.Errorf("set issue's status: %w", err)
	}
	if before == status {
		return nil
	}
	return tx.event(ctx, event{issue: issue, what: "issue " + string(status), through: through, detail: why})
}

// whyOf keeps a reason only where a status has one to show.
func whyOf(status digest.Status, why string) string {
	if status == digest.Sending || status == digest.Sent {
		return ""
	}
	return why
}

// holdAll holds every issue under way.
func (tx *Tx) holdAll(ctx context.Context, why, through string) error {
	issues, err := tx.issues(ctx, `AND status IN ('sending', 'waiting')`)
	if err != nil {
		return err
	}
	for _, issue := range issues {
		if err := tx.setIssueStatus(ctx, issue.ID, digest.Held, why, through); err != nil {
			return err
		}
	}
	return nil
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
		SET state = 'skipped', why = 'issue cancelled', next_at = NULL, changed_at = ?1
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
