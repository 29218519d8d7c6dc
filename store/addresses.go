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
// be asked: it is no reader's, is not suppressed, and was not asked too often.
// It reports whether it was; a stranger must not be told, and so the record of the reader,
// which they may read, is the same either way. It fails with
// subscribers.ErrTooManySignUps before it looks at the address.
func (s *Store) AskAddress(ctx context.Context, n NewAddress, by subscribers.Actor) (asked bool, err error) {
	keys, err := s.Keyring(ctx)
	if err != nil {
		return false, err
	}
	hash := keys.AddressHash(n.To.Key)
	err = s.write(ctx, func(tx *Tx) error {
		asked = false
		may, err := tx.mayAsk(ctx, hash, n.Budget)
		if err != nil {
			return err
		}
		sub, err := tx.mayChangeAddress(ctx, n.ID)
		if errors.Is(err, subscribers.ErrVoid) {
			return nil
		}
		if err == nil && may {
			asked, err = tx.askAddress(ctx, sub, n, hash)
		}
		if err != nil {
			return err
		}
		return tx.Record(ctx, engine.Entry{Subscriber: sub.ID, What: "asked for another address", By: by})
	})
	if err != nil {
		return false, fmt.Errorf("ask a new address: %w", err)
	}
	return asked, nil
}

// askAddress asks an address that was not asked too often. One that was asked before is
// nobody's any more.
func (tx *Tx) askAddress(ctx context.Context, sub subscribers.Subscriber, n NewAddress, hash []byte) (asked bool, err error) {
	if err := tx.free(ctx, n.To.Key, hash); err != nil {
		if errors.Is(err, subscribers.ErrVoid) {
			err = nil
		}
		return false, err
	}
	// Its link bears the moment alone: no two addresses may be asked at the same one.
	added, err := tx.ExecErasing(ctx, `
		INSERT INTO address_changes (subscriber_id, email, key, asked_at)
		VALUES (?, ?, ?, ?)
		ON CONFLICT (subscriber_id) DO UPDATE
		SET
			email = excluded.email,
			key = excluded.key,
			asked_at = excluded.asked_at
		WHERE address_changes.asked_at < excluded.asked_at`, sub.ID, n.To.Given, n.To.Key, tx.Stamp())
	if err != nil || added == 0 {
		return false, err
	}
	if err := tx.eraseAsked(ctx, sub.ID, sub.Email); err != nil {
		return false, err
	}
	mail, err := n.Mail(tx.At)
	if err != nil {
		return false, err
	}
	_, err = tx.enqueueFor(ctx, mail, sub.ID)
	return err == nil, err
}

// eraseAsked erases the mails that asked other addresses for a reader than their own.
func (tx *Tx) eraseAsked(ctx context.Context, id int64, own string) error {
	_, err := tx.ExecErasing(ctx, erasingMail+`subscriber_id = ? AND kind = 'address' AND recipient NOT IN ('', ?)`,
		tx.Stamp(), tx.Newsletter, id, own)
	if err != nil {
		return fmt.Errorf("erase mail to addresses asked for: %w", err)
	}
	return nil
}

// mayChangeAddress is the active reader of an id who may have mail sent to another address, also
// because theirs bounces; it fails with subscribers.ErrVoid where there is none.
func (tx *Tx) mayChangeAddress(ctx context.Context, id subscribers.PublicID) (subscribers.Subscriber, error) {
	sub, err := tx.activeReader(ctx, id)
	if err != nil {
		return sub, err
	}
	hash, err := tx.hashOf(ctx, sub.ID)
	if err != nil {
		return sub, err
	}
	switch p, err := tx.suppression(ctx, hash); {
	case errors.Is(err, ErrNotFound):
		return sub, nil
	case err == nil && !p.Reason.OfMailbox():
		return sub, subscribers.ErrVoid
	default:
		return sub, err
	}
}

