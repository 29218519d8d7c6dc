package store

import (
	"context"
	"fmt"
	"time"
)

// Notice is a trouble the editor was told of and that is not over.
type Notice struct {
	Cause  string // "issue 12 waiting"
	Opened time.Time
}

// OpenNotice remembers that a trouble has begun and reports whether it is news:
// false while the same cause lasts. The mail that tells of it is queued with
// it, if it is news, so that neither is there without the other.
func (s *Store) OpenNotice(ctx context.Context, cause string, telling ...OutboxMail) (bool, error) {
	return s.changeNotice(ctx, cause, telling, `
		INSERT INTO notices (newsletter_id, cause, opened_at)
		VALUES (?1, ?2, ?3)
		ON CONFLICT (newsletter_id, cause) WHERE closed_at IS NULL DO NOTHING`)
}

// CloseNotice remembers that a trouble is over and reports whether it was open.
// The mail that tells of it is queued with it, if it was.
func (s *Store) CloseNotice(ctx context.Context, cause string, telling ...OutboxMail) (bool, error) {
	return s.changeNotice(ctx, cause, telling, `
		UPDATE notices
		SET closed_at = ?3
		WHERE newsletter_id = ?1 AND cause = ?2 AND closed_at IS NULL`)
}

func (s *Store) changeNotice(ctx context.Context, cause string, telling []OutboxMail, query string) (bool, error) {
	var changed bool
	err := s.write(ctx, func(tx *Tx) error {
		n, err := tx.exec(ctx, query, tx.newsletter, cause, tx.stamp())
		changed = n > 0
		if err != nil || !changed {
			return err
		}
		for _, m := range telling {
			if _, err := tx.enqueue(ctx, m); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("notice %q: %w", cause, err)
	}
	return changed, nil
}

// OpenNotices returns the troubles that are not over, oldest first.
func (s *Store) OpenNotices(ctx context.Context) ([]Notice, error) {
	scan := func(r row) (n Notice, err error) { return n, r.Scan(&n.Cause, timeInto(&n.Opened)) }
	var open []Notice
	err := s.read(ctx, func(tx *Tx) (err error) {
		open, err = queryAll(ctx, tx, scan, `
			SELECT cause, opened_at
			FROM notices
			WHERE newsletter_id = ? AND closed_at IS NULL
			ORDER BY id`, tx.newsletter)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read notices: %w", err)
	}
	return open, nil
}
