package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
)

// embeddedMigrations are append-only: what was released is never edited.
//
//go:embed migrations/*.sql
var embeddedMigrations embed.FS

// folded is the version that the first migration follows. Before the first release
// there were migrations 1 to 9, which 0001_init.sql replaces: a database of then has
// a version up to here, and no program reads both.
const folded = 100

// versionAfter is the schema's version once so many migrations are applied. It is
// kept in SQLite's user_version; a file without a schema has 0.
func versionAfter(applied int) int { return folded + applied }

// migration is one step of the schema.
type migration struct {
	name string
	sql  string
}

func readMigrations(files fs.FS) ([]migration, error) {
	names, err := fs.Glob(files, "migrations/*.sql")
	if err != nil {
		return nil, fmt.Errorf("list migrations: %w", err)
	}
	slices.Sort(names)
	var all []migration
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("read migration: %w", err)
		}
		all = append(all, migration{name: name, sql: string(text)})
	}
	return all, nil
}

// migrate brings an existing database up to date and returns its version. It
// works under the process lock, and on a copy's safety: path.before-vN.db.
func migrate(ctx context.Context, path string, o Options) (int, error) {
	steps, err := readMigrations(o.migrations)
	if err != nil {
		return 0, err
	}
	db, err := openForMigration(path)
	if err != nil {
		return 0, err
	}
	defer func() { _ = db.Close() }()
	version, err := schemaVersion(ctx, db)
	if err != nil {
		return 0, fmt.Errorf("open database %q: %w", path, err)
	}
	newest := versionAfter(len(steps))
	switch {
	case version > newest:
		return 0, fmt.Errorf("%w: %q has version %d, this program knows up to %d", ErrNewer, path, version, newest)
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

func copyAndApply(ctx context.Context, db *sql.DB, path string, steps []migration) error {
	version, err := schemaVersion(ctx, db) // again: another may have been faster to the lock
	if err != nil || version == versionAfter(len(steps)) {
		return err
	}
	if err := copyBeforeMigration(ctx, path, version); err != nil {
		return err
	}
	return apply(ctx, db, steps)
}

// initialise gives an empty file the whole schema and returns its version.
func initialise(ctx context.Context, path string, o Options) (int, error) {
	steps, err := readMigrations(o.migrations)
	if err != nil {
		return 0, err
	}
	db, err := openForMigration(path)
	if err != nil {
		return 0, err
	}
	_, err = db.ExecContext(ctx, fmt.Sprintf(`PRAGMA application_id = %d`, applicationID))
	if err == nil {
		err = apply(ctx, db, steps)
	}
	return versionAfter(len(steps)), errors.Join(err, db.Close())
}

// openForMigration opens a connection that may rebuild tables: foreign keys
// are not enforced on it but checked before each commit.
func openForMigration(path string) (*sql.DB, error) {
	settings := writerSettings()
	settings.Set("_foreign_keys", "false")
	db, err := sql.Open("sqlite3", dataSource(path, settings))
	if err != nil {
		return nil, fmt.Errorf("open database %q: %w", path, err)
	}
	db.SetMaxOpenConns(1)
	return db, nil
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
func apply(ctx context.Context, db *sql.DB, steps []migration) error {
	version, err := schemaVersion(ctx, db)
	if err != nil {
		return err
	}
	for i := max(version-folded, 0); i < len(steps); i++ {
		if err := applyOne(ctx, db, steps[i], versionAfter(i+1)); err != nil {
			return fmt.Errorf("migration %s: %w", steps[i].name, err)
		}
	}
	return nil
}

func applyOne(ctx context.Context, db *sql.DB, step migration, version int) error {
	return within(ctx, db, "BEGIN IMMEDIATE", func(q querier) error {
		tx := &Tx{querier: q}
		if _, err := tx.ExecContext(ctx, step.sql); err != nil {
			return err
		}
		broken, err := queryAll(ctx, tx, scanValue[string], `SELECT DISTINCT "table" FROM pragma_foreign_key_check`)
		if err != nil {
			return err
		}
		if len(broken) > 0 {
			return fmt.Errorf("rows of %q refer to rows that are not there", broken)
		}
		_, err = tx.ExecContext(ctx, fmt.Sprintf(`PRAGMA user_version = %d`, version))
		return err
	})
}
