package store

import (
	"context"
	"errors"
	"fmt"
)

// Facts the database keeps about itself, by their key in meta.
const (
	metaCreated     = "created_at"
	metaMachine     = "machine"       // where it was created or adopted
	metaCopyOf      = "copy_of"       // set in a backup until it is adopted
	metaNextNumber  = "next_number"   // the next issue's number, where a person set one
	metaAlreadySent = "already_sent"  // a moment: what is older went out before this database
	metaSchedule    = "schedule"      // the schedule as last seen
	metaScheduleAt  = "schedule_seen" // since when
)

// meta returns a fact; "" for none.
func (tx *Tx) meta(ctx context.Context, key string) (string, error) {
	value, err := queryOne(ctx, tx, scanValue[string], `SELECT value FROM meta WHERE key = ?`, key)
	if errors.Is(err, ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read %s: %w", key, err)
	}
	return value, nil
}

// setMeta records a fact; "" takes it away.
func (tx *Tx) setMeta(ctx context.Context, key, value string) error {
	var err error
	if value == "" {
		_, err = tx.exec(ctx, `DELETE FROM meta WHERE key = ?`, key)
	} else {
		_, err = tx.exec(ctx, `
			INSERT INTO meta (key, value) VALUES (?, ?)
			ON CONFLICT (key) DO UPDATE SET value = excluded.value`, key, value)
	}
	if err != nil {
		return fmt.Errorf("record %s: %w", key, err)
	}
	return nil
}
