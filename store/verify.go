package store

import (
	"context"
	"time"
)

// sendTables are what a send reads and writes. Those that decide who may be mailed
// and what is due come first, those that grow with every issue last.
func sendTables() []string {
	return []string{
		"meta", "leases", "slots", "issues", "issue_variants", "issue_articles", "article_states",
		"suppressions", "subscriber_hashes", "subscriptions", "subscribers", "deliveries",
	}
}

// Verify reads the whole database and returns ErrCorrupt with the engine's words where
// it is damaged; what a send reads is compared with its indexes besides. It takes
// some seconds for each gigabyte.
func (s *Store) Verify(ctx context.Context) error {
	if err := s.engine.Verify(ctx); err != nil {
		return err
	}
	return s.engine.VerifySend(ctx, sendTables())
}

// VerifySend returns ErrCorrupt where what a send reads is damaged, or an index does
// not say what its table does: a claim found by such an index would be the wrong one.
// It looks for so long at most: a list of a million takes longer, and is not looked
// at to its end.
func (s *Store) VerifySend(ctx context.Context, most time.Duration) error {
	limited, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	err := s.engine.VerifySend(limited, sendTables())
	if err != nil && limited.Err() != nil && ctx.Err() == nil {
		return nil
	}
	return err
}

// Verified is when the database was found whole last; zero for never, or once it was
// found damaged.
func (s *Store) Verified(ctx context.Context) (at time.Time, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		at, err = tx.metaTime(ctx, metaVerified)
		return err
	})
	return at, err
}

// NoteVerified puts on record whether the database was found whole just now.
func (s *Store) NoteVerified(ctx context.Context, whole bool) error {
	return s.write(ctx, func(tx *Tx) error {
		if !whole {
			return tx.setMeta(ctx, metaVerified, "")
		}
		return tx.setMeta(ctx, metaVerified, tx.stamp())
	})
}