// activeReader is the active reader of an id; it fails with subscribers.ErrVoid where
// there is none.
func (tx *Tx) activeReader(ctx context.Context, id subscribers.PublicID) (subscribers.Subscriber, error) {
	sub, err := engine.QueryOne(ctx, tx, scanSubscriber, subscriberByPublicID, tx.Newsletter, id[:])
	if errors.Is(err, ErrNotFound) || err == nil && sub.Status != subscribers.Active {
		err = subscribers.ErrVoid
	}
	return sub, err
}

// free fails with subscribers.ErrVoid for an address that is somebody's or suppressed.
// One that waits for confirmation is nobody's: anybody may have signed it up.
func (tx *Tx) free(ctx context.Context, key string, hash []byte) error {
	if _, err := tx.suppression(ctx, hash); !errors.Is(err, ErrNotFound) {
		return errors.Join(err, subscribers.ErrVoid)
	}
	sub, err := tx.subscriber(ctx, key)
	if errors.Is(err, ErrNotFound) || err == nil && sub.Status == subscribers.Pending {
		return nil
	}
	return errors.Join(err, subscribers.ErrVoid)
}

// erasePending erases whoever waits for confirmation under an address, which is another
// reader's now.
func (tx *Tx) erasePending(ctx context.Context, key string, by subscribers.Actor) error {
	sub, err := tx.subscriber(ctx, key)
	if errors.Is(err, ErrNotFound) || err == nil && sub.Status != subscribers.Pending {
		return nil
	}
	if err != nil {
		return err
	}
	return tx.blank(ctx, sub, engine.Entry{Subscriber: sub.ID, What: "erased unconfirmed", By: by, Detail: "the address is another reader's"})
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
	if sub, err = tx.mayChangeAddress(ctx, id); err != nil {
		return to, sub, err
	}
	to, err = tx.linked(ctx, keys, sub, `
		SELECT email, key
		FROM address_changes
		WHERE subscriber_id = ? AND asked_at = ?`, at)
	return to, sub, err
}

// linked is the address that a query knows of a reader and the moment of a link: theirs
// already, where the link was pressed before, or free.
func (tx *Tx) linked(ctx context.Context, keys *subscribers.Keyring, sub subscribers.Subscriber, query string, at time.Time) (subscribers.Address, error) {
	to, err := engine.QueryOne(ctx, tx, scanAddress, query, sub.ID, engine.TimeText(at))
	switch {
	case errors.Is(err, ErrNotFound):
		return to, subscribers.ErrVoid
	case err != nil || sub.Key == to.Key:
		return to, err
	}
	return to, tx.free(ctx, to.Key, keys.AddressHash(to.Key))
}

func scanAddress(r engine.Row) (a subscribers.Address, err error) { return a, r.Scan(&a.Given, &a.Key) }

// Told writes the mail to an address that a reader's mail does not go to any more, but to
// another from a moment on.
type Told func(sub subscribers.Subscriber, to string, moved time.Time) (OutboxMail, error)

