package sqlite

import (
	"context"
	"fmt"

	"roundup/store/engine"
)

// Verify implements engine.Engine.
func (e *database) Verify(ctx context.Context) error {
	return e.check(ctx, `PRAGMA quick_check(5)`)
}

// VerifySend implements engine.Engine.
func (e *database) VerifySend(ctx context.Context, tables []string) error {
	for _, table := range tables {
		if err := e.check(ctx, `PRAGMA integrity_check(`+table+`)`); err != nil {
			return err
		}
	}
	return nil
}

// check runs one check in a view of its own, so that none is held for long, and
// returns ErrCorrupt where it found something.
func (e *database) check(ctx context.Context, check string) error {
	return e.Read(ctx, func(q engine.Querier) error {
		faults, err := engine.Texts(ctx, q, check)
		if err != nil {
			return fmt.Errorf("check database: %w", err)
		}
		if len(faults) == 0 || len(faults) == 1 && faults[0] == "ok" {
			return nil
		}
		return fmt.Errorf("%w: %q: %q", engine.ErrCorrupt, e.path, faults[:min(len(faults), 3)])
	})
}

// Orphans implements engine.Engine.
func (e *database) Orphans(ctx context.Context) (n int, err error) {
	err = e.Read(ctx, func(q engine.Querier) error {
		return q.QueryRowContext(ctx, `SELECT count(*) FROM pragma_foreign_key_check`).Scan(&n)
	})
	return n, err
}
