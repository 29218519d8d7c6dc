package postgres

import (
	"context"
	"errors"
	"fmt"

	"roundup/store"
	"roundup/store/engine"
	"roundup/store/migrations"
)

// build makes schema and tables where there are none, and reports whether it did.
// Several that try at a time make them once. In a rehearsal they are taken away again.
func (e *database) build(ctx context.Context, o Options, rehearsal bool) (created bool, err error) {
	all, err := migrations.Steps(migrations.Postgres, o.migrations)
	if err != nil {
		return false, err
	}
	err = engine.Within(ctx, e.writer, `BEGIN`, func(q engine.Querier) error {
		if _, err := q.ExecContext(ctx, `SELECT pg_advisory_xact_lock(`+fmt.Sprint(lockWrite)+`, hashtext(?))`, e.schema); err != nil {
			return err
		}
		var there bool
		if err := q.QueryRowContext(ctx, `SELECT to_regclass('schema_version') IS NOT NULL`).Scan(&there); err != nil || there {
			return err
		}
		if err := speaksUTF8(ctx, q); err != nil {
			return err
		}
		if err := e.vacant(ctx, q); err != nil {
			return err
		}
		created = true
		if _, err := q.ExecContext(ctx, `CREATE SCHEMA IF NOT EXISTS "`+e.schema+`"`); err != nil {
			return err
		}
		for _, step := range all {
			if _, err := q.ExecContext(ctx, step.SQL); err != nil {
				return fmt.Errorf("migration %s: %w", step.Name, err)
			}
		}
		if _, err := q.ExecContext(ctx, `INSERT INTO schema_version (version) VALUES (?)`, migrations.VersionAfter(len(all))); err != nil {
			return err
		}
		if err := store.Populate(ctx, building{database: e, q: q}, o.Now); err != nil || !rehearsal {
			return err
		}
		return errRehearsed
	})
	if errors.Is(err, errRehearsed) {
		return true, nil
	}
	if err != nil {
		return false, classify(fmt.Errorf("create database %s: %w", e.path, err))
	}
	return created, nil
}

// errRehearsed ends the transaction of a rehearsal.
var errRehearsed = errors.New("it was a rehearsal")

// vacant fails with ErrOccupied where the schema has tables of somebody else's.
func (e *database) vacant(ctx context.Context, q engine.Querier) error {
	others, err := engine.Texts(ctx, q, `
		SELECT relname
		FROM pg_class
		WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = ?) AND relkind IN ('r', 'p', 'v', 'm', 'f')
		ORDER BY relname
		LIMIT 3`, e.schema)
	if err == nil && len(others) > 0 {
		err = fault(ErrOccupied, ": %s has %q", e.schema, others)
	}
	return err
}

// building is an engine in the middle of the transaction that makes its tables.
type building struct {
	*database
	q engine.Querier
}

// Write implements engine.Engine.
func (b building) Write(_ context.Context, work func(engine.Querier) error) error { return work(b.q) }

// migrate brings the schema up to date, under the process lock.
func (e *database) migrate(ctx context.Context, o Options) error {
	all, err := migrations.Steps(migrations.Postgres, o.migrations)
	if err != nil {
		return err
	}
	e.version = migrations.VersionAfter(len(all))
	version, err := e.schemaVersion(ctx)
	switch {
	case err != nil:
		return err
	case version <= migrations.Folded:
		return fault(engine.ErrEarlier, ": %s has version %d; nothing in it was changed", e.path, version)
	case version > e.version:
		return fault(engine.ErrNewer, ": %s has version %d, this program knows up to %d", e.path, version, e.version)
	case version == e.version:
		return nil
	}
	lock, err := e.Lock(ctx)
	if err != nil {
		return fmt.Errorf("migrate database to version %d: %w", e.version, err)
	}
	return errors.Join(e.apply(ctx, all), lock.Unlock())
}

func (e *database) schemaVersion(ctx context.Context) (version int, err error) {
	err = e.readers.QueryRowContext(ctx, `SELECT version FROM schema_version`).Scan(&version)
	if err != nil {
		return 0, classify(fmt.Errorf("read schema version: %w", err))
	}
	return version, nil
}

// apply runs the steps that the schema has not seen, each in one transaction.
func (e *database) apply(ctx context.Context, all []migrations.Step) error {
	version, err := e.schemaVersion(ctx) // again: another may have been faster to the lock
	if err != nil {
		return err
	}
	for i := version - migrations.Folded; i < len(all); i++ {
		err := engine.Within(ctx, e.writer, `BEGIN`, func(q engine.Querier) error {
			if _, err := q.ExecContext(ctx, all[i].SQL); err != nil {
				return err
			}
			_, err := q.ExecContext(ctx, `UPDATE schema_version SET version = ?`, migrations.VersionAfter(i+1))
			return err
		})
		if err != nil {
			return classify(fmt.Errorf("migration %s: %w", all[i].Name, err))
		}
	}
	return nil
}
