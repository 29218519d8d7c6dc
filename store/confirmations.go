package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"roundup/store/engine"
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

// notAsked is the event of somebody whom no mail asks.
const notAsked = "not asked to confirm"

// NotAsked puts on record why a subscriber was not mailed who was to be asked to confirm.
func (s *Store) NotAsked(ctx context.Context, key, why string, by subscribers.Actor) error {
	return s.write(ctx, func(tx *Tx) error {
		sub, err := tx.subscriber(ctx, key)
		if err != nil {
			return err
		}
		return tx.Record(ctx, engine.Entry{Subscriber: sub.ID, What: notAsked, By: by, Detail: why})
	})
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
	sub, err := engine.QueryOne(ctx, tx, scanSubscriber, subscriberByPublicID, tx.Newsletter, id[:])
	if errors.Is(err, ErrNotFound) {
		return sub, subscribers.ErrVoid
	}
	if err != nil {
		return sub, err
	}
	if sub.Status == subscribers.Unsubscribed && !sub.Changed.Before(at) {
		return sub, subscribers.ErrVoid // leaving is not undone by a mail from before it
	}
	suppressed, err := tx.suppressed(ctx, sub.ID)
	if suppressed {
		err = subscribers.ErrVoid
	}
	return sub, err
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
		consent := subscribers.Consent{How: subscribers.ConsentConfirmation, At: tx.At, From: c.From}
		if sub.Status == subscribers.Pending { // what was asked for is what is confirmed
			consent.From, consent.Wording = sub.Consent.From, sub.Consent.Wording
		} else if sub, err = tx.takeReturn(ctx, sub, c.Asked, &consent); err != nil {
			return err
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
		sub, err := engine.QueryOne(ctx, tx, scanSubscriber, subscriberByPublicID, tx.Newsletter, id[:])
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
		p := subscribers.Suppression{Hash: hash, Email: sub.Email, Reason: subscribers.Manual, At: tx.At}
		if sub.Status == subscribers.Pending {
			p.Email = ""
		}
		if _, err := tx.suppress(ctx, p, by); err != nil {
			return err
		}
		if sub.Status == subscribers.Pending {
			return tx.blank(ctx, sub, engine.Entry{Subscriber: sub.ID, What: "wants no mail", By: by})
		}
		_, err = tx.setStatus(ctx, sub, subscribers.Unsubscribed, by)
		return err
	})
}

// SignUp is somebody who wants to read the newsletter, and has to confirm it.
type SignUp struct {
	Subscriber subscribers.Subscriber // Email, Key, Name and Consent
	Chose      bool                   // sections: the choice is that of who comes back, too, once they confirm
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
	if may, err := tx.mayAsk(ctx, hash, up.Budget); err != nil || !may {
		return false, err
	}
	sub, err := tx.pending(ctx, up, hash, by)
	if err != nil || sub.ID == 0 {
		return false, err
	}
	mail, err := up.Mail(sub, tx.At)
	if err != nil {
		return false, err
	}
	if _, err := tx.enqueue(ctx, mail); err != nil {
		return false, err
	}
	return true, tx.Record(ctx, engine.Entry{Subscriber: sub.ID, What: askedToConfirm, By: by})
}

// mayAsk counts one more confirmation for an address, where it may have one, also for one
// that is not mailed: it must take as long as any other. The statement decides it itself:
// of two at the same moment one is refused. It fails with subscribers.ErrTooManySignUps
// where the hour's budget is used up.
func (tx *Tx) mayAsk(ctx context.Context, hash []byte, budget int) (bool, error) {
	if budget > 0 {
		n, err := tx.signUps(ctx, tx.At.Add(-time.Hour))
		if err != nil {
			return false, err
		}
		if n >= budget {
			return false, subscribers.ErrTooManySignUps
		}
	}
	n, err := tx.Exec(ctx, `
		INSERT INTO sign_ups (newsletter_id, hash, last_at)
		VALUES (?1, ?2, ?3)
		ON CONFLICT (newsletter_id, hash) DO UPDATE
		SET
			third_at = sign_ups.second_at,
			second_at = sign_ups.last_at,
			last_at = excluded.last_at
		WHERE sign_ups.last_at <= ?4 AND (sign_ups.third_at IS NULL OR sign_ups.third_at <= ?5)`,
		tx.Newsletter, hash, tx.Stamp(),
		engine.TimeText(tx.At.Add(-subscribers.SignUpPause)), engine.TimeText(tx.At.Add(-subscribers.SignUpSpan)))
	if err != nil {
		return false, fmt.Errorf("count confirmations of an address: %w", err)
	}
	return n > 0, nil
}

