package content

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store/engine"
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
func (s *Content) HoldIssue(ctx context.Context, number int, why string, by subscribers.Actor) error {
	return s.changeStatus(ctx, number, func(tx *Tx, issue digest.Issue) error {
		if issue.Status != digest.Sending && issue.Status != digest.Waiting {
			return &StatusError{Number: number, Status: issue.Status, Want: "hold"}
		}
		return tx.SetIssueStatus(ctx, issue.ID, digest.Held, why, by)
	})
}

// ReleaseIssue lets a held issue go on.
func (s *Content) ReleaseIssue(ctx context.Context, number int, why string, by subscribers.Actor) error {
	return s.changeStatus(ctx, number, func(tx *Tx, issue digest.Issue) error {
		if issue.Status != digest.Held {
			return &StatusError{Number: number, Status: issue.Status, Want: "release"}
		}
		if err := tx.ForgetRefusals(ctx, issue.ID); err != nil {
			return err
		}
		return tx.SetIssueStatus(ctx, issue.ID, digest.Sending, why, by)
	})
}

// changeStatus does what a person decides of an issue. No exchange overlaps it: one that has
// read the status before is seen with what it claims.
func (s *Content) changeStatus(ctx context.Context, number int, change func(*Tx, digest.Issue) error) error {
	return s.write(ctx, func(tx *Tx) error {
		if err := tx.Alone(ctx); err != nil {
			return fmt.Errorf("wait for the senders: %w", err)
		}
		issue, err := tx.Issue(ctx, number)
		if err != nil {
			return err
		}
		return change(tx, issue)
	})
}

// Mark implements delivery.Tallies. What a person decided meanwhile stands: a
// held or cancelled issue stays so.
func (s *Content) Mark(ctx context.Context, lease delivery.Lease, issue int64, status digest.Status, why string) error {
	return s.write(ctx, func(tx *Tx) error {
		if err := tx.CheckLease(ctx, lease); err != nil {
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
			if err := tx.Finish(ctx, issue); err != nil {
				return err
			}
		}
		if lease.Worker != 0 && status == digest.Waiting {
			return tx.waitAlone(ctx, lease, issue, why)
		}
		if lease.Worker != 0 {
			err = tx.NoteTrouble(ctx, lease, issue, "")
		}
		if err != nil {
			return err
		}
		return tx.SetIssueStatus(ctx, issue, status, why, lease.By.Via(subscribers.ThroughSending))
	})
}

func (tx *Tx) issueStatus(ctx context.Context, issue int64) (digest.Status, error) {
	status, err := engine.QueryOne(ctx, tx, engine.ScanValue[digest.Status], `SELECT status FROM issues WHERE id = ?`, issue)
	if err != nil {
		return "", fmt.Errorf("read issue's status: %w", err)
	}
	return status, nil
}

