package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// sendTables are what a send reads and writes. Those that decide who may be mailed
// and what is due come first, those that grow with every issue last.
func sendTables() []string {
	return []string{
		"meta", "leases", "slots", "issues", "issue_variants", "issue_articles", "article_states",
		"suppressions", "subscriber_hashes", "subscriptions", "subscribers",
		"audience", "ranges", "deliveries",
	}
}

// Verify reads the whole database and returns ErrCorrupt with the engine's words where
// it is damaged; what a send reads is compared with its indexes and its figures besides. It takes
// some seconds for each gigabyte.
func (s *Store) Verify(ctx context.Context) error {
	if err := s.engine.Verify(ctx); err != nil {
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
	return s.engine.VerifySend(ctx, sendTables())
}

// compareRanges compares what ranges counted with their deliveries, for every issue
// under way: by those figures it is known what is owed.
func (s *Store) compareRanges(ctx context.Context) error {
	issues, err := s.UnderWay(ctx)
	if err != nil {
		return err
	}
	for _, issue := range issues {
		for number := 1; ; number++ {
			err := s.compareRange(ctx, issue.ID, number)
			if errors.Is(err, ErrNotFound) {
				break
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// compareRange looks at one range, in a view of its own; ErrNotFound after the last.
func (s *Store) compareRange(ctx context.Context, issue int64, number int) error {
	return s.read(ctx, func(tx *Tx) error {
		g, err := tx.rangeByNumber(ctx, issue, number)
		if errors.Is(err, errAudience) {
			return fmt.Errorf("%w: %q: %w", ErrCorrupt, s.Path(), err)
		}
		if err != nil || g.open {
			return err
		}
		want, err := tx.count(ctx, g)
		if err != nil {
			return err
		}
		got, err := queryOne(ctx, tx, func(r row) (c counts, err error) {
			return c, r.Scan(&c.queued, &c.sent, &c.failed, &c.deferred, &c.unknown, &c.resendable, &c.skipped, timeInto(&c.nextAt))
		}, `
			SELECT
				queued,
				sent,
				failed,
				deferred,
				unknown,
				resendable,
				skipped,
				next_at
			FROM ranges
			WHERE issue_id = ? AND number = ?`, issue, number)
		if err != nil || got == want && want.rows() == g.claimed {
			return err
		}
		return fmt.Errorf("%w: %q: range %d of an issue counted %d deliveries at a mark of %d, and has %d",
			ErrCorrupt, s.Path(), number, got.rows(), g.claimed, want.rows())
	})
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
