package store

import (
	"context"
	"fmt"
	"os"
	"time"
)

// Health is what says how the database does, beside Verify.
type Health struct {
	Orphans   int       // rows that name another which is not there
	LastEvent time.Time // when something was last put on record; zero for never
	Size      int64     // of the file and its write-ahead log, in bytes
}

// Health reads it. Looking for orphans reads every table that names another.
func (s *Store) Health(ctx context.Context) (h Health, err error) {
	for _, file := range []string{s.path, s.path + "-wal"} {
		info, err := os.Stat(file)
		if err == nil {
			h.Size += info.Size()
		}
	}
	err = s.read(ctx, func(tx *Tx) error {
		if h.Orphans, err = queryOne(ctx, tx, scanValue[int], `SELECT count(*) FROM pragma_foreign_key_check`); err != nil {
			return fmt.Errorf("check references: %w", err)
		}
		err := tx.QueryRowContext(ctx, `SELECT max(at) FROM events`).Scan(timeInto(&h.LastEvent))
		if err != nil {
			return fmt.Errorf("read the last event: %w", err)
		}
		return nil
	})
	return h, err
}
