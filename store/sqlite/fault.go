package sqlite

import (
	"errors"
	"fmt"
	"syscall"

	"github.com/mattn/go-sqlite3"

	"roundup/store/engine"
)

// classify marks SQLite's errors that a person can do something about.
func classify(err error) error {
	var cause sqlite3.Error // the driver returns the value, never a pointer
	if !errors.As(err, &cause) {
		return err
	}
	for _, known := range []error{engine.ErrCorrupt, engine.ErrFull, engine.ErrBusy, engine.ErrUnwritable, engine.ErrDisk} {
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
		return engine.ErrFull
	}
	switch e.Code {
	case sqlite3.ErrCorrupt, sqlite3.ErrNotADB:
		return engine.ErrCorrupt
	case sqlite3.ErrFull:
		return engine.ErrFull
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return engine.ErrBusy
	case sqlite3.ErrReadonly, sqlite3.ErrCantOpen, sqlite3.ErrPerm:
		return engine.ErrUnwritable
	case sqlite3.ErrIoErr, sqlite3.ErrNomem, sqlite3.ErrProtocol:
		return engine.ErrDisk
	}
	return nil
}

// IsUnique implements engine.Engine.
func (*database) IsUnique(err error) bool {
	var fault sqlite3.Error
	if !errors.As(err, &fault) {
		return false
	}
	return fault.ExtendedCode == sqlite3.ErrConstraintUnique ||
		fault.ExtendedCode == sqlite3.ErrConstraintPrimaryKey
}
