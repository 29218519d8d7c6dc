package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"roundup/delivery"
	"roundup/delivery/relay"
)

// Attempt is one attempt at a delivery that did not end sent.
type Attempt struct {
	Email   string // as given; "" once erased
	Attempt int    // 1 for the first
	State   delivery.State
	Reply   relay.Reply
	Why     string
	At      time.Time
}

// Attempts returns the last attempts of an issue that did not end sent, oldest
// first; all of them for limit 0.
func (s *Store) Attempts(ctx context.Context, issueID int64, limit int) (attempts []Attempt, err error) {
	if limit <= 0 {
		limit = noLimit
	}
	err = s.read(ctx, func(tx *Tx) error {
		attempts, err = queryAll(ctx, tx, func(r row) (a Attempt, err error) {
			return a, r.Scan(textInto(&a.Email), &a.Attempt, &a.State, &a.Reply.Code, &a.Reply.Enhanced, &a.Reply.Text,
				&a.Reply.Command, &a.Why, timeInto(&a.At))
		}, `
			SELECT
				s.email,
				a.attempt,
				a.state,
				a.code,
				a.enhanced,
				a.reply,
				a.command,
				a.why,
				a.at
			FROM attempts a
			JOIN subscribers s ON s.id = a.subscriber_id
			WHERE a.issue_id = ?
			ORDER BY a.id DESC
			LIMIT ?`, issueID, limit)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read attempts: %w", err)
	}
	slices.Reverse(attempts)
	return attempts, nil
}
