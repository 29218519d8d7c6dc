package store

import (
	"context"
	"crypto/rand"
	"fmt"
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