// SetIssueStatus writes an issue's status and, when it is another, the event.
func (tx *Tx) SetIssueStatus(ctx context.Context, issue int64, status digest.Status, why string, by subscribers.Actor) error {
	before, err := tx.issueStatus(ctx, issue)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		UPDATE issues
		SET status = ?1,
		    why = ?2,
		    touched_at = ?3,
		    waiting_since = CASE WHEN ?1 = 'waiting' THEN coalesce(waiting_since, ?3) END,
		    finished_at = CASE WHEN ?1 IN ('sent', 'cancelled') THEN ?3 END
		WHERE id = ?4`,
		status, whyOf(status, why), tx.Stamp(), issue)
	if err != nil {
		return fmt.Errorf("set issue's status: %w", err)
	}
	if before == status {
		return nil
	}
	return tx.Record(ctx, engine.Entry{Issue: issue, What: "issue " + string(status), By: by, Detail: why})
}

// whyOf keeps a reason only where a status has one to show.
func whyOf(status digest.Status, why string) string {
	if status == digest.Sending || status == digest.Sent {
		return ""
	}
	return why
}

// HoldAll holds every issue under way.
func (tx *Tx) HoldAll(ctx context.Context, why string, by subscribers.Actor) error {
	issues, err := tx.issues(ctx, `AND status IN ('sending', 'waiting')`)
	if err != nil {
		return err
	}
	for _, issue := range issues {
		if err := tx.SetIssueStatus(ctx, issue.ID, digest.Held, why, by); err != nil {
			return err
		}
	}
	return nil
}

// CancelIssue ends an issue: readers not mailed yet count as skipped from then on. Of its
// articles those are owed again that nobody has got, and if it reached nobody at all the edits
// made for it are the next issue's; mails on the wire may still make it reach somebody.
func (s *Content) CancelIssue(ctx context.Context, number int, why string, by subscribers.Actor) error {
	return s.changeStatus(ctx, number, func(tx *Tx, issue digest.Issue) error {
		if !issue.Status.UnderWay() {
			return &StatusError{Number: number, Status: issue.Status, Want: "cancel"}
		}
		if err := tx.SetIssueStatus(ctx, issue.ID, digest.Cancelled, why, by); err != nil {
			return err
		}
		return tx.SettleCancelled(ctx, issue.ID)
	})
}

// ErrTooLate is returned for a cancelling that is too long ago to be taken back.
var ErrTooLate = errors.New("it was cancelled too long ago")

// TakenError is returned for a cancelled issue that nobody has and that can't be
// restored, since some of its articles went another way.
type TakenError struct {
	Articles []string // each with where it is: "article 7 is carried by issue 13"
}

func (e *TakenError) Error() string {
	return "some of its articles went another way since: " + strings.Join(e.Articles, ", ")
}

// RestoreIssue takes back a cancelling that is not older than notBefore: whoever the
// Issue did not reach stands as before, and its articles and edits are its own again
// where the cancelling gave them back. It goes on as it was: sending, or held if it was
// held. It fails with a *StatusError, ErrTooLate or a *TakenError, and then nothing has
// changed.
func (s *Content) RestoreIssue(ctx context.Context, number int, notBefore time.Time, why string, by subscribers.Actor) error {
	return s.changeStatus(ctx, number, func(tx *Tx, issue digest.Issue) error {
		switch {
		case issue.Status != digest.Cancelled:
			return &StatusError{Number: number, Status: issue.Status, Want: "restore"}
		case issue.Finished.Before(notBefore):
			return ErrTooLate
		}
		was, err := tx.beforeCancelling(ctx, issue.ID)
		if err != nil {
			return err
		}
		if err := tx.takeBackArticles(ctx, issue); err != nil {
			return err
		}
		if err := tx.Record(ctx, engine.Entry{Issue: issue.ID, What: "issue restored", By: by, Detail: why}); err != nil {
			return err
		}
		return tx.SetIssueStatus(ctx, issue.ID, was.status, was.why, by)
	})
}

// before is how an issue stood before it was cancelled.
type before struct {
	status digest.Status
	why    string
}

// beforeCancelling reads it from the record: held, or else sending.
func (tx *Tx) beforeCancelling(ctx context.Context, issue int64) (before, error) {
	events, err := engine.QueryAll(ctx, tx, func(r engine.Row) (b before, err error) {
		return b, r.Scan(&b.status, &b.why)
	}, `
		SELECT what, detail
		FROM events
		WHERE issue_id = ? AND what IN (
			'issue sending', 'issue waiting', 'issue held', 'issue sent', 'issue cancelled')
		ORDER BY id DESC
		LIMIT 2`, issue)
	if err != nil {
		return before{}, fmt.Errorf("read how it stood before: %w", err)
	}
	if len(events) == 2 && events[1].status == "issue held" {
		return before{status: digest.Held, why: events[1].why}, nil
	}
	return before{status: digest.Sending}, nil
}

// takeBackArticles reserves the articles that the cancelling gave back, and takes the
// edits made for them, as long as nobody has changed those since. What reached somebody was
// not given back.
func (tx *Tx) takeBackArticles(ctx context.Context, issue digest.Issue) error {
	flying, err := tx.Flying(ctx, issue.ID)
	if err != nil || flying {
		return err // nothing was given back yet
	}
	taken, err := engine.QueryAll(ctx, tx, engine.ScanValue[string], `
		SELECT 'article ' || st.article_id || ' is ' || st.state || coalesce(' by issue ' || i.number, '')
		FROM issue_articles p
		JOIN article_states st ON st.newsletter_id = ?1 AND st.article_id = p.article_id
		LEFT JOIN issues i ON i.id = st.issue_id
		WHERE p.issue_id = ?2 AND st.state <> 'owed' AND st.issue_id IS DISTINCT FROM ?2 AND `+reachedNobodyYet+`
		ORDER BY p.position`, tx.Newsletter, issue.ID)
	if err != nil {
		return fmt.Errorf("look for its articles: %w", err)
	}
	if len(taken) > 0 {
		return &TakenError{Articles: taken}
	}
	_, err = tx.Exec(ctx, `
		UPDATE article_states
		SET state = 'reserved', why = '', issue_id = ?1, changed_at = ?2
		WHERE newsletter_id = ?3 AND state = 'owed' AND article_id IN (
			SELECT p.article_id FROM issue_articles p WHERE p.issue_id = ?1 AND `+reachedNobodyYet+`)`,
		issue.ID, tx.Stamp(), tx.Newsletter)
	if err != nil {
		return fmt.Errorf("reserve its articles: %w", err)
	}
	nobody, err := tx.ReachedNobody(ctx, issue.ID)
	if err != nil || !nobody {
		return err
	}
	return tx.rebindEdits(ctx, issue)
}

// reachedNobodyYet holds for a printed article p of which no variant reached somebody.
const reachedNobodyYet = `NOT EXISTS (
			SELECT 1
			FROM issue_variants v
			CROSS JOIN json_each(v.sections) s
			WHERE v.issue_id = p.issue_id AND v.reached_at IS NOT NULL AND s.value = p.section_key)`
