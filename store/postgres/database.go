package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/bits"
	"sync/atomic"
	"time"

	"roundup/store/engine"
)

// database is one schema of a database.
type database struct {
	path    string
	libpq   string // the same, as PostgreSQL's own programs take it
	schema  string // its name
	key     int64  // its number, by which locks are told apart
	version int    // of the schema this program was built for
	home    string // the place of this schema (mark.go) when it was opened
	writer  *sql.DB
	rows    *sql.DB // for WriteRows
	readers *sql.DB
	locks   *sql.DB
	rests   atomic.Uint64

	*engine.Journal // of who left, which no dump puts back
}

// What locks of a schema are for: the first half of an advisory lock's key ("Rndp").
const (
	lockWrite   = 0x526e6470
	lockProcess = lockWrite + 1
	lockRows    = lockWrite + 2 // shared by those that write rows of their own
)

// pools are apart so that whoever waits for the write lock keeps nobody from reading, nor
// from writing rows.
func (e *database) pools(from connector) {
	e.writer, e.rows, e.readers, e.locks = sql.OpenDB(from), sql.OpenDB(from), sql.OpenDB(from), sql.OpenDB(from)
	e.writer.SetMaxOpenConns(1)
	e.rows.SetMaxOpenConns(1) // one sender a process
	e.readers.SetMaxOpenConns(pooled)
	e.locks.SetMaxOpenConns(1)
}

// Path implements engine.Engine.
func (e *database) Path() string { return e.path }

// Close implements engine.Engine.
func (e *database) Close() error {
	return errors.Join(e.writer.Close(), e.rows.Close(), e.readers.Close(), e.locks.Close())
}

// Write takes a lock that all writers of a schema take, and holds it until the end.
// Much of the store reads first and writes then, and relies on nobody in between.
func (e *database) Write(ctx context.Context, work func(engine.Querier) error) error {
	begin := fmt.Sprintf(`BEGIN; SELECT pg_advisory_xact_lock(%d, %d)`, lockWrite, e.key)
	return within(ctx, e.writer, begin, func(q engine.Querier) error {
		if err := e.inPlace(ctx, q); err != nil {
			return err
		}
		return work(q)
	})
}

// WriteRows implements engine.RowWriter.
func (e *database) WriteRows(ctx context.Context, work func(engine.Querier) error) error {
	begin := fmt.Sprintf(`BEGIN; SELECT pg_advisory_xact_lock_shared(%d, %d)`, lockRows, e.key)
	return within(ctx, e.rows, begin, func(q engine.Querier) error {
		if err := e.inPlace(ctx, q); err != nil {
			return err
		}
		return work(q)
	})
}

// Alone implements engine.RowWriter.
func (e *database) Alone(ctx context.Context, tx engine.Querier) error {
	_, err := tx.ExecContext(ctx, fmt.Sprintf(`SELECT pg_advisory_xact_lock(%d, %d)`, lockRows, e.key))
	return err
}

// Rest leaves nobody time, for who waits for the lock of Write stands in the server's queue. After
// the first rest, the fourth, the sixteenth and so on the server counts what its plans go by: it does so
// by itself once a minute, and reads all of a list that has grown from nothing since for each look-up.
func (e *database) Rest(ctx context.Context) {
	if n := e.rests.Add(1); bits.OnesCount64(n) == 1 && bits.TrailingZeros64(n)%2 == 0 {
		_, _ = e.readers.ExecContext(ctx, `ANALYZE subscribers, subscriptions, events`) // without it, all is slower and nothing wrong
	}
}

// Read implements engine.Engine.
func (e *database) Read(ctx context.Context, work func(engine.Querier) error) error {
	return within(ctx, e.readers, `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY`, work)
}

// pooled is how many connections a pool keeps at most.
const pooled = 4

// within runs a transaction. A connection that the server ended while it lay in the pool,
// as one that was started anew does, is met when a transaction begins, and another is taken.
func within(ctx context.Context, db *sql.DB, begin string, work func(engine.Querier) error) error {
	ending, cancel := lasting(ctx)
	defer cancel()
	for try := 0; ; try++ {
		begun := false
		err := engine.WithinEnding(ctx, ending, db, begin, func(q engine.Querier) error {
			begun = true
			return work(q)
		})
		if begun || try == pooled || !isStale(err) {
			return classify(err)
		}
	}
}

// endsWithin is how long after its context a transaction may take to end: no server that is
// well needs as long, and one that is frozen would keep whoever was told to stop.
const endsWithin = time.Second

// lasting is a context that goes on for endsWithin after ctx.
func lasting(ctx context.Context) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithoutCancel(ctx), func() {}
	if at, limited := ctx.Deadline(); limited {
		longer, cancel = context.WithDeadline(longer, at.Add(endsWithin))
	} else if ctx.Done() != nil {
		longer, cancel = context.WithCancel(longer)
	}
	stop := context.AfterFunc(ctx, func() {
		if errors.Is(ctx.Err(), context.Canceled) { // else it ends by itself, and says so
			time.AfterFunc(endsWithin, cancel)
		}
	})
	return longer, func() {
		stop()
		cancel()
	}
}

