package store

import (
	"context"
	"fmt"
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

// Verify reads the whole database and returns ErrCorrupt with SQLite's words where
// it is damaged; what a send reads is compared with its indexes besides. It takes
// some seconds for each gigabyte.
func (s *Store) Verify(ctx context.Context) error {
	if err := s.verify(ctx, `PRAGMA quick_check(5)`); err != nil {
		return err
	}
	return s.verifySend(ctx)
}

// VerifySend returns ErrCorrupt where what a send reads is damaged, or an index does
// not say what its table does: a claim found by such an index would be the wrong one.
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
	if err := s.compareClaims(ctx); err != nil {
		return err
	}
	for _, table := range sendTables() {
		if err := s.verify(ctx, `PRAGMA integrity_check(`+table+`)`); err != nil {
			return err
		}
	}
	return nil
}

// compareClaims compares the indexes that claims are found by with the table, for
// every issue under way. SQLite's own check finds what such an index lacks, but not
// what it has too much, since it holds a part of the rows only.
func (s *Store) compareClaims(ctx context.Context) error {
	issues, err := s.UnderWay(ctx)
	if err != nil {
		return err
	}
	for _, issue := range issues {
		err := s.read(ctx, func(tx *Tx) error {
			faults, err := queryAll(ctx, tx, scanValue[string], `
				WITH held AS (
					SELECT state, count(*) AS n
					FROM deliveries NOT INDEXED
					WHERE issue_id = ?1
					GROUP BY state
				), listed AS (
					SELECT 'queued' AS state, (SELECT count(*) FROM deliveries INDEXED BY deliveries_queued WHERE issue_id = ?1 AND state = 'queued') AS n
					UNION ALL
					SELECT 'deferred', (SELECT count(*) FROM deliveries INDEXED BY deliveries_deferred WHERE issue_id = ?1 AND state = 'deferred')
					UNION ALL
					SELECT 'sending', (SELECT count(*) FROM deliveries INDEXED BY deliveries_sending WHERE issue_id = ?1 AND state = 'sending')
					UNION ALL
					SELECT 'unknown', (SELECT count(*) FROM deliveries INDEXED BY deliveries_unknown WHERE issue_id = ?1 AND state = 'unknown')
				)
				SELECT 'index deliveries_' || state || ' has ' || listed.n || ' entries for ' || coalesce(held.n, 0) || ' rows'
				FROM listed
				LEFT JOIN held USING (state)
				WHERE listed.n <> coalesce(held.n, 0)`, issue.ID)
			return s.verdict(faults, err)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// verdict is ErrCorrupt where a check found something.
func (s *Store) verdict(faults []string, err error) error {
	if err != nil {
		return fmt.Errorf("check database: %w", err)
	}
	if len(faults) > 0 {
		return fmt.Errorf("%w: %q: %q", ErrCorrupt, s.path, faults[:min(len(faults), 3)])
	}
	return nil
}

// verify runs one check in a view of its own, so that none is held for long.
func (s *Store) verify(ctx context.Context, check string) error {
	return s.read(ctx, func(tx *Tx) error {
		faults, err := queryAll(ctx, tx, scanValue[string], check)
		if len(faults) == 1 && faults[0] == "ok" {
			faults = nil
		}
		return s.verdict(faults, err)
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
