package store

import (
	"context"
	"fmt"
)

// OpenNotice remembers that a trouble ("issue 12 waiting") has begun, and reports whether it is news:
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
