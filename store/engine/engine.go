// Package engine is what a database is to the store: what every engine does in a way of
// its own (Engine), a database under one (DB), and the transaction that statements are run
// in (Tx), with what they are made of (columns.go).
//
// It must not know a noun: the statements are in store, store/content and store/ledger.
// Start reading in Engine; store/sqlite and store/postgres are the two there are.
package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"

	"roundup/delivery"
)

// Engine is the database that a store works on: what each does in a way of its own.
// SQLite's is in store/sqlite. All statements but those of an engine's own upkeep are in store,
// store/content and store/ledger, in SQL that every engine takes. Errors of all methods are marked with those
// below where a person can do something about them.
type Engine interface {
	// Path is where the database is, as it was given.
	Path() string
	// Write runs work in a transaction that no other writer's overlaps, from its
	// start, and that is durable when Write returns nil. After an error nothing of it
	// remains. It fails with ErrMoved where another database is in this one's place,
	// and with ErrNewer once a newer program has migrated it.
	Write(ctx context.Context, work func(Querier) error) error
	// Rest is for between two of many transactions of Write's: who waits for one gets it, and
	// upkeep that would lengthen them is done. It ends early with ctx.
	Rest(ctx context.Context)
	// Read runs work on one unchanging view of the database.
	Read(ctx context.Context, work func(Querier) error) error
	// Append adds so many rows of one shape to a table, quicker than a statement each, in a
	// transaction of Write's. fill sets the values of each row, by number from 0, in a slice
	// that holds those of the row before: int64, string, []byte or nil.
	Append(ctx context.Context, tx Querier, table string, columns []string, rows int, fill func(row int, values []any) error) error
	// NextIDs sets so many ids of a table aside for rows that are appended, and
	// returns the first of them; the others follow.
	NextIDs(ctx context.Context, tx Querier, table string, n int) (int64, error)
	// IsUnique reports whether err is the refusal of a UNIQUE or PRIMARY KEY rule.
	IsUnique(err error) bool

	// Lock takes the right of one process to send or to migrate, or fails at once with
	// ErrLocked. It ends with the process, however that ends.
	Lock(ctx context.Context) (Lock, error)
	// LockHolder names the process that took the lock last, if it is alive (ProcessName); ""
	// where nobody is known to hold it, as in the moment between taking it and saying so.
	LockHolder(ctx context.Context) string

	// Verify returns ErrCorrupt with the engine's words where anything is damaged.
	Verify(ctx context.Context) error
	// VerifySend is Verify of what a send reads: the tables named, in their order.
	VerifySend(ctx context.Context, tables []string) error
	// Orphans counts the rows that name another which is not there.
	Orphans(ctx context.Context) (int, error)
	// Size is that of the whole database on its disk, in bytes.
	Size(ctx context.Context) (int64, error)
	// Backup writes the whole database to a new file, marked as a copy (MarkCopy). It
	// fails with fs.ErrExist where a file is there, and with ErrElsewhere where the
	// engine has tools of its own for it.
	Backup(ctx context.Context, file string) error
	// LastID is the highest id that a table gave out, also where its row is gone; 0 for none, as
	// in a table that gives out none.
	LastID(ctx context.Context, q Querier, table string) (int64, error)
	// SetLastID has a table go on after an id.
	SetLastID(ctx context.Context, q Querier, table string, last int64) error
	// Wipe leaves no bytes of rows that were just erased, as far as nobody has to wait for it. A
	// DB calls it, after Tx.ExecErasing.
	Wipe(ctx context.Context)
	// Close closes the database.
	Close() error

	Beside
}

// Lock is the right of one process to send or to migrate.
type Lock interface {
	// Unlock gives the lock back. It may be called more than once.
	Unlock() error
}

