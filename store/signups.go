package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"roundup/subscribers"
)

// How often an address is mailed a confirmation at most, whoever asks for it from
// wherever: once in signUpPause, and three times in signUpSpan, as many as a row of
// sign_ups remembers.
const (
	signUpPause = 15 * time.Minute
	signUpSpan  = 24 * time.Hour
)

// SignUp is somebody who wants to read the newsletter, and has to confirm it.
type SignUp struct {
	Subscriber subscribers.Subscriber // Email, Key, Name and Consent
	Budget     int                    // confirmations in any hour, to all addresses together; 0 for no limit
	// Mail writes the mail that asks to confirm; sub is whom it is for, asked the moment
	// that its link bears.
	Mail func(sub subscribers.Subscriber, asked time.Time) (OutboxMail, error)
}

// SignUp asks an address to confirm, if it may be asked: neither active nor suppressed
// nor asked too often before. It reports whether it was; a stranger must not be told.
// It fails with subscribers.ErrTooManySignUps before it looks at the address.
func (s *Store) SignUp(ctx context.Context, up SignUp, by subscribers.Actor) (bool, error) {
	keys, err := s.Keyring(ctx)
	if err != nil {
		return false, err
	}
	var asked bool
	err = s.write(ctx, func(tx *Tx) (err error) {
		asked, err = tx.signUp(ctx, up, keys.AddressHash(up.Subscriber.Key), by)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("sign up: %w", err)
	}
	return asked, nil
}

func (tx *Tx) signUp(ctx context.Context, up SignUp, hash []byte, by subscribers.Actor) (bool, error) {
	if up.Budget > 0 {
		n, err := tx.signUps(ctx, tx.at.Add(-time.Hour))
		if err != nil {
			return false, err
		}
		if n >= up.Budget {
			return false, subscribers.ErrTooManySignUps
		}
	}
	// Also for an address that is not mailed: it must take as long as any other.
	if may, err := tx.mayAsk(ctx, hash); err != nil || !may {
		return false, err
	}
	sub, err := tx.pending(ctx, up.Subscriber, hash, by)
	if err != nil || sub.ID == 0 {
		return false, err
	}
	mail, err := up.Mail(sub, tx.at)
	if err != nil {
		return false, err
	}
	if _, err := tx.enqueue(ctx, mail); err != nil {
		return false, err
	}
	return true, tx.event(ctx, event{subscriber: sub.ID, what: "asked to confirm", by: by})
}

// mayAsk counts one more confirmation for an address, where it may have one. The
// statement decides it itself: of two at the same moment one is refused.
func (tx *Tx) mayAsk(ctx context.Context, hash []byte) (bool, error) {
	n, err := tx.exec(ctx, `
		INSERT INTO sign_ups (newsletter_id, hash, last_at)
		VALUES (?1, ?2, ?3)
		ON CONFLICT (newsletter_id, hash) DO UPDATE
		SET
			third_at = sign_ups.second_at,
			second_at = sign_ups.last_at,
			last_at = excluded.last_at
		WHERE sign_ups.last_at <= ?4 AND (sign_ups.third_at IS NULL OR sign_ups.third_at <= ?5)`,
		tx.newsletter, hash, tx.stamp(), timeText(tx.at.Add(-signUpPause)), timeText(tx.at.Add(-signUpSpan)))
	if err != nil {
		return false, fmt.Errorf("count confirmations of an address: %w", err)
	}
	return n > 0, nil
}

// pending is the subscriber to be asked, put on the list where the address is new; a
// zero one where nobody is to be asked.
func (tx *Tx) pending(ctx context.Context, sub subscribers.Subscriber, hash []byte, by subscribers.Actor) (subscribers.Subscriber, error) {
	nobody := subscribers.Subscriber{}
	if _, err := tx.suppression(ctx, hash); !errors.Is(err, ErrNotFound) {
		return nobody, err
	}
	known, err := tx.subscriber(ctx, sub.Key)
	switch {
	case errors.Is(err, ErrNotFound):
		sub.Status, sub.Joined, sub.Changed = subscribers.Pending, tx.at, tx.at
		if sub, err = tx.addSubscriber(ctx, sub, hash); err != nil {
			return nobody, err
		}
		return sub, tx.event(ctx, event{subscriber: sub.ID, what: becomes(sub.Status), by: by})
	case err != nil || known.Status == subscribers.Active:
		return nobody, err
	case known.Status == subscribers.Pending: // nobody's yet: who asked last may have the name right
		known.Name = sub.Name
		if err := tx.setPerson(ctx, known); err != nil {
			return nobody, err
		}
		return known, tx.setConsent(ctx, known.ID, sub.Consent)
	}
	return known, nil
}

// SignUps is how many confirmations were asked for since a moment.
func (s *Store) SignUps(ctx context.Context, since time.Time) (n int, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		n, err = tx.signUps(ctx, since)
		return err
	})
	return n, err
}

func (tx *Tx) signUps(ctx context.Context, since time.Time) (int, error) {
	n, err := queryOne(ctx, tx, scanValue[int], signUpsSince, tx.newsletter, timeText(since))
	if err != nil {
		return 0, fmt.Errorf("count confirmations: %w", err)
	}
	return n, nil
}

const signUpsSince = `
	SELECT count(*) + count(*) FILTER (WHERE second_at > ?2) + count(*) FILTER (WHERE third_at > ?2)
	FROM sign_ups
	WHERE newsletter_id = ?1 AND last_at > ?2`
