package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"github.com/mattn/go-sqlite3"

	"roundup/delivery"
)

var (
	// ErrCorrupt is returned for a file that is no database of Roundup's, or a damaged one.
	ErrCorrupt error = fault("not a sound Roundup database")
	// ErrMoved is returned for a change to a database whose file was removed,
	// moved or replaced since it was opened: nobody would ever find the change.
	ErrMoved error = fault("the database was removed, moved or replaced while it was in use")
	// ErrFull is returned when there is no room left for a change.
	ErrFull = errors.New("no room left on the disk")
	// ErrBusy is returned when another program kept the database locked for
	// longer than a change waits.
	ErrBusy = errors.New("another program keeps the database locked")
	// ErrUnwritable is returned where the file, or what SQLite keeps beside it,
	// can't be written.
	ErrUnwritable = errors.New("the database or its folder can't be written")
)

// fault is an error that stays however often the database is tried again.
type fault string

func (f fault) Error() string { return string(f) }

// Unwrap lets a sender know that its ledger is lost.
func (f fault) Unwrap() error { return delivery.ErrLedgerLost }

// classify marks SQLite's errors that a person can do something about.
func classify(err error) error {
	var cause sqlite3.Error // the driver returns the value, never a pointer
	if !errors.As(err, &cause) {
		return err
	}
	for _, known := range []error{ErrCorrupt, ErrFull, ErrBusy, ErrUnwritable} {
		if errors.Is(err, known) {
			return err
		}
	}
	switch {
	case cause.Code == sqlite3.ErrCorrupt, cause.Code == sqlite3.ErrNotADB:
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	case cause.Code == sqlite3.ErrFull, cause.SystemErrno == syscall.ENOSPC:
		return fmt.Errorf("%w: %w", ErrFull, err)
	case cause.Code == sqlite3.ErrBusy, cause.Code == sqlite3.ErrLocked:
		return fmt.Errorf("%w: %w", ErrBusy, err)
	case cause.Code == sqlite3.ErrReadonly, cause.Code == sqlite3.ErrCantOpen, cause.Code == sqlite3.ErrPerm:
		return fmt.Errorf("%w: %w", ErrUnwritable, err)
	}
	return err
}

// inPlace fails with ErrMoved unless the path still names the file that was opened.
func (s *Store) inPlace() error {
	now, err := os.Stat(s.path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !os.SameFile(now, s.file) {
		return fmt.Errorf("%w: %q", ErrMoved, s.path)
	}
	if err != nil {
		return fmt.Errorf("look for the database: %w", err)
	}
	return nil
}