// Beside is what stays where it is when the database alone is replaced by an older
// one or another's: the mark of the database in charge, and the record of who left.
type Beside interface {
	// Mark reads the mark. It fails with ErrMoved like Write.
	Mark(ctx context.Context) (Mark, error)
	// SetMark writes it, and is durable when it returns nil; File and State are not part of it.
	SetMark(ctx context.Context, m Mark) error
	// Advance puts on the mark how far the database has come; issue is 0 where none
	// started. What can't be written is caught up by the next: the mark may lag.
	Advance(changes int64, issue int)

	// NoteLeft appends lines to the record. What can't be written is logged, and waits
	// for the next.
	NoteLeft(lines []string)
	// Left returns the lines of the record, in their order.
	Left() ([]string, error)
	// LeftFile is where the record is. The error is why it can't be written.
	LeftFile() (string, error)
}

// ProcessName is what a process is called in the lease and to those it turns away.
func ProcessName(pid int) string {
	host, err := os.Hostname()
	if err != nil {
		host = "this machine"
	}
	return fmt.Sprintf("process %d on %s", pid, host)
}

// Mark is the record of which database was in charge here, and how far it had come.
type Mark struct {
	ID      string // of the database in charge
	Changes int64  // it had made at least so many
	Issue   int    // the highest number it gave out; 0 for none

	File  string // the name of the file it was read from
	State MarkState
}

// MarkState is what reading a mark gave.
type MarkState int

const (
	MarkGood    MarkState = iota
	MarkMissing           // there is none
	MarkCopied            // it was not written where it is now: it was copied, with its folder
)

// IDSize is how long a database's id is.
const IDSize = 32

// Querier runs statements in one transaction.
type Querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Texts returns the only column of a query, as text.
func Texts(ctx context.Context, q Querier, query string, args ...any) (all []string, err error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// Within is what engines run transactions with: work between begin and COMMIT on one
// connection, of which nothing remains after an error. It stands for sql.Tx, whose
// goroutine for each transaction, woken twice, cost a third of what the ledger does
// for a message. Neither ending is left half done for the context's sake.
func Within(ctx context.Context, db *sql.DB, begin string, work func(Querier) error) error {
	return WithinEnding(ctx, context.WithoutCancel(ctx), db, begin, work)
}

// WithinEnding is Within whose COMMIT and ROLLBACK are given up when ending is over: then
// nobody knows which it was.
func WithinEnding(ctx, ending context.Context, db *sql.DB, begin string, work func(Querier) error) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { _ = conn.Close() }()
	committed := false
	defer func() {
		if !committed {
			// It fails where none was begun, or SQLite rolled back by itself, as on a full disk.
			_, _ = conn.ExecContext(ending, "ROLLBACK")
		}
	}()
	if _, err := conn.ExecContext(ctx, begin); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if err := work(conn); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if _, err := conn.ExecContext(ending, "COMMIT"); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	committed = true
	return nil
}

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
	// moved or replaced since it was opened, or that was left behind by a move
	// (MovedError): nobody would ever find the change.
	ErrMoved = errors.New("the database was removed, moved or replaced while it was in use")
	// ErrElsewhere is returned for what the engine's own tools do.
	ErrElsewhere = errors.New("the database's own tools do that")
	// ErrAway is returned where a database server does not answer, or takes nobody in.
	ErrAway error = Passing("the database server is away")
	// ErrFull is returned when there is no room left for a change.
	ErrFull error = Passing("no room left on the disk")
	// ErrBusy is returned when another program kept the database locked for
	// longer than a change waits.
	ErrBusy error = Passing("another program keeps the database locked")
	// ErrUnwritable is returned where the file, or what SQLite keeps beside it,
	// can't be written.
	ErrUnwritable error = Passing("the database or its folder can't be written")
	// ErrDisk is returned when reading or writing the file failed.
	ErrDisk error = Passing("the disk of the database fails")
)

// Passing is a fault of the disk, of a lock or of the way there, which may be over in a while. What the
// database refuses for any other reason it refuses again.
type Passing string

// Error implements error.
func (p Passing) Error() string { return string(p) }

// Unwrap lets a sender know that trying again is worth it.
func (p Passing) Unwrap() error { return delivery.ErrLedgerAway }
