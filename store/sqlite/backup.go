package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"roundup/store"
)

// Backup implements engine.Engine. The file is readable by its owner only, and others
// go on reading and writing meanwhile.
func (e *database) Backup(ctx context.Context, file string) error {
	return copyDatabase(ctx, e.path, file)
}

// copyBeforeMigration writes a copy beside the database, named for the version
// it is migrated to. An earlier attempt's copy is kept.
func copyBeforeMigration(ctx context.Context, path string, version int) error {
	for try := 1; ; try++ {
		file := fmt.Sprintf("%s.before-v%d.db", path, version+1)
		if try > 1 {
			file = fmt.Sprintf("%s.before-v%d.%d.db", path, version+1, try)
		}
		err := copyDatabase(ctx, path, file)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("copy before migration: %w", err)
		}
		return nil
	}
}

func copyDatabase(ctx context.Context, path, file string) error {
	if _, err := os.Lstat(file); err == nil {
		return fmt.Errorf("back up to %q: %w", file, fs.ErrExist)
	}
	made, err := makeNewFile(file)
	if err != nil {
		return fmt.Errorf("back up to %q: %w", file, err)
	}
	defer made.remove()
	// VACUUM INTO accepts an empty file and keeps its mode.
	err = vacuumInto(ctx, path, made.path)
	if err == nil {
		err = markCopy(ctx, made.path, path)
	}
	if err == nil {
		err = publish(made.path, file)
	}
	if err != nil {
		return fmt.Errorf("back up to %q: %w", file, err)
	}
	return nil
}

// vacuumInto copies on a connection of its own, so that writers need not wait;
// one with query_only set would be refused.
func vacuumInto(ctx context.Context, path, made string) error {
	db := openPool(path, url.Values{})
	_, err := db.ExecContext(ctx, `VACUUM INTO ?`, made)
	return classify(errors.Join(err, db.Close()))
}

// markCopy writes into the copy what it is a copy of.
func markCopy(ctx context.Context, made, original string) error {
	if abs, err := filepath.Abs(original); err == nil {
		original = abs
	}
	db := openPool(made, url.Values{"_synchronous": {"FULL"}})
	return errors.Join(store.MarkCopy(ctx, db, original), db.Close())
}
