package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"roundup/subscribers"
)

// Confirmation is a reader's own yes, to a mail that asked for it.
type Confirmation struct {
	ID    subscribers.PublicID
	Asked time.Time // the moment the link bears
	From  string    // the page
	// Welcome writes the mail to a reader who was not active before; one of no Kind, or
	// a nil Welcome, for none.
	Welcome func(sub subscribers.Subscriber) (OutboxMail, error)
}

// Asked returns the subscriber whom a mail asked at a moment to confirm. It fails with
// subscribers.ErrVoid where the person was forgotten or has left since, or the address
// is suppressed.
func (s *Store) Asked(ctx context.Context, id subscribers.PublicID, at time.Time) (sub subscribers.Subscriber, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		sub, err = tx.asked(ctx, id, at)
		return err
	})
	return sub, err
}

func (tx *Tx) asked(ctx context.Context, id subscribers.PublicID, at time.Time) (subscribers.Subscriber, error) {
	sub, err := queryOne(ctx, tx, scanSubscriber, subscriberByPublicID, tx.newsletter, id[:])
	if errors.Is(err, ErrNotFound) {
		return sub, subscribers.ErrVoid
	}
	if err != nil {
		return sub, err
	}
	if sub.Status == subscribers.Unsubscribed && !sub.Changed.Before(at) {
		return sub, subscribers.ErrVoid // leaving is not undone by a mail from before it
	}
	hash, err := tx.hashOf(ctx, sub.ID)
	if err != nil {
		return sub, err
	}
	switch _, err := tx.suppression(ctx, hash); {
	case errors.Is(err, ErrNotFound):
		return sub, nil
	case err != nil:
		return sub, err
	}
	return sub, subscribers.ErrVoid
}

// ConfirmAsked makes a subscriber active who was asked to confirm, and returns them.
// Who is active already stays so. It fails as Asked does.
func (s *Store) ConfirmAsked(ctx context.Context, c Confirmation, by subscribers.Actor) (sub subscribers.Subscriber, err error) {
	err = s.write(ctx, func(tx *Tx) error {
		if sub, err = tx.asked(ctx, c.ID, c.Asked); err != nil {
			return err
		}
		changed, err := tx.setStatus(ctx, sub, subscribers.Active, by)
		if err != nil || !changed {
			return err
		}
		consent := subscribers.Consent{How: subscribers.ConsentConfirmation, At: tx.at, From: c.From}
		if sub.Status == subscribers.Pending { // what was asked for is what is confirmed
			consent.From, consent.Wording = sub.Consent.From, sub.Consent.Wording
		}
		if err := tx.setConsent(ctx, sub.ID, consent); err != nil || c.Welcome == nil {
			return err
		}
		mail, err := c.Welcome(sub)
		if err != nil || mail.Kind == "" {
			return err
		}
		_, err = tx.enqueue(ctx, mail)
		return err
	})
	return sub, err
}

// NeverAgain sees to it that an address is not written to again, because its owner
// says so. Nothing is kept of who had not confirmed but the hash of the address; who had
// leaves. An id that is not known is no error: there is nobody to write to.
func (s *Store) NeverAgain(ctx context.Context, id subscribers.PublicID, by subscribers.Actor) error {
	return s.write(ctx, func(tx *Tx) error {
		sub, err := queryOne(ctx, tx, scanSubscriber, subscriberByPublicID, tx.newsletter, id[:])
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		hash, err := tx.hashOf(ctx, sub.ID)
		if err != nil {
			return err
		}
		p := subscribers.Suppression{Hash: hash, Email: sub.Email, Reason: subscribers.Manual, At: tx.at}
		if sub.Status == subscribers.Pending {
			p.Email = ""
		}
		if _, err := tx.suppress(ctx, p, by); err != nil {
			return err
		}
		if sub.Status == subscribers.Pending {
			return tx.blank(ctx, sub, event{subscriber: sub.ID, what: "wants no mail", by: by})
		}
		_, err = tx.setStatus(ctx, sub, subscribers.Unsubscribed, by)
		return err
	})
}

// unconfirmedBatch is how many are erased in one transaction: nobody waits for it long.
const unconfirmedBatch = 50

const unconfirmed = selectSubscriber + `
	AND n.status = 'pending'
	AND s.id IN (
		SELECT h.subscriber_id
		FROM sign_ups u
		JOIN subscriber_hashes h ON h.hash = u.hash
		WHERE u.newsletter_id = ? AND u.last_at < ?
	)
	LIMIT ?`

// EraseUnconfirmed erases who was last asked to confirm before a moment and has not,
// and returns how many they were. They may sign up again.
func (s *Store) EraseUnconfirmed(ctx context.Context, before time.Time, by subscribers.Actor) (int, error) {
	erased := 0
	for {
		n, err := s.eraseUnconfirmed(ctx, before, by)
		erased += n
		if err != nil {
			return erased, fmt.Errorf("erase who has not confirmed: %w", err)
		}
		if n < unconfirmedBatch {
			break
		}
	}
	if erased > 0 {
		s.engine.Wipe(ctx)
	}
	return erased, nil
}

func (s *Store) eraseUnconfirmed(ctx context.Context, before time.Time, by subscribers.Actor) (int, error) {
	old := timeText(before)
	var some bool
	err := s.read(ctx, func(tx *Tx) (err error) {
		some, err = queryOne(ctx, tx, scanValue[bool], `
			SELECT EXISTS (SELECT 1 FROM sign_ups WHERE newsletter_id = ? AND last_at < ?)`, tx.newsletter, old)
		return err
	})
	if err != nil || !some { // the write lock is not taken for nothing
		return 0, err
	}
	var found []subscribers.Subscriber
	err = s.write(ctx, func(tx *Tx) (err error) {
		found, err = queryAll(ctx, tx, scanSubscriber, unconfirmed, tx.newsletter, tx.newsletter, old, unconfirmedBatch)
		if err != nil {
			return err
		}
		for _, sub := range found {
			if err := tx.blank(ctx, sub, event{subscriber: sub.ID, what: "erased unconfirmed", by: by}); err != nil {
				return err
			}
		}
		if len(found) == unconfirmedBatch {
			return nil // there may be more, who are found by their row
		}
		_, err = tx.exec(ctx, `DELETE FROM sign_ups WHERE newsletter_id = ? AND last_at < ?`, tx.newsletter, old)
		return err
	})
	return len(found), err
}
