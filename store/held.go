package store

import (
	"context"
	"fmt"
	"time"
)

// Held is what is kept about a reader beside the subscription, what happened to it and
// the deliveries.
type Held struct {
	Attempts []HeldAttempt // that did not end sent, oldest first
	Mails    []HeldMail    // that are no issue, oldest first
}

// HeldAttempt is an attempt to deliver an issue.
type HeldAttempt struct {
	Issue   int
	Attempt int
	State   string
	Code    int
	Reply   string
	At      time.Time
}

// HeldMail is a mail of the outbox.
type HeldMail struct {
	Kind    string
	Subject string
	State   string
	At      time.Time
}

// Held reads it, of a subscriber by number and address as given.
func (s *Store) Held(ctx context.Context, id int64, email string) (h Held, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		h.Attempts, err = queryAll(ctx, tx, func(r row) (a HeldAttempt, err error) {
			return a, r.Scan(&a.Issue, &a.Attempt, &a.State, &a.Code, &a.Reply, timeInto(&a.At))
		}, `
			SELECT
				i.number,
				a.attempt,
				a.state,
				a.code,
				a.reply,
				a.at
			FROM issues i
			JOIN attempts a ON a.issue_id = i.id AND a.subscriber_id = ?
			WHERE i.newsletter_id = ?
			ORDER BY a.id`, id, tx.newsletter)
		if err != nil {
			return err
		}
		h.Mails, err = queryAll(ctx, tx, func(r row) (m HeldMail, err error) {
			return m, r.Scan(&m.Kind, &m.Subject, &m.State, timeInto(&m.At))
		}, `
			SELECT
				kind,
				subject,
				state,
				changed_at
			FROM outbox
			WHERE newsletter_id = ? AND recipient = ? AND kind <> 'notice'
			ORDER BY id`, tx.newsletter, email)
		return err
	})
	if err != nil {
		return Held{}, fmt.Errorf("read what is held of a reader: %w", err)
	}
	return h, nil
}
