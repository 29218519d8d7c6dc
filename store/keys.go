package store

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"roundup/store/engine"
	"roundup/subscribers"
)

// What a key is for: tokens in links, or the hashes of suppressed addresses.
const (
	purposeToken   = "token"
	purposeAddress = "address"
)

// addKey makes a new random key.
func (tx *Tx) addKey(ctx context.Context, purpose string) error {
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // never fails (crypto/rand)
	_, err := tx.Exec(ctx, `
		INSERT INTO keys (newsletter_id, purpose, secret, created_at)
		VALUES (?, ?, ?, ?)`,
		tx.Newsletter, purpose, secret, tx.Stamp())
	if err != nil {
		return fmt.Errorf("add %s key: %w", purpose, err)
	}
	return nil
}

// Keyring holds the newsletter's id and keys: every token key there ever was, and
// the one that suppressed addresses are hashed with. It is one ring for everybody who
// asks, renewed each time: whoever keeps it knows the keys that others made since.
func (s *Store) Keyring(ctx context.Context) (*subscribers.Keyring, error) {
	var tokens []subscribers.Key
	var address []byte
	err := s.read(ctx, func(tx *Tx) (err error) {
		tokens, address, err = tx.allKeys(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.making.Lock()
	defer s.making.Unlock()
	if s.ring == nil {
		s.ring, err = subscribers.NewKeyring(s.db.Newsletter(), tokens, address)
		return s.ring, err
	}
	return s.ring, s.ring.Renew(tokens)
}

// KeyRecord is a key as it is listed, without its secret.
type KeyRecord struct {
	ID      int64
	Purpose string // "token" or "address"
	Created time.Time
	Newest  bool // of its purpose: the one that is used for what is made now
}

// Keys lists the newsletter's keys, oldest first.
func (s *Store) Keys(ctx context.Context) (keys []KeyRecord, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		keys, err = engine.QueryAll(ctx, tx, func(r engine.Row) (k KeyRecord, err error) {
			return k, r.Scan(&k.ID, &k.Purpose, engine.TimeInto(&k.Created), &k.Newest)
		}, `
			SELECT
				id,
				purpose,
				created_at,
				id = (SELECT max(n.id) FROM keys n WHERE n.newsletter_id = keys.newsletter_id AND n.purpose = keys.purpose)
			FROM keys
			WHERE newsletter_id = ?
			ORDER BY id`, tx.Newsletter)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list keys: %w", err)
	}
	return keys, nil
}

// RotateKey makes a new key for tokens. The earlier ones stay, and with them the links
// that were made with them. Addresses have one key for good: what is suppressed is known
// by nothing but its hash.
func (s *Store) RotateKey(ctx context.Context, by subscribers.Actor) error {
	return s.write(ctx, func(tx *Tx) error {
		if err := tx.addKey(ctx, purposeToken); err != nil {
			return err
		}
		return tx.Record(ctx, engine.Entry{What: "key rotated", By: by})
	})
}

// keyring is the keys as this transaction sees them.
func (tx *Tx) keyring(ctx context.Context) (*subscribers.Keyring, error) {
	tokens, address, err := tx.allKeys(ctx)
	if err != nil {
		return nil, err
	}
	return subscribers.NewKeyring(tx.Newsletter, tokens, address)
}

// allKeys are those of tokens, and the one of addresses.
func (tx *Tx) allKeys(ctx context.Context) (tokens []subscribers.Key, address []byte, err error) {
	if tokens, err = tx.keys(ctx, purposeToken); err != nil {
		return nil, nil, err
	}
	all, err := tx.keys(ctx, purposeAddress)
	if err != nil {
		return nil, nil, err
	}
	if len(all) != 1 {
		return nil, nil, fmt.Errorf("%w: it holds %d address keys, want 1", engine.ErrCorrupt, len(all))
	}
	return tokens, all[0].Secret, nil
}

func (tx *Tx) keys(ctx context.Context, purpose string) ([]subscribers.Key, error) {
	scan := func(r engine.Row) (k subscribers.Key, err error) { return k, r.Scan(&k.ID, &k.Secret) }
	keys, err := engine.QueryAll(ctx, tx, scan, `
		SELECT id, secret
		FROM keys
		WHERE newsletter_id = ? AND purpose = ?
		ORDER BY id`, tx.Newsletter, purpose)
	if err != nil {
		return nil, fmt.Errorf("read %s keys: %w", purpose, err)
	}
	return keys, nil
}