// ChangeAddress gives a reader the address that a mail asked at a moment to confirm, and
// returns it: public id, choice, name and consent stay. The old address is told, and can
// take the mail back (see ReturnAddress). Twice is as good as once. It fails as
// AskedAddress does.
func (s *Store) ChangeAddress(ctx context.Context, id subscribers.PublicID, at time.Time, told Told, by subscribers.Actor) (to subscribers.Address, err error) {
	keys, err := s.Keyring(ctx)
	if err != nil {
		return to, err
	}
	err = s.write(ctx, func(tx *Tx) error {
		var sub subscribers.Subscriber
		if to, sub, err = tx.askedAddress(ctx, keys, id, at); err != nil || sub.Key == to.Key {
			return err
		}
		if err := tx.moveTelling(ctx, keys, sub, to, told, by); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
			INSERT INTO addresses_left (subscriber_id, email, key, left_at)
			VALUES (?, ?, ?, ?)`, sub.ID, sub.Email, sub.Key, tx.Stamp())
		return err
	})
	return to, err
}

// moveTelling gives a reader another address, and has the old one told, unless that is
// not mailed. The mail is nobody's: whoever took the subscription can't keep it back by
// having themselves forgotten.
func (tx *Tx) moveTelling(ctx context.Context, keys *subscribers.Keyring, sub subscribers.Subscriber, to subscribers.Address, told Told, by subscribers.Actor) error {
	silent, err := tx.suppressed(ctx, sub.ID)
	if err != nil {
		return err
	}
	if err := tx.erasePending(ctx, to.Key, by); err != nil {
		return err
	}
	if _, err := tx.change(ctx, keys, sub, to, sub.Name, by); err != nil || silent {
		return err
	}
	mail, err := told(sub, to.Given, tx.At)
	if err != nil {
		return err
	}
	mail.Recipient = sub.Email
	_, err = tx.enqueue(ctx, mail)
	return err
}

// LeftAddress is the address that a reader changed from at a moment, which can take their
// mail back. It fails with subscribers.ErrVoid where it can't: it is somebody's or
// suppressed by now, a person put the address right since, or the reader has left.
func (s *Store) LeftAddress(ctx context.Context, id subscribers.PublicID, at time.Time) (to subscribers.Address, err error) {
	keys, err := s.Keyring(ctx)
	if err != nil {
		return to, err
	}
	err = s.read(ctx, func(tx *Tx) error {
		to, _, err = tx.leftAddress(ctx, keys, id, at)
		return err
	})
	return to, err
}

func (tx *Tx) leftAddress(ctx context.Context, keys *subscribers.Keyring, id subscribers.PublicID, at time.Time) (to subscribers.Address, sub subscribers.Subscriber, err error) {
	if sub, err = tx.activeReader(ctx, id); err != nil {
		return to, sub, err
	}
	to, err = tx.linked(ctx, keys, sub, `
		SELECT email, key
		FROM addresses_left
		WHERE subscriber_id = ? AND left_at = ?`, at)
	return to, sub, err
}

// ReturnAddress gives a reader the address back that they changed from at a moment, and
// returns it. The address they had till now is told, and can't take it back: nor can any
// between the two. One that they had before can, whoever pressed between. Twice is as good as
// once. It fails as LeftAddress does.
func (s *Store) ReturnAddress(ctx context.Context, id subscribers.PublicID, at time.Time, told Told, by subscribers.Actor) (to subscribers.Address, err error) {
	keys, err := s.Keyring(ctx)
	if err != nil {
		return to, err
	}
	err = s.write(ctx, func(tx *Tx) error {
		var sub subscribers.Subscriber
		if to, sub, err = tx.leftAddress(ctx, keys, id, at); err != nil || sub.Key == to.Key {
			return err
		}
		if err := tx.moveTelling(ctx, keys, sub, to, told, by); err != nil {
			return err
		}
		return tx.settleAddress(ctx, sub.ID, to.Key, at)
	})
	return to, err
}

// settleAddress lets no other address that a reader changed from since a moment take their mail back.
func (tx *Tx) settleAddress(ctx context.Context, id int64, key string, since time.Time) error {
	_, err := tx.ExecErasing(ctx, `
		DELETE FROM addresses_left WHERE subscriber_id = ? AND key <> ? AND left_at >= ?`, id, key, engine.TimeText(since))
	return err
}

// moveAddress makes sure that the new address is free, and takes what belongs
// to the address along. A link to another one that was asked before confirms nothing more.
func (tx *Tx) moveAddress(ctx context.Context, sub subscribers.Subscriber, to subscribers.Address, hash []byte) error {
	if _, err := tx.subscriber(ctx, to.Key); err == nil {
		return ErrExists
	} else if !errors.Is(err, ErrNotFound) {
		return err
	}
	if err := tx.refuseErased(ctx, hash); err != nil {
		return err
	}
	if err := errors.Join(tx.eraseMail(ctx, sub.Email, 0), tx.eraseAsked(ctx, sub.ID, to.Given)); err != nil {
		return err
	}
	_, err := tx.ExecErasing(ctx, `DELETE FROM address_changes WHERE subscriber_id = ? AND key <> ?`, sub.ID, to.Key)
	if err == nil {
		_, err = tx.Exec(ctx, `UPDATE subscribers SET key = ?, hash = ? WHERE id = ?`, to.Key, hash, sub.ID)
	}
	if err != nil {
		return fmt.Errorf("change address of subscriber %d: %w", sub.ID, err)
	}
	return nil
}

// besideQuery is an address as a reader gave it who asked for it or had it.
const besideQuery = `
	SELECT email, key FROM address_changes WHERE key = ?1
	UNION
	SELECT email, key FROM addresses_left WHERE key = ?1`

// beside is every spelling of an address that is kept beside those of readers: by
// besideQuery, or in a mail that is still to tell it of a change.
func (tx *Tx) beside(ctx context.Context, key string) ([]subscribers.Address, error) {
	all, err := engine.QueryAll(ctx, tx, scanAddress, besideQuery, key)
	if err != nil {
		return nil, err
	}
	untold, err := engine.QueryAll(ctx, tx, engine.ScanValue[string], `
		SELECT recipient
		FROM outbox
		WHERE newsletter_id = ? AND state IN ('queued', 'sending') AND kind = 'moved' AND recipient <> ''`, tx.Newsletter)
	for _, email := range untold {
		if a, err := subscribers.ParseAddress(email); err == nil && a.Key == key {
			all = append(all, a)
		}
	}
	return all, err
}

// KeptBeside reports whether an address is kept as one that a reader asked for or
// changed from.
func (s *Store) KeptBeside(ctx context.Context, key string) (kept bool, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		all, err := tx.beside(ctx, key)
		kept = len(all) > 0
		return err
	})
	if err != nil {
		return false, fmt.Errorf("look for an address beside those of readers: %w", err)
	}
	return kept, nil
}

// forgetBeside forgets an address that readers asked for or changed from, with the mail
// to it, and reports whether there was any.
func (tx *Tx) forgetBeside(ctx context.Context, key string) (bool, error) {
	all, err := tx.beside(ctx, key)
	if err != nil || len(all) == 0 {
		return false, err
	}
	for _, table := range []string{"address_changes", "addresses_left"} {
		if _, err := tx.ExecErasing(ctx, `DELETE FROM `+table+` WHERE key = ?`, key); err != nil {
			return false, err
		}
	}
	for _, address := range all {
		if err := tx.eraseMail(ctx, address.Given, 0); err != nil {
			return false, err
		}
	}
	return true, nil
}

// forgetAddresses forgets new addresses that were asked for before a moment, and those
// that readers changed from too long ago to take them back.
func (tx *Tx) forgetAddresses(ctx context.Context, before time.Time) error {
	_, err := tx.ExecErasing(ctx, erasingMail+`kind = 'address' AND recipient <> ''
			AND subscriber_id IN (SELECT subscriber_id FROM address_changes WHERE asked_at < ?)
			AND recipient <> (SELECT email FROM subscribers WHERE id = outbox.subscriber_id)`,
		tx.Stamp(), tx.Newsletter, engine.TimeText(before))
	if err != nil {
		return err
	}
	_, err = tx.ExecErasing(ctx, `DELETE FROM address_changes WHERE asked_at < ?`, engine.TimeText(before))
	if err != nil {
		return err
	}
	_, err = tx.ExecErasing(ctx, `DELETE FROM addresses_left WHERE left_at < ?`, tx.tooOldToReturn())
	return err
}

// tooOldToReturn is the moment since when an address that a reader changed from can take
// the mail back.
func (tx *Tx) tooOldToReturn() string { return engine.TimeText(tx.At.Add(-subscribers.ConfirmWithin)) }