// inPlace fails with ErrMoved unless the schema is the one that was opened, and with
// ErrNewer once a newer program has migrated it.
func (e *database) inPlace(ctx context.Context, q engine.Querier) error {
	var version int
	var home string
	err := q.QueryRowContext(ctx, `SELECT version, `+placeOf+` FROM schema_version`).Scan(&version, &home)
	if err != nil {
		return fmt.Errorf("read schema version: %w", err)
	}
	if home != e.home {
		return fault(engine.ErrMoved, ": %s", e.path)
	}
	if version != e.version {
		return fault(engine.ErrNewer, ": it became version %d while this program, made for version %d, was running", version, e.version)
	}
	return nil
}

// speaksUTF8 fails with ErrEncoding where the database keeps text in another encoding, which
// has no room for what feeds and readers write.
func speaksUTF8(ctx context.Context, q engine.Querier) error {
	var encoding string
	if err := q.QueryRowContext(ctx, `SELECT current_setting('server_encoding')`).Scan(&encoding); err != nil {
		return err
	}
	if encoding != "UTF8" {
		return fault(ErrEncoding, ": it is %s", encoding)
	}
	return nil
}

// find learns what this schema is; ErrMissing where there is none.
func (e *database) find(ctx context.Context) error {
	if err := speaksUTF8(ctx, e.readers); err != nil {
		return classify(fmt.Errorf("open database %s: %w", e.path, err))
	}
	var there bool
	err := e.readers.QueryRowContext(ctx, `SELECT to_regclass('schema_version') IS NOT NULL`).Scan(&there)
	if err != nil {
		return classify(fmt.Errorf("open database %s: %w", e.path, err))
	}
	if !there {
		return &Error{Kind: engine.ErrMissing, err: fmt.Errorf("the database holds no tables of Roundup's: %s", e.path)}
	}
	err = e.readers.QueryRowContext(ctx, `SELECT `+placeOf+`, `+schemaKey).Scan(&e.home, &e.key)
	if err != nil {
		return classify(fmt.Errorf("open database %s: %w", e.path, err))
	}
	return nil
}

// schemaKey is the schema's number, as an advisory lock takes one.
const schemaKey = `CAST(CAST(CAST(current_schema() AS regnamespace) AS oid) AS bigint) % 2147483647`

// LastID implements engine.Engine.
func (*database) LastID(ctx context.Context, q engine.Querier, table string) (last int64, err error) {
	err = q.QueryRowContext(ctx, `
		SELECT coalesce(max(pg_sequence_last_value(CAST(pg_get_serial_sequence(CAST(CAST(attrelid AS regclass) AS text), 'id') AS regclass))), 0)
		FROM pg_attribute
		WHERE attrelid = to_regclass(?) AND attname = 'id' AND attidentity <> ''`, table).Scan(&last)
	return last, err
}

// SetLastID implements engine.Engine.
func (*database) SetLastID(ctx context.Context, q engine.Querier, table string, last int64) error {
	_, err := q.ExecContext(ctx, `SELECT setval(CAST(pg_get_serial_sequence(?, 'id') AS regclass), ?)`, table, last)
	return err
}

// Size implements engine.Engine.
func (e *database) Size(ctx context.Context) (size int64, err error) {
	err = e.readers.QueryRowContext(ctx, `
		SELECT CAST(coalesce(sum(pg_total_relation_size(oid)), 0) AS bigint)
		FROM pg_class
		WHERE relnamespace = CAST(current_schema() AS regnamespace) AND relkind = 'r'`).Scan(&size)
	return size, classify(err)
}

// Orphans is none: PostgreSQL never takes its eye off a reference.
func (*database) Orphans(context.Context) (int, error) { return 0, nil }

// Wipe leaves it to the server: what was erased goes with the next vacuum.
func (*database) Wipe(context.Context) {}

// Backup fails with a *DumpError: PostgreSQL is copied by its own tools.
func (e *database) Backup(context.Context, string) error {
	return &DumpError{Address: e.libpq, Schema: e.schema}
}

// DumpError says of what pg_dump makes a copy.
type DumpError struct {
	Address string // as pg_dump takes it, without a password
	Schema  string
}

// Error implements error.
func (*DumpError) Error() string { return "pg_dump copies a database of PostgreSQL" }

// Unwrap is the kind of it.
func (*DumpError) Unwrap() error { return engine.ErrElsewhere }

// Verify reads every row of every table: the server compares what it reads with the
// checksums of its pages, where it has them.
func (e *database) Verify(ctx context.Context) error {
	tables, err := engine.Texts(ctx, e.readers, `
		SELECT relname
		FROM pg_class
		WHERE relnamespace = CAST(current_schema() AS regnamespace) AND relkind = 'r'
		ORDER BY relname`)
	if err != nil {
		return classify(fmt.Errorf("check database: %w", err))
	}
	return e.VerifySend(ctx, tables)
}

// VerifySend implements engine.Engine.
func (e *database) VerifySend(ctx context.Context, tables []string) error {
	for _, table := range tables {
		var octets sql.NullInt64
		err := e.readers.QueryRowContext(ctx, `SELECT sum(length(CAST(t AS text))) FROM `+table+` t`).Scan(&octets)
		if err != nil {
			return classify(fmt.Errorf("check %s: %w", table, err))
		}
	}
	return nil
}
