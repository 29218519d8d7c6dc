package store

import (
	"context"
	"fmt"

	"roundup/delivery"
	"roundup/digest"
	"roundup/subscribers"
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
func (s *Store) HoldIssue(ctx context.Context, number int, why string, by subscribers.Actor) error {
	return s.changeStatus(ctx, number, func(tx *Tx, issue digest.Issue) error {
		if issue.Status != digest.Sending && issue.Status != digest.Waiting {
			return &StatusError{Number: number, Status: issue.Status, Want: "hold"}
		}
		return tx.setIssueStatus(ctx, issue.ID, digest.Held, why, by)
	})
}

// ReleaseIssue lets a held issue go on.
func (s *Store) ReleaseIssue(ctx context.Context, number int, why string, by subscribers.Actor) error {
	return s.changeStatus(ctx, number, func(tx *Tx, issue digest.Issue) error {
		if issue.Status != digest.Held {
			return &StatusError{Number: number, Status: issue.Status, Want: "release"}
		}
		return tx.setIssueStatus(ctx, issue.ID, digest.Sending, why, by)
	})
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

// Mark implements delivery.Tallies. What a person decided meanwhile stands: a
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
		return tx.setIssueStatus(ctx, issue, status, why, lease.By.Via(subscribers.ThroughSending))
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
// deferred; else every range is done. Whether an unknown one is final depends on the sender's policy.
func (tx *Tx) checkFinal(ctx context.Context, issue int64) error {
	tally, err := tx.tally(ctx, issue)
	if err != nil {
		return fmt.Errorf("look for deliveries owed: %w", err)
	}
	if tally.Owed(delivery.Hold) > 0 {
		return delivery.ErrOwed
	}
	_, err = tx.exec(ctx, `
		UPDATE ranges SET done_at = ? WHERE issue_id = ? AND done_at IS NULL`, tx.stamp(), issue)
	if err != nil {
		return fmt.Errorf("end ranges: %w", err)
	}
	return nil
}

// setIssueStatus writes an issue's status and, when it is another, the event.
func (tx *Tx) setIssueStatus(ctx context.Context, issue int64, status digest.Status, why string, by subscribers.Actor) error {
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
	return tx.event(ctx, event{issue: issue, what: "issue " + string(status), by: by, detail: why})
}

// whyOf keeps a reason only where a status has one to show.
func whyOf(status digest.Status, why string) string {
	if status == digest.Sending || status == digest.Sent {
		return ""
	}
	return why
}

// holdAll holds every issue under way.
func (tx *Tx) holdAll(ctx context.Context, why string, by subscribers.Actor) error {
	issues, err := tx.issues(ctx, `AND status IN ('sending', 'waiting')`)
	if err != nil {
		return err
	}
	for _, issue := range issues {
		if err := tx.setIssueStatus(ctx, issue.ID, digest.Held, why, by); err != nil {
			return err
		}
	}
	return nil
}
