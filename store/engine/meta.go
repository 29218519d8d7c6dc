package engine

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Meta returns a fact the database keeps about itself; "" for none.
func (tx *Tx) Meta(ctx context.Context, key string) (string, error) {
	value, err := QueryOne(ctx, tx, ScanValue[string], `SELECT value FROM meta WHERE key = ?`, key)
	if errors.Is(err, ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read %s: %w", key, err)
	}
	return value, nil
}

// SetMeta records a fact; "" takes it away.
func (tx *Tx) SetMeta(ctx context.Context, key, value string) error {
	var err error
	if value == "" {
		_, err = tx.Exec(ctx, `DELETE FROM meta WHERE key = ?`, key)
	} else {
		_, err = tx.Exec(ctx, `
			INSERT INTO meta (key, value) VALUES (?, ?)
			ON CONFLICT (key) DO UPDATE SET value = excluded.value`, key, value)
	}
	if err != nil {
		return fmt.Errorf("record %s: %w", key, err)
	}
	return nil
}

// MetaTime returns a fact that is a moment; zero for none.
func (tx *Tx) MetaTime(ctx context.Context, key string) (time.Time, error) {
	text, err := tx.Meta(ctx, key)
	if err != nil || text == "" {
		return time.Time{}, err
	}
	t, err := time.Parse(TimeLayout, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("read %s: %w", key, err)
	}
	return t, nil
}
