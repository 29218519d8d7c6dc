package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"roundup/digest"
	"roundup/subscribers"
)

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
// issue did not reach stands as before, and its articles and edits are its own again
// where the cancelling gave them back. It goes on as it was: sending, or held if it was
// held. It fails with a *StatusError, ErrTooLate or a *TakenError, and then nothing has
// changed.
func (s *Store) RestoreIssue(ctx context.Context, number int, notBefore time.Time, why string, by subscribers.Actor) error {
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
		if err := tx.event(ctx, event{issue: issue.ID, what: "issue restored", by: by, detail: why}); err != nil {
			return err
		}
		return tx.setIssueStatus(ctx, issue.ID, was.status, was.why, by)
	})
}

// before is how an issue stood before it was cancelled.
type before struct {
	status digest.Status
	why    string
}

// beforeCancelling reads it from the record: held, or else sending.
func (tx *Tx) beforeCancelling(ctx context.Context, issue int64) (before, error) {
	events, err := queryAll(ctx, tx, func(r row) (b before, err error) {
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
// edits made for them, as long as nobody has changed those since. An issue that reached
// somebody gave nothing back.
func (tx *Tx) takeBackArticles(ctx context.Context, issue digest.Issue) error {
	given, err := tx.reachedNobody(ctx, issue.ID)
	if err != nil {
		return fmt.Errorf("look for readers reached: %w", err)
	}
	if !given {
		return nil
	}
	taken, err := queryAll(ctx, tx, scanValue[string], `
		SELECT 'article ' || st.article_id || ' is ' || st.state || coalesce(' by issue ' || i.number, '')
		FROM issue_articles p
		JOIN article_states st ON st.newsletter_id = ?1 AND st.article_id = p.article_id
		LEFT JOIN issues i ON i.id = st.issue_id
		WHERE p.issue_id = ?2 AND st.state <> 'owed' AND st.issue_id IS DISTINCT FROM ?2
		ORDER BY p.position`, tx.newsletter, issue.ID)
	if err != nil {
		return fmt.Errorf("look for its articles: %w", err)
	}
	if len(taken) > 0 {
		return &TakenError{Articles: taken}
	}
	_, err = tx.exec(ctx, `
		UPDATE article_states
		SET state = 'reserved', why = '', issue_id = ?1, changed_at = ?2
		WHERE newsletter_id = ?3 AND state = 'owed' AND article_id IN (
			SELECT article_id FROM issue_articles WHERE issue_id = ?1)`,
		issue.ID, tx.stamp(), tx.newsletter)
	if err != nil {
		return fmt.Errorf("reserve its articles: %w", err)
	}
	return tx.rebindEdits(ctx, issue)
}

// reachedNobody reports whether nobody has an issue, nor may get it from the wire.
func (tx *Tx) reachedNobody(ctx context.Context, issue int64) (bool, error) {
	reached, err := queryOne(ctx, tx, scanValue[bool], `SELECT reached_at IS NOT NULL FROM issues WHERE id = ?`, issue)
	if err != nil || reached {
		return false, err
	}
	flying, err := tx.flying(ctx, issue)
	return !flying, err
}
