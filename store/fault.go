package store

import (
	"errors"

	"roundup/delivery"
)

var (
	// ErrMissing is returned where there is no database to open; opening never makes one.
	ErrMissing = errors.New("there is no database")
	// ErrNewer is returned for a database that a newer Roundup has migrated.
	ErrNewer = errors.New("the database belongs to a newer Roundup")
	// ErrEarlier is returned for a database of before the first release, which no migration leads on from.
	ErrEarlier = errors.New("the database is from before Roundup's first release, and this program can't read it")
	// ErrLocked is returned while another process holds the lock.
	ErrLocked = errors.New("another Roundup is at work on this database")
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
