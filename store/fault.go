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
	ErrCorrupt = errors.New("not a sound Roundup database")
	// ErrMoved is returned for a change to a database whose file was removed,
	// moved or replaced since it was opened: nobody would ever find the change.
	ErrMoved = errors.New("the database was removed, moved or replaced while it was in use")
	// ErrFull is returned when there is no room left for a change.
	ErrFull error = passing("no room left on the disk")
	// ErrBusy is returned when another program kept the database locked for
	// longer than a change waits.
	ErrBusy error = passing("another program keeps the database locked")
	// ErrUnwritable is returned where the file, or what SQLite keeps beside it,
	// can't be written.
	ErrUnwritable error = passing("the database or its folder can't be written")
	// ErrDisk is returned when reading or writing the file failed.
	ErrDisk error = passing("the disk of the database fails")
)

// passing is a fault of the disk or of a lock, which may be over in a while. What the
// database refuses for any other reason it refuses again.
type passing string

func (p passing) Error() string { return string(p) }

// Unwrap lets a sender know that trying again is worth it.
func (p passing) Unwrap() error { return delivery.ErrLedgerAway }

// classify marks SQLite's errors that a person can do something about.
func classify(err error) error {
	var cause sqlite3.Error // the driver returns the value, never a pointer
	if !errors.As(err, &cause) {
		return err
	}
	for _, known := range []error{ErrCorrupt, ErrFull, ErrBusy, ErrUnwritable, ErrDisk} {
		if errors.Is(err, known) {
			return err
		}
	}
	if kind := kindOf(cause); kind != nil {
		return fmt.Errorf("%w: %w", kind, err)
	}
	return err
}

// kindOf is which of the faults above an error of SQLite's is; nil for none.
func kindOf(e sqlite3.Error) error {
	if e.SystemErrno == syscall.ENOSPC {
		return ErrFull
	}
	switch e.Code {
	case sqlite3.ErrCorrupt, sqlite3.ErrNotADB:
		return ErrCorrupt
	case sqlite3.ErrFull:
		return ErrFull
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return ErrBusy
	case sqlite3.ErrReadonly, sqlite3.ErrCantOpen, sqlite3.ErrPerm:
		return ErrUnwritable
	case sqlite3.ErrIoErr, sqlite3.ErrNomem, sqlite3.ErrProtocol:
		return ErrDisk
	}
	return nil
}

// inPlace fails with ErrMoved unless the path still names the file that was opened.
func (s *Store) inPlace() error {
	now, err := os.Stat(s.path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !os.SameFile(now, s.file) {
		return fmt.Errorf("%w: %q", ErrMoved, s.path)
	}
	if err != nil {
		return fmt.Errorf("%w: look for the database: %w", ErrDisk, err)
	}
	return nil
}
