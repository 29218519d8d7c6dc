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
// issue did not reach is queued again, and its articles and edits are its own again
// where the cancelling gave them back. It goes on as it was: sending, or held if it was
// held. It fails with a *StatusError, ErrTooLate or a *TakenError, and then nothing has
// changed.
//
// A large audience takes several transactions, while the issue is held: where they are
// interrupted, ReleaseIssue finishes them.
func (s *Store) RestoreIssue(ctx context.Context, number int, notBefore time.Time, why string, by subscribers.Actor) error {
	var was before
	err := s.changeStatus(ctx, number, func(tx *Tx, issue digest.Issue) (err error) {
		switch {
		case issue.Status != digest.Cancelled:
			return &StatusError{Number: number, Status: issue.Status, Want: "restore"}
		case issue.Finished.Before(notBefore):
			return ErrTooLate
		}
		if was, err = tx.beforeCancelling(ctx, issue.ID); err != nil {
			return err
		}
		if err := tx.takeBackArticles(ctx, issue); err != nil {
			return err
		}
		if err := tx.event(ctx, event{issue: issue.ID, what: "issue restored", by: by, detail: why}); err != nil {
			return err
		}
		return tx.setIssueStatus(ctx, issue.ID, digest.Held, "its cancelling is being taken back", by)
	})
	if err != nil {
		return err
	}
	if err := s.requeueCancelled(ctx, number); err != nil {
		return err
	}
	return s.changeStatus(ctx, number, func(tx *Tx, issue digest.Issue) error {
		if issue.Status != digest.Held {
			return &StatusError{Number: number, Status: issue.Status, Want: "restore"} // a person was quicker
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
	given, err := queryOne(ctx, tx, scanValue[bool], `
		SELECT NOT EXISTS (SELECT 1 FROM deliveries WHERE issue_id = ?1 AND state IN ('sent', 'unknown', 'sending'))`, issue.ID)
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
		WHERE p.issue_id = ?2 AND st.state <> 'owed' AND st.issue_id IS NOT ?2
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

// requeueCancelled queues again whom the cancelling of a held issue skipped, a batch at
// a time. Nearly always there is nobody: that is found without the write lock.
func (s *Store) requeueCancelled(ctx context.Context, number int) error {
	for after := int64(0); ; {
		batch, err := s.skippedByCancelling(ctx, number, after)
		if err != nil || len(batch) == 0 {
			return err
		}
		err = s.changeStatus(ctx, number, func(tx *Tx, issue digest.Issue) error {
			if issue.Status != digest.Held {
				return &StatusError{Number: number, Status: issue.Status, Want: "restore"}
			}
			_, err := tx.exec(ctx, `
				UPDATE deliveries
				SET state = 'queued', why = '', changed_at = ?
				WHERE issue_id = ? AND state = 'skipped' AND why = '`+whyCancelled+`'
					AND subscriber_id IN (SELECT value FROM json_each(?))`,
				tx.stamp(), issue.ID, idList(batch))
			return err
		})
		if err != nil {
			return fmt.Errorf("queue again: %w", err)
		}
		after = batch[len(batch)-1]
	}
}

// skippedByCancelling lists the next readers a cancelling kept a held issue from.
func (s *Store) skippedByCancelling(ctx context.Context, number int, after int64) (ids []int64, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		ids, err = queryAll(ctx, tx, scanValue[int64], `
			SELECT d.subscriber_id
			FROM issues i
			CROSS JOIN deliveries d ON d.issue_id = i.id
			WHERE i.newsletter_id = ? AND i.number = ? AND i.status = 'held' AND d.subscriber_id > ?
				AND d.state = 'skipped' AND d.why = '`+whyCancelled+`'
			ORDER BY d.subscriber_id
			LIMIT ?`, tx.newsletter, number, after, cancelBatch)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look for readers skipped: %w", err)
	}
	return ids, nil
}
