package store

import (
	"context"
	"fmt"
	"time"

	"roundup/subscribers"
)

// Pause keeps issues from a reader until a moment; the zero time ends a pause. An
// issue that starts before then has no such reader in its audience, and of one under
// way nothing more is sent to them. It fails with ErrNotFound.
func (s *Store) Pause(ctx context.Context, key string, until time.Time, by subscribers.Actor) error {
	err := s.write(ctx, func(tx *Tx) error {
		sub, err := tx.subscriber(ctx, key)
		if err != nil || until.Equal(sub.Paused) {
			return err
		}
		_, err = tx.exec(ctx, `
			UPDATE subscriptions
			SET paused_until = ?
			WHERE newsletter_id = ? AND subscriber_id = ?`, timeOrNull(until), tx.newsletter, sub.ID)
		if err != nil {
			return err
		}
		what := "paused"
		if until.IsZero() {
			what = "pause ended"
		}
		return tx.event(ctx, event{subscriber: sub.ID, what: what, by: by})
	})
	if err != nil {
		return fmt.Errorf("pause: %w", err)
	}
	return nil
}
