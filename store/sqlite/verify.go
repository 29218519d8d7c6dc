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
	for _, table := range tables {
		if err := e.check(ctx, `PRAGMA integrity_check(`+table+`)`); err != nil {
			return err
		}
	}
	return nil
}

// check runs one check in a view of its own, so that none is held for long, and
// returns ErrCorrupt where it found something.
func (e *engine) check(ctx context.Context, check string) error {
	return e.Read(ctx, func(q store.Querier) error {
		faults, err := store.Texts(ctx, q, check)
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
