package store

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"roundup/store/engine"
	"roundup/subscribers"
)

const selectSuppression = `
	SELECT
		id,
		hash,
		email,
		reason,
		at
	FROM suppressions`

// placed is a suppression with its place in the list.
type placed struct {
	place int64
	subscribers.Suppression
}

func scanSuppression(r engine.Row) (placed, error) {
	var p placed
	err := r.Scan(&p.place, &p.Hash, engine.TextInto(&p.Email), &p.Reason, engine.TimeInto(&p.At))
	return p, err
}

// Suppressed returns the suppression of an address by its hash (see
// subscribers.Keyring.AddressHash); ErrNotFound when it has none.
func (s *Store) Suppressed(ctx context.Context, hash []byte) (subscribers.Suppression, error) {
	var p subscribers.Suppression
	err := s.read(ctx, func(tx *Tx) (err error) {
		p, err = tx.suppression(ctx, hash)
		return err
	})
	return p, err
}

func (tx *Tx) suppression(ctx context.Context, hash []byte) (subscribers.Suppression, error) {
	p, err := engine.QueryOne(ctx, tx, scanSuppression, selectSuppression+` WHERE hash = ?`, hash)
	return p.Suppression, err
}

// suppressed reports whether the address of a subscriber is suppressed.
func (tx *Tx) suppressed(ctx context.Context, id int64) (bool, error) {
	hash, err := tx.hashOf(ctx, id)
	if err != nil {
		return false, err
	}
	_, err = tx.suppression(ctx, hash)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// Suppress sees to it that an address is not mailed, at once: each claim of an
// issue being sent looks here first. email is the plain address, "" to keep the
// hash alone, as for subscribers.Erased always. An address that is suppressed
// already keeps its first reason.
func (s *Store) Suppress(ctx context.Context, hash []byte, email string, reason subscribers.Reason, by subscribers.Actor) error {
	return s.write(ctx, func(tx *Tx) error {
		if reason == subscribers.Erased {
			changed, err := tx.suppressErased(ctx, hash)
			if err != nil || !changed {
				return err
			}
			return tx.noteSuppressed(ctx, hash, reason, by)
		}
		_, err := tx.suppress(ctx, subscribers.Suppression{Hash: hash, Email: email, Reason: reason, At: tx.At}, by)
		return err
	})
}

// suppress adds a suppression and reports whether there was none before.
func (tx *Tx) suppress(ctx context.Context, p subscribers.Suppression, by subscribers.Actor) (bool, error) {
	added, err := tx.Exec(ctx, `
		INSERT INTO suppressions (hash, email, reason, at) VALUES (?, ?, ?, ?)
		ON CONFLICT (hash) DO NOTHING`, p.Hash, engine.TextOrNull(p.Email), p.Reason, engine.TimeText(p.At))
	if err != nil {
		return false, fmt.Errorf("suppress address: %w", err)
	}
	if added == 0 {
		return false, nil
	}
	tx.left = append(tx.left, leaving{at: tx.At, what: string(p.Reason), hash: p.Hash})
	return true, tx.noteSuppressed(ctx, p.Hash, p.Reason, by)
}

// noteSuppressed puts on record that an address is not mailed any more, and ends what is owed
// to the subscriber that has it.
func (tx *Tx) noteSuppressed(ctx context.Context, hash []byte, reason subscribers.Reason, by subscribers.Actor) error {
	id, err := tx.hashEvent(ctx, hash, engine.Entry{What: "suppressed", By: by, Detail: string(reason)})
	if err != nil || id == 0 {
		return err
	}
	return tx.SkipReader(ctx, id, "suppressed: "+string(reason))
}

// Lift ends a suppression; the subscription, if there is one, stays as it is.
// It fails with ErrNotFound for an address that has none.
func (s *Store) Lift(ctx context.Context, hash []byte, by subscribers.Actor) error {
	return s.write(ctx, func(tx *Tx) error {
		p, err := tx.suppression(ctx, hash)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM suppressions WHERE hash = ?`, hash); err != nil {
			return fmt.Errorf("lift suppression: %w", err)
		}
		tx.rejoined = append(tx.rejoined, leaving{at: tx.At, what: liftedWord, hash: hash})
		_, err = tx.hashEvent(ctx, hash, engine.Entry{What: "suppression lifted", By: by, Detail: string(p.Reason)})
		return err
	})
}

// hashEvent records an event of an address for the subscriber that has it, and returns who
// that is; where nobody has, the record does not say whose it is.
func (tx *Tx) hashEvent(ctx context.Context, hash []byte, e engine.Entry) (subscriber int64, err error) {
	e.Subscriber, err = engine.QueryOne(ctx, tx, engine.ScanValue[int64], `
		SELECT id FROM subscribers WHERE hash = ?`, hash)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return 0, fmt.Errorf("find subscriber by hash: %w", err)
	}
	return e.Subscriber, tx.Record(ctx, e)
}

// Suppressions returns every suppression, oldest first, read page by page.
func (s *Store) Suppressions(ctx context.Context) iter.Seq2[subscribers.Suppression, error] {
	all := engine.Pages(listPage, func(after placed) ([]placed, error) { return s.suppressionPage(ctx, after.place) })
	return func(yield func(subscribers.Suppression, error) bool) {
		for p, err := range all {
			if !yield(p.Suppression, err) {
				return
			}
		}
	}
}

func (s *Store) suppressionPage(ctx context.Context, after int64) ([]placed, error) {
	var page []placed
	err := s.read(ctx, func(tx *Tx) (err error) {
		page, err = engine.QueryAll(ctx, tx, scanSuppression, selectSuppression+`
			WHERE id > ?
			ORDER BY id
			LIMIT ?`, after, listPage)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list suppressions: %w", err)
	}
	return page, nil
}
