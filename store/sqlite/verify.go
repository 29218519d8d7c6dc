package sqlite

import (
	"context"
	"fmt"

	"roundup/store"
)

// Verify implements store.Engine.
func (e *engine) Verify(ctx context.Context) error {
	return e.check(ctx, `PRAGMA quick_check(5)`)
}

// VerifySend implements store.Engine.
func (e *engine) VerifySend(ctx context.Context, tables []string) error {
	if err := e.compareClaims(ctx); err != nil {
		return err
	}
	for _, table := range tables {
		if err := e.check(ctx, `PRAGMA integrity_check(`+table+`)`); err != nil {
			return err
		}
	}
	return nil
}

// compareClaims compares the indexes that claims are found by with the table, for
// every issue under way. SQLite's own check finds what such an index lacks, but not
// what it has too much, since it holds a part of the rows only.
func (e *engine) compareClaims(ctx context.Context) error {
	var underWay []string
	err := e.Read(ctx, func(q store.Querier) (err error) {
		underWay, err = texts(ctx, q, `SELECT id FROM issues WHERE finished_at IS NULL ORDER BY number`)
		return err
	})
	if err != nil {
		return fmt.Errorf("check database: %w", err)
	}
	for _, issue := range underWay {
		err := e.check(ctx, `
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
			WHERE listed.n <> coalesce(held.n, 0)`, issue)
		if err != nil {
			return err
		}
	}
	return nil
}

// check runs one check in a view of its own, so that none is held for long, and
// returns ErrCorrupt where it found something.
func (e *engine) check(ctx context.Context, check string, args ...any) error {
	return e.Read(ctx, func(q store.Querier) error {
		faults, err := texts(ctx, q, check, args...)
		if err != nil {
			return fmt.Errorf("check database: %w", err)
		}
		if len(faults) == 0 || len(faults) == 1 && faults[0] == "ok" {
			return nil
		}
		return fmt.Errorf("%w: %q: %q", store.ErrCorrupt, e.path, faults[:min(len(faults), 3)])
	})
}

// Orphans implements store.Engine.
func (e *engine) Orphans(ctx context.Context) (n int, err error) {
	err = e.Read(ctx, func(q store.Querier) error {
		return q.QueryRowContext(ctx, `SELECT count(*) FROM pragma_foreign_key_check`).Scan(&n)
	})
	return n, err
}

// texts returns the only column of a query, as text.
func texts(ctx context.Context, q store.Querier, query string, args ...any) (all []string, err error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}
