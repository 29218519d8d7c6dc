package store

import (
	"context"
	"fmt"
	"time"

	"roundup/store/engine"
)

// sendTables are what a send reads and writes. Those that decide who may be mailed
// and what is due come first, those that grow with every issue last.
func sendTables() []string {
	return []string{
		"meta", "leases", "slots", "issues", "issue_variants", "issue_articles", "article_states",
		"suppressions", "subscriptions", "subscribers",
		"audience", "ranges", "deliveries",
	}
}

// Verify reads the whole database and returns ErrCorrupt with the engine's words where
// it is damaged; what a send reads is compared with its indexes and its figures besides. It takes
// some seconds for each gigabyte.
func (s *Store) Verify(ctx context.Context) error {
	if err := s.db.Verify(ctx); err != nil {
		return err
	}
	return s.verifySend(ctx)
}

// VerifySend returns ErrCorrupt where what a send reads is damaged, or what a range
// counted is not what it holds.
// It looks for so long at most: a list of a million takes longer, and is not looked
// at to its end.
func (s *Store) VerifySend(ctx context.Context, most time.Duration) error {
	limited, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	err := s.verifySend(limited)
	if err != nil && limited.Err() != nil && ctx.Err() == nil {
		return nil
	}
	return err
}

func (s *Store) verifySend(ctx context.Context) error {
	if err := s.compareRanges(ctx); err != nil {
		return err
	}
	return s.db.VerifySend(ctx, sendTables())
}

// compareRanges compares what ranges counted with their deliveries, for every issue
// under way: by those figures it is known what is owed.
func (s *Store) compareRanges(ctx context.Context) error {
	issues, err := s.UnderWay(ctx)
	if err != nil {
		return err
	}
	for _, issue := range issues {
		if err := s.CompareRanges(ctx, issue.ID); err != nil {
			return err
		}
	}
	return nil
}

// Verified is when the database was found whole last; zero for never, or once it was
// found damaged.
func (s *Store) Verified(ctx context.Context) (at time.Time, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		at, err = tx.MetaTime(ctx, metaVerified)
		return err
	})
	return at, err
}

// NoteVerified puts on record whether the database was found whole just now.
func (s *Store) NoteVerified(ctx context.Context, whole bool) error {
	return s.write(ctx, func(tx *Tx) error {
		if !whole {
			return tx.SetMeta(ctx, metaVerified, "")
		}
		return tx.SetMeta(ctx, metaVerified, tx.Stamp())
	})
}

// Health is what says how the database does, beside Verify.
type Health struct {
	Orphans   int       // rows that name another which is not there
	LastEvent time.Time // when something was last put on record; zero for never
	Size      int64     // on the disk, in bytes
}

// Health reads it. Looking for orphans reads every table that names another.
func (s *Store) Health(ctx context.Context) (h Health, err error) {
	if h.Size, err = s.db.Size(ctx); err != nil {
		return h, fmt.Errorf("measure the database: %w", err)
	}
	if h.Orphans, err = s.db.Orphans(ctx); err != nil {
		return h, fmt.Errorf("check references: %w", err)
	}
	err = s.read(ctx, func(tx *Tx) error {
		err := tx.QueryRowContext(ctx, `SELECT max(at) FROM events`).Scan(engine.TimeInto(&h.LastEvent))
		if err != nil {
			return fmt.Errorf("read the last event: %w", err)
		}
		return nil
	})
	return h, err
}
