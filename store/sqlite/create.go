package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"roundup/store"
	"roundup/store/engine"
)

// Create makes a database where there is none, readable by its owner only, and
// opens it; an existing one is opened as it is. The file appears whole or not
// at all: it is built beside its place and moved there.
func Create(ctx context.Context, path string, o Options) (s *store.Store, created bool, err error) {
	o = o.withDefaults()
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if created, err = build(ctx, path, o); err != nil {
			return nil, false, err
		}
	}
	if s, err = Open(ctx, path, o); err != nil || !created {
		return s, created, err
	}
	// Where another database was before, its mark is still there.
	if err := s.TakeCharge(ctx); err != nil {
		return nil, created, errors.Join(err, s.Close())
	}
	return s, created, nil
}

// build makes the file and reports whether it was this call that put it in place.
func build(ctx context.Context, path string, o Options) (bool, error) {
	made, err := makeNewFile(path)
	if err != nil {
		return false, fmt.Errorf("create database %q: %w", path, err)
	}
	defer made.remove()
	if err := populate(ctx, made.path, o); err != nil {
		return false, fmt.Errorf("create database %q: %w", path, err)
	}
	switch err := publish(made.path, path); {
	case errors.Is(err, fs.ErrExist):
		return false, nil // somebody else was faster
	case err != nil:
		return false, fmt.Errorf("create database %q: %w", path, err)
	}
	return true, nil
}

// Rehearse does what Create does but for putting the file in its place: it fails where that
// would. It reports whether there is a file already; then it does nothing.
func Rehearse(ctx context.Context, path string, o Options) (there bool, err error) {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err == nil, err
	}
	made, err := makeNewFile(path)
	if err != nil {
		return false, fmt.Errorf("create database %q: %w", path, err)
	}
	defer made.remove()
	return false, populate(ctx, made.path, o.withDefaults())
}

// populate fills an empty file with the schema and what every database has.
func populate(ctx context.Context, made string, o Options) error {
	version, err := initialise(ctx, made, o)
	if err != nil {
		return err
	}
	e, err := connect(made, version, o)
	if err != nil {
		return err
	}
	return errors.Join(store.Populate(ctx, e, o.Now), e.Close())
}

// publish moves a finished file to its place without ever replacing another,
// and makes the move durable. It fails with fs.ErrExist where something is there.
func publish(made, path string) error {
	err := os.Link(made, path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return errors.Join(err, engine.SyncFolder(path))
	}
	// A file system without hard links: nothing there now is as good as it gets.
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("%q: %w", path, fs.ErrExist)
	}
	return errors.Join(os.Rename(made, path), engine.SyncFolder(path))
}
