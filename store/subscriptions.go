package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"roundup/store/engine"
	"roundup/subscribers"
)

// becomes is the event that a subscription of this status began with or went to.
func becomes(status subscribers.Status) string {
	switch status {
	case subscribers.Active:
		return "subscribed"
	case subscribers.Unsubscribed:
		return "unsubscribed"
	}
	return "waits for confirmation"
}

// Unsubscribe ends a reader's subscription, at once and for ever, and reports
// whether it had not ended before. An id that is not known, such as a forgotten
// reader's, is no error: there is nothing left to end. An issue being sent needs
// no telling, each claim looks here first.
func (s *Store) Unsubscribe(ctx context.Context, id subscribers.PublicID, by subscribers.Actor) (bool, error) {
	// Repeated presses don't take the write lock, so they can't slow a sender.
	sub, err := s.SubscriberByPublicID(ctx, id)
	if errors.Is(err, ErrNotFound) || err == nil && sub.Status == subscribers.Unsubscribed {
		return false, nil
	}
	var changed bool
	err = s.write(ctx, func(tx *Tx) error {
		changed, err = tx.unsubscribe(ctx, id, by)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("unsubscribe: %w", err)
	}
	return changed, nil
}

// unsubscribe ends a subscription, and reports whether it had not ended before.
func (tx *Tx) unsubscribe(ctx context.Context, id subscribers.PublicID, by subscribers.Actor) (bool, error) {
	sub, err := engine.QueryOne(ctx, tx, scanSubscriber, subscriberByPublicID, tx.Newsletter, id[:])
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return tx.setStatus(ctx, sub, subscribers.Unsubscribed, by)
}

// UnsubscribeOnce does what Unsubscribe does for a mail that asks for it, or what a provider
// posted, once: who came back since stays where the same is read again. digest is of what was
// read, way as in Bounce.
func (s *Store) UnsubscribeOnce(ctx context.Context, digest [32]byte, way string, id subscribers.PublicID, by subscribers.Actor) (left bool, err error) {
	if known, err := s.KnowsMail(ctx, digest); known || err != nil {
		return false, err
	}
	err = s.write(ctx, func(tx *Tx) error {
		left = false
		added, err := tx.addBounce(ctx, Bounce{Digest: digest, Way: way, Kind: "unsubscribe"})
		if err != nil || added == 0 {
			return err
		}
		left, err = tx.unsubscribe(ctx, id, by)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("unsubscribe by what came back: %w", err)
	}
	return left, nil
}

// ConfirmSubscriber makes a subscription active because the person said so,
// one that had ended too. how becomes the consent's:
// subscribers.ConsentConfirmation for the person's own act,
// subscribers.ConsentCommand for an operator's word. It fails with ErrNotFound;
// who is active already stays as they are.
func (s *Store) ConfirmSubscriber(ctx context.Context, key, how string, by subscribers.Actor) error {
	return s.write(ctx, func(tx *Tx) error {
		sub, err := tx.subscriber(ctx, key)
		if err != nil {
			return err
		}
		changed, err := tx.setStatus(ctx, sub, subscribers.Active, by)
		if err != nil || !changed {
			return err
		}
		consent := subscribers.Consent{How: how, At: tx.At}
		if sub.Status == subscribers.Pending { // what was asked for is what is confirmed
			consent.From, consent.Wording = sub.Consent.From, sub.Consent.Wording
		}
		return tx.setConsent(ctx, sub.ID, consent)
	})
}

// setStatus changes a subscription's status and puts that on record; it
// reports whether there was anything to change.
func (tx *Tx) setStatus(ctx context.Context, sub subscribers.Subscriber, to subscribers.Status, by subscribers.Actor) (bool, error) {
	if sub.Status == to {
		return false, nil
	}
	if err := tx.writeStatus(ctx, sub, to); err != nil {
		return false, err
	}
	if err := tx.noteStatus(ctx, sub, to); err != nil {
		return false, err
	}
	if to == subscribers.Unsubscribed {
		if err := tx.SkipReader(ctx, sub.ID, string(to)); err != nil {
			return false, err
		}
	}
	e := engine.Entry{Subscriber: sub.ID, What: becomes(to), By: by, Detail: wasBefore + string(sub.Status)}
	if to == subscribers.Unsubscribed && themselves(by) {
		var err error
		if e.Issue, err = tx.lastIssueTo(ctx, sub.ID); err != nil {
			return false, err
		}
	}
	return true, tx.Record(ctx, e)
}

// wasBefore is what the detail of a changed status begins with, before the status
// there was.
const wasBefore = "was "

// writeStatus changes a subscription's status and nothing else.
func (tx *Tx) writeStatus(ctx context.Context, sub subscribers.Subscriber, to subscribers.Status) error {
	_, err := tx.Exec(ctx, `
		UPDATE subscriptions
		SET
			status = ?,
			left_why = '',
			changed_at = ?
		WHERE newsletter_id = ? AND subscriber_id = ?`,
		to, tx.Stamp(), tx.Newsletter, sub.ID)
	if err != nil {
		return fmt.Errorf("subscriber %d becomes %s: %w", sub.ID, to, err)
	}
	return nil
}

// noteStatus puts it on record beside the database that a reader left or came
// back. Who begins to wait for confirmation did neither.
func (tx *Tx) noteStatus(ctx context.Context, sub subscribers.Subscriber, to subscribers.Status) error {
	switch to {
	case subscribers.Unsubscribed:
		return tx.noteMove(ctx, sub, leftWord)
	case subscribers.Active:
		return tx.noteMove(ctx, sub, joinedWord)
	}
	return nil
}

// noteMove puts it on record beside the database that a reader left (leftWord) or
// came back (joinedWord).
func (tx *Tx) noteMove(ctx context.Context, sub subscribers.Subscriber, what string) error {
	hash, err := tx.hashOf(ctx, sub.ID)
	if err != nil {
		return err
	}
	l := leaving{at: tx.At, what: what, id: sub.PublicID, hash: hash}
	if what == leftWord {
		tx.left = append(tx.left, l)
	} else {
		tx.rejoined = append(tx.rejoined, l)
	}
	return nil
}

func (tx *Tx) setConsent(ctx context.Context, id int64, c subscribers.Consent) error {
	_, err := tx.Exec(ctx, `
		UPDATE subscriptions
		SET
			consent_how = ?,
			consent_at = ?,
			consent_from = ?,
			consent_wording = ?
		WHERE newsletter_id = ? AND subscriber_id = ?`,
		c.How, engine.TimeOrNull(c.At), c.From, c.Wording, tx.Newsletter, id)
	if err != nil {
		return fmt.Errorf("consent of subscriber %d: %w", id, err)
	}
	return nil
}

// Change gives the subscriber with this key another address, another spelling
// of it, or another name, and returns the result. Status, consent and public id
// stay, and an issue under way reaches the new address; where it is another one, no link
// of before takes another address back. It fails with ErrNotFound, with ErrExists when
// the new address is another subscriber's, or with ErrErased.
func (s *Store) Change(ctx context.Context, key string, to subscribers.Address, name string, by subscribers.Actor) (subscribers.Subscriber, error) {
	var sub subscribers.Subscriber
	keys, err := s.Keyring(ctx)
	if err != nil {
		return sub, err
	}
	err = s.write(ctx, func(tx *Tx) (err error) {
		if sub, err = tx.subscriber(ctx, key); err != nil {
			return err
		}
		before := sub.Key
		if sub, err = tx.change(ctx, keys, sub, to, name, by); err != nil || to.Key == before {
			return err
		}
		return tx.settleAddress(ctx, sub.ID, to.Key, time.Time{})
	})
	return sub, err
}

func (tx *Tx) change(ctx context.Context, keys *subscribers.Keyring, sub subscribers.Subscriber, to subscribers.Address, name string, by subscribers.Actor) (subscribers.Subscriber, error) {
	if to.Key != sub.Key {
		if err := tx.moveAddress(ctx, sub, to, keys.AddressHash(to.Key)); err != nil {
			return sub, err
		}
	}
	if to.Key == sub.Key && to.Given != sub.Email {
		if err := tx.respellMail(ctx, sub.Email, to.Given); err != nil {
			return sub, err
		}
	}
	changed := changedFields(sub, to.Given, name)
	sub.Email, sub.Key, sub.Name = to.Given, to.Key, name
	if changed == "" {
		return sub, nil
	}
	if err := tx.setPerson(ctx, sub); err != nil {
		return sub, err
	}
	// What changed, never from what to what: events outlive the person's data.
	return sub, tx.Record(ctx, engine.Entry{Subscriber: sub.ID, What: changed + " changed", By: by})
}

func changedFields(sub subscribers.Subscriber, email, name string) string {
	switch {
	case sub.Email != email && sub.Name != name:
		return "address and name"
	case sub.Email != email:
		return "address"
	case sub.Name != name:
		return "name"
	}
	return ""
}

// setPerson stores a subscriber's name, and the spelling of the address.
func (tx *Tx) setPerson(ctx context.Context, sub subscribers.Subscriber) error {
	_, err := tx.Exec(ctx, `
		UPDATE subscribers
		SET
			email = ?,
			name = ?
		WHERE id = ?`, sub.Email, sub.Name, sub.ID)
	if err != nil {
		return fmt.Errorf("change subscriber %d: %w", sub.ID, err)
	}
	return nil
}

// Pause keeps issues from a reader until a moment; the zero time ends a pause. An
// issue that starts before then has no such reader in its audience, and of one under
// way nothing more is sent to them. It fails with ErrNotFound.
func (s *Store) Pause(ctx context.Context, key string, until time.Time, by subscribers.Actor) error {
	err := s.write(ctx, func(tx *Tx) error {
		sub, err := tx.subscriber(ctx, key)
		if err != nil || until.Equal(sub.Paused) {
			return err
		}
		_, err = tx.Exec(ctx, `
			UPDATE subscriptions
			SET paused_until = ?
			WHERE newsletter_id = ? AND subscriber_id = ?`, engine.TimeOrNull(until), tx.Newsletter, sub.ID)
		if err != nil {
			return err
		}
		e := engine.Entry{Subscriber: sub.ID, What: Paused, Detail: until.UTC().Format(time.RFC3339), By: by}
		if until.IsZero() {
			e.What, e.Detail = "pause ended", ""
		}
		return tx.Record(ctx, e)
	})
	if err != nil {
		return fmt.Errorf("pause: %w", err)
	}
	return nil
}