// pending is the subscriber to be asked, put on the list where the address is new; a
// zero one where nobody is to be asked.
func (tx *Tx) pending(ctx context.Context, up SignUp, hash []byte, by subscribers.Actor) (subscribers.Subscriber, error) {
	nobody, sub := subscribers.Subscriber{}, up.Subscriber
	if _, err := tx.suppression(ctx, hash); !errors.Is(err, ErrNotFound) {
		return nobody, err
	}
	known, err := tx.subscriber(ctx, sub.Key)
	switch {
	case errors.Is(err, ErrNotFound):
		sub.Status, sub.Joined, sub.Changed = subscribers.Pending, tx.At, tx.At
		if sub, err = tx.addSubscriber(ctx, sub, hash); err != nil {
			return nobody, err
		}
		return sub, tx.Record(ctx, engine.Entry{Subscriber: sub.ID, What: becomes(sub.Status), By: by})
	case err != nil || known.Status == subscribers.Active:
		return nobody, err
	case known.Status == subscribers.Pending: // nobody's yet: who asked last may have the name right
		known.Name = sub.Name
		known.Choice = sub.Choice
		if err := errors.Join(tx.setPerson(ctx, known), tx.setChoice(ctx, known)); err != nil {
			return nobody, err
		}
		return known, tx.setConsent(ctx, known.ID, sub.Consent)
	}
	if up.Chose { // who left comes back for what they ticked; how often stays
		known.Choice.Off = sub.Choice.Off
	}
	known.Choice.Language = cmp.Or(sub.Choice.Language, known.Choice.Language)
	return known, tx.keepReturn(ctx, up, hash)
}

// keepReturn keeps what somebody asked for who had left: nothing of theirs changes before
// they confirm, since anybody can ask in their name.
func (tx *Tx) keepReturn(ctx context.Context, up SignUp, hash []byte) error {
	var off any
	if up.Chose {
		off = engine.KeysText(up.Subscriber.Choice.Off)
	}
	_, err := tx.Exec(ctx, `
		UPDATE sign_ups
		SET
			consent_from = ?,
			consent_wording = ?,
			sections_off = ?,
			language = ?
		WHERE newsletter_id = ? AND hash = ?`,
		up.Subscriber.Consent.From, up.Subscriber.Consent.Wording, off, up.Subscriber.Choice.Language, tx.Newsletter, hash)
	if err != nil {
		return fmt.Errorf("keep what who left asked for: %w", err)
	}
	return nil
}

// takeReturn gives a reader who had left the choice that they asked for at a moment, and
// fills in where they did and which words they agreed to. It changes nothing where they
// did not sign up themselves then.
func (tx *Tx) takeReturn(ctx context.Context, sub subscribers.Subscriber, asked time.Time, consent *subscribers.Consent) (subscribers.Subscriber, error) {
	var off sql.NullString
	var language string
	_, err := engine.QueryOne(ctx, tx, func(r engine.Row) (struct{}, error) {
		return struct{}{}, r.Scan(&consent.From, &consent.Wording, &off, &language)
	}, `
		SELECT
			u.consent_from,
			u.consent_wording,
			u.sections_off,
			u.language
		FROM subscribers s
		JOIN sign_ups u ON u.newsletter_id = ? AND u.hash = s.hash
		WHERE s.id = ? AND ? IN (u.last_at, u.second_at, u.third_at)`, tx.Newsletter, sub.ID, engine.TimeText(asked))
	if errors.Is(err, ErrNotFound) {
		return sub, nil
	}
	if err != nil {
		return sub, fmt.Errorf("read what who left asked for: %w", err)
	}
	if off.Valid {
		if err := engine.KeysInto(&sub.Choice.Off).Scan(off.String); err != nil {
			return sub, err
		}
	}
	if sub.Choice.Language = cmp.Or(language, sub.Choice.Language); !off.Valid && language == "" {
		return sub, nil
	}
	return sub, tx.setChoice(ctx, sub)
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
	n, err := engine.QueryOne(ctx, tx, engine.ScanValue[int], signUpsSince, tx.Newsletter, engine.TimeText(since))
	if err != nil {
		return 0, fmt.Errorf("count confirmations: %w", err)
	}
	return n, nil
}

// Confirmed is how many addresses were last asked to confirm from a moment on and before
// another, and how many of them have since. Who was a reader already has not: else the
// figures would tell a stranger so who sends nothing but sign-ups of one.
func (s *Store) Confirmed(ctx context.Context, since, until time.Time) (asked, confirmed int, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		_, err := engine.QueryOne(ctx, tx, func(r engine.Row) (struct{}, error) {
			return struct{}{}, r.Scan(&asked, &confirmed)
		}, signUpsConfirmed, tx.Newsletter, engine.TimeText(since), engine.TimeText(until))
		return err
	})
	if err != nil {
		return 0, 0, fmt.Errorf("count who has confirmed: %w", err)
	}
	return asked, confirmed, nil
}

const signUpsConfirmed = `
	SELECT
		count(*),
		count(n.subscriber_id)
	FROM sign_ups u
	LEFT JOIN subscribers s ON s.hash = u.hash
	LEFT JOIN subscriptions n ON
		n.newsletter_id = u.newsletter_id
		AND n.subscriber_id = s.id
		AND n.status = 'active'
		AND n.changed_at >= u.last_at
	WHERE u.newsletter_id = ?1 AND u.last_at >= ?2 AND u.last_at < ?3`

const signUpsSince = `
	SELECT count(*) + count(*) FILTER (WHERE second_at > ?2) + count(*) FILTER (WHERE third_at > ?2)
	FROM sign_ups
	WHERE newsletter_id = ?1 AND last_at > ?2`
