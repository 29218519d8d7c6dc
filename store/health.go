package store

import (
	"context"
	"fmt"
	"time"
)

// Health is what says how the database does, beside Verify.
type Health struct {
	Orphans   int       // rows that name another which is not there
	LastEvent time.Time // when something was last put on record; zero for never
	Size      int64     // on the disk, in bytes
}

// Health reads it. Looking for orphans reads every table that names another.
func (s *Store) Health(ctx context.Context) (h Health, err error) {
	if h.Size, err = s.engine.Size(ctx); err != nil {
		return h, fmt.Errorf("measure the database: %w", err)
	}
	if h.Orphans, err = s.engine.Orphans(ctx); err != nil {
		return h, fmt.Errorf("check references: %w", err)
	}
	err = s.read(ctx, func(tx *Tx) error {
		err := tx.QueryRowContext(ctx, `SELECT max(at) FROM events`).Scan(timeInto(&h.LastEvent))
		if err != nil {
			return fmt.Errorf("read the last event: %w", err)
		}
		return nil
	})
	return h, err
}
