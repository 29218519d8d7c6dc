package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"roundup/store/engine"
	"roundup/store/migrations"
)

// migrate brings an existing database up to date and returns its version. It
// works under the process lock, and on a copy's safety: path.before-vN.db.
func migrate(ctx context.Context, path string, o Options) (int, error) {
	steps, err := migrations.Steps(migrations.SQLite, o.migrations)
	if err != nil {
		return 0, err
	}
	db := openForMigration(path)
	defer func() { _ = db.Close() }()
	version, err := schemaVersion(ctx, db)
	if err != nil {
		return 0, fmt.Errorf("open database %q: %w", path, err)
	}
	newest := migrations.VersionAfter(len(steps))
	switch {
	case version > newest:
		return 0, fmt.Errorf("%w: %q has version %d, this program knows up to %d", engine.ErrNewer, path, version, newest)
	case version == newest:
		return version, nil
	}
	lock, err := Lock(path)
	if err != nil {
		return 0, fmt.Errorf("migrate database to version %d: %w", newest, err)
	}
	err = copyAndApply(ctx, db, path, steps)
	return newest, errors.Join(err, lock.Unlock())
}

func copyAndApply(ctx context.Context, db *sql.DB, path string, steps []migrations.Step) error {
	version, err := schemaVersion(ctx, db) // again: another may have been faster to the lock
	if err != nil || version == migrations.VersionAfter(len(steps)) {
		return err
	}
	if err := copyBeforeMigration(ctx, path, version); err != nil {
		return err
	}
	return apply(ctx, db, steps)
}

// initialise gives an empty file the whole schema and returns its version.
func initialise(ctx context.Context, path string, o Options) (int, error) {
	steps, err := migrations.Steps(migrations.SQLite, o.migrations)
	if err != nil {
		return 0, err
	}
	db := openForMigration(path)
	_, err = db.ExecContext(ctx, fmt.Sprintf(`PRAGMA application_id = %d`, applicationID))
	if err == nil {
		err = apply(ctx, db, steps)
	}
	return migrations.VersionAfter(len(steps)), errors.Join(err, db.Close())
}

// openForMigration opens a connection that may rebuild tables: foreign keys
// are not enforced on it but checked before each commit.
func openForMigration(path string) *sql.DB {
	settings := writerSettings()
	settings.Set("_foreign_keys", "false")
	db := openPool(path, settings)
	db.SetMaxOpenConns(1)
	return db
}

func schemaVersion(ctx context.Context, db *sql.DB) (int, error) {
	var version int
	err := db.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&version)
	if err != nil {
		return 0, classify(fmt.Errorf("read schema version: %w", err))
	}
	return version, nil
}

// apply runs the steps the database has not seen, each in one transaction.
func apply(ctx context.Context, db *sql.DB, steps []migrations.Step) error {
	version, err := schemaVersion(ctx, db)
	if err != nil {
		return err
	}
	for i := max(version-migrations.Folded, 0); i < len(steps); i++ {
		if err := applyOne(ctx, db, steps[i], migrations.VersionAfter(i+1)); err != nil {
			return fmt.Errorf("migration %s: %w", steps[i].Name, err)
		}
	}
	return nil
}

func applyOne(ctx context.Context, db *sql.DB, step migrations.Step, version int) error {
	return engine.Within(ctx, db, "BEGIN IMMEDIATE", func(q engine.Querier) error {
		if _, err := q.ExecContext(ctx, step.SQL); err != nil {
			return err
		}
		broken, err := engine.Texts(ctx, q, `SELECT DISTINCT "table" FROM pragma_foreign_key_check`)
		if err != nil {
			return err
		}
		if len(broken) > 0 {
			return fmt.Errorf("rows of %q refer to rows that are not there", broken)
		}
		_, err = q.ExecContext(ctx, fmt.Sprintf(`PRAGMA user_version = %d`, version))
		return err
	})
}
