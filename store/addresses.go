package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"roundup/store/engine"
	"roundup/subscribers"
)

// NewAddress is another address that a reader wants, and has to confirm from there.
type NewAddress struct {
	ID     subscribers.PublicID // the reader's
	To     subscribers.Address
	Budget int // as a sign-up's
	// Mail writes the mail to the new address, asked the moment that its link bears.
	Mail func(asked time.Time) (OutboxMail, error)
}

// AskAddress asks a new address to confirm that a reader's mail goes there, where it may
// be asked: it is nobody's on the list, is not suppressed, and was not asked too often.
// It reports whether it was; a stranger must not be told. It fails with
// subscribers.ErrTooManySignUps before it looks at the address.
func (s *Store) AskAddress(ctx context.Context, n NewAddress, by subscribers.Actor) (asked bool, err error) {
	keys, err := s.Keyring(ctx)
	if err != nil {
		return false, err
	}
	hash := keys.AddressHash(n.To.Key)
	err = s.write(ctx, func(tx *Tx) error {
		asked = false
		if may, err := tx.mayAsk(ctx, hash, n.Budget); err != nil || !may {
			return err
		}
		sub, err := tx.readerFor(ctx, n.ID, n.To.Key, hash)
		if errors.Is(err, subscribers.ErrVoid) {
			return nil
		}
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
			INSERT INTO address_changes (subscriber_id, email, key, asked_at)
			VALUES (?, ?, ?, ?)
			ON CONFLICT (subscriber_id) DO UPDATE
			SET
				email = excluded.email,
				key = excluded.key,
				asked_at = excluded.asked_at`, sub.ID, n.To.Given, n.To.Key, tx.Stamp())
		if err != nil {
			return err
		}
		mail, err := n.Mail(tx.At)
		if err != nil {
			return err
		}
		if _, err := tx.enqueueFor(ctx, mail, sub.ID); err != nil {
			return err
		}
		asked = true
		return tx.Record(ctx, engine.Entry{Subscriber: sub.ID, What: "asked for another address", By: by})
	})
	if err != nil {
		return false, fmt.Errorf("ask a new address: %w", err)
	}
	return asked, nil
}

// readerFor is the active reader of an id, for whom an address is free; it fails with
// subscribers.ErrVoid where there is none, or it is not.
func (tx *Tx) readerFor(ctx context.Context, id subscribers.PublicID, key string, hash []byte) (subscribers.Subscriber, error) {
	sub, err := tx.mayMail(ctx, subscriberByPublicID, id[:])
	if errors.Is(err, ErrNotFound) {
		return sub, subscribers.ErrVoid
	}
	if err != nil {
		return sub, err
	}
	if _, err := tx.suppression(ctx, hash); !errors.Is(err, ErrNotFound) {
		return sub, errors.Join(err, subscribers.ErrVoid)
	}
	if _, err := tx.subscriber(ctx, key); !errors.Is(err, ErrNotFound) {
		return sub, errors.Join(err, subscribers.ErrVoid)
	}
	return sub, nil
}

// AskedAddress is the new address that a mail asked at a moment to confirm. It fails
// with subscribers.ErrVoid where another was asked for since, the address is somebody's
// or suppressed by now, or its reader has left.
func (s *Store) AskedAddress(ctx context.Context, id subscribers.PublicID, at time.Time) (to subscribers.Address, err error) {
	keys, err := s.Keyring(ctx)
	if err != nil {
		return to, err
	}
	err = s.read(ctx, func(tx *Tx) error {
		to, _, err = tx.askedAddress(ctx, keys, id, at)
		return err
	})
	return to, err
}

// askedAddress is the address with its reader, whose it may be already.
func (tx *Tx) askedAddress(ctx context.Context, keys *subscribers.Keyring, id subscribers.PublicID, at time.Time) (to subscribers.Address, sub subscribers.Subscriber, err error) {
	to, err = engine.QueryOne(ctx, tx, func(r engine.Row) (a subscribers.Address, err error) {
		return a, r.Scan(&a.Given, &a.Key)
	}, `
		SELECT c.email, c.key
		FROM address_changes c
		JOIN subscribers s ON s.id = c.subscriber_id
		WHERE s.public_id = ? AND c.asked_at = ?`, id[:], engine.TimeText(at))
	if errors.Is(err, ErrNotFound) {
		return to, sub, subscribers.ErrVoid
	}
	if err != nil {
		return to, sub, err
	}
	if sub, err = tx.mayMail(ctx, subscriberByPublicID, id[:]); err == nil && sub.Key == to.Key {
		return to, sub, nil // pressed twice
	}
	sub, err = tx.readerFor(ctx, id, to.Key, keys.AddressHash(to.Key))
	return to, sub, err
}

// ChangeAddress gives a reader the address that a mail asked at a moment to confirm, and
// returns it: public id, choice, name and consent stay. told writes the mail to the old
// address. Twice is as good as once. It fails as AskedAddress does.
func (s *Store) ChangeAddress(ctx context.Context, id subscribers.PublicID, at time.Time, told func(to string) (OutboxMail, error), by subscribers.Actor) (to subscribers.Address, err error) {
	keys, err := s.Keyring(ctx)
	if err != nil {
		return to, err
	}
	err = s.write(ctx, func(tx *Tx) error {
		var sub subscribers.Subscriber
		if to, sub, err = tx.askedAddress(ctx, keys, id, at); err != nil || sub.Key == to.Key {
			return err
		}
		was := sub.Email
		if _, err := tx.change(ctx, keys, sub, to, sub.Name, by); err != nil {
			return err
		}
		mail, err := told(to.Given)
		if err != nil {
			return err
		}
		mail.Recipient = was
		_, err = tx.enqueueFor(ctx, mail, sub.ID)
		return err
	})
	return to, err
}

// forgetAddresses forgets new addresses that were asked for before a moment.
func (tx *Tx) forgetAddresses(ctx context.Context, before time.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM address_changes WHERE asked_at < ?`, engine.TimeText(before))
	return err
}
