package store

import (
	"context"
	"crypto/rand"
	"fmt"

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
	_, err := tx.exec(ctx, `
		INSERT INTO keys (newsletter_id, purpose, secret, created_at)
		VALUES (?, ?, ?, ?)`,
		tx.newsletter, purpose, secret, tx.stamp())
	if err != nil {
		return fmt.Errorf("add %s key: %w", purpose, err)
	}
	return nil
}

// Keyring holds the newsletter's id and keys: every token key there ever was, and
// the one that suppressed addresses are hashed with.
func (s *Store) Keyring(ctx context.Context) (*subscribers.Keyring, error) {
	var tokens, address []subscribers.Key
	err := s.read(ctx, func(tx *Tx) (err error) {
		if tokens, err = tx.keys(ctx, purposeToken); err != nil {
			return err
		}
		address, err = tx.keys(ctx, purposeAddress)
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(address) != 1 {
		return nil, fmt.Errorf("%w: it holds %d address keys, want 1", ErrCorrupt, len(address))
	}
	return subscribers.NewKeyring(s.newsletter, tokens, address[0].Secret)
}

func (tx *Tx) keys(ctx context.Context, purpose string) ([]subscribers.Key, error) {
	scan := func(r row) (k subscribers.Key, err error) { return k, r.Scan(&k.ID, &k.Secret) }
	keys, err := queryAll(ctx, tx, scan, `
		SELECT id, secret
		FROM keys
		WHERE newsletter_id = ? AND purpose = ?
		ORDER BY id`, tx.newsletter, purpose)
	if err != nil {
		return nil, fmt.Errorf("read %s keys: %w", purpose, err)
	}
	return keys, nil
}
