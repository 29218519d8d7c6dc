package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// ErrNotFound is returned for a thing the database does not hold.
var ErrNotFound = errors.New("not found")

// ErrExists is returned for a thing the database already holds, where a second
// one would be wrong.
var ErrExists = errors.New("already there")

// DB is an open database, and what every transaction of it needs. It is safe for use by
// several goroutines: changes take turns, and readers never wait for a writer.
type DB struct {
	Engine
	now        func() time.Time
	newsletter int64
	inCharge   atomic.Bool
}

// NewDB makes one of an engine's database. Its newsletter is not known yet.
func NewDB(e Engine, now func() time.Time) *DB { return &DB{Engine: e, now: now} }

// Newsletter is the id every row of the newsletter carries; 0 where it is not known.
func (db *DB) Newsletter() int64 { return db.newsletter }

// Holds says which newsletter the database holds.
func (db *DB) Holds(newsletter int64) { db.newsletter = newsletter }

// SetInCharge says whether the database is in charge of its newsletter: its changes count only
// then. Until it is said, it is not.
func (db *DB) SetInCharge(is bool) { db.inCharge.Store(is) }

// Write runs work in a transaction that no other writer's overlaps, and is durable
// when Write returns nil. After an error nothing of it remains. It fails with a *MovedError
// where the database was moved.
func (db *DB) Write(ctx context.Context, work func(*Tx) error) error {
	if !db.inCharge.Load() { // else that is seen when the change is counted
		work = staying(ctx, work)
	}
	return db.WriteMoved(ctx, work)
}

// staying is work that is refused where the database was moved.
func staying(ctx context.Context, work func(*Tx) error) func(*Tx) error {
	return func(tx *Tx) error {
		if err := tx.Stays(ctx); err != nil {
			return err
		}
		return work(tx)
	}
}

// WriteMoved is Write of whoever puts a database in charge again, though it was moved.
func (db *DB) WriteMoved(ctx context.Context, work func(*Tx) error) error {
	return db.commit(ctx, db.Engine.Write, func(tx *Tx) (err error) {
		if err := work(tx); err != nil {
			return err
		}
		if tx.wrote && db.inCharge.Load() {
			tx.changes, err = tx.countChange(ctx)
		}
		return err
	})
}

// commit runs work in a transaction as an engine runs one, puts on the mark how far that brought the
// database, and wipes what was erased in it: last, since that may take longer than later changes.
func (db *DB) commit(ctx context.Context, run func(context.Context, func(Querier) error) error, work func(*Tx) error) error {
	var tx *Tx
	err := run(ctx, func(q Querier) error {
		tx = db.tx(q)
		return work(tx)
	})
	if err != nil {
		return err
	}
	if tx.changes > 0 {
		db.Advance(tx.changes, tx.started)
	}
	if !tx.erased {
		return nil
	}
	if later, ok := ctx.Value(wipesLater{}).(*atomic.Bool); ok {
		later.Store(true)
	} else {
		db.Wipe(ctx)
	}
	return nil
}

// wipesLater is the key of a context under which what was erased is wiped at the end.
type wipesLater struct{}

// WipeOnce runs work that erases in many transactions, so that none keeps others waiting, and
// wipes once at its end, however it ends, what those with its context erased.
func (db *DB) WipeOnce(ctx context.Context, work func(context.Context) error) error {
	var erased atomic.Bool
	defer func() {
		if erased.Load() {
			db.Wipe(ctx)
		}
	}()
	return work(context.WithValue(ctx, wipesLater{}, &erased))
}

// Read runs work on one unchanging view of the database. It must be brief: a
// view held open keeps SQLite's write-ahead log from being folded in, so long lists
// are read in pages (see Pages).
func (db *DB) Read(ctx context.Context, work func(*Tx) error) error {
	return db.Engine.Read(ctx, func(q Querier) error { return work(db.tx(q)) })
}

// tx is a transaction that has begun. The clock is read under the lock, so that times
// follow the order of commits.
func (db *DB) tx(q Querier) *Tx {
	at := db.now().UTC().Truncate(time.Millisecond)
	return &Tx{Querier: q, engine: db.Engine, At: at, atText: TimeText(at), Newsletter: db.newsletter}
}

// RowWriter is an engine on which work that locks the rows it is about need not wait for
// other writers.
type RowWriter interface {
	// WriteRows is Write, but for other writers, who overlap.
	WriteRows(ctx context.Context, work func(Querier) error) error
	// Alone is Tx's, in a transaction of Write's.
	Alone(ctx context.Context, tx Querier) error
}

// WriteRows is Write for work that begins with a change of the row it is about, as an
// exchange does with its range's, and reads nothing before that others must not change. Many
// senders exchange at a time where the engine can. How many changes there were does not
// matter there: the mark of such an engine is never behind.
func (db *DB) WriteRows(ctx context.Context, work func(*Tx) error) error {
	rows, can := db.Engine.(RowWriter)
	if !can {
		return db.Write(ctx, work)
	}
	return db.commit(ctx, rows.WriteRows, staying(ctx, work))
}

// WriteUncounted is Write of what is no change: a move's, to a database that is not in charge
// yet, or not any more. It asks nobody whether it was moved.
func (db *DB) WriteUncounted(ctx context.Context, work func(*Tx) error) error {
	return db.commit(ctx, db.Engine.Write, work)
}

// countChange counts one more change and returns how many there were. It fails with a
// *MovedError once the database was moved.
func (tx *Tx) countChange(ctx context.Context) (int64, error) {
	n, err := QueryOne(ctx, tx, ScanValue[int64], `
		UPDATE meta SET value = CAST(CAST(value AS BIGINT) + 1 AS TEXT) WHERE key = 'changes' AND NOT EXISTS (
			SELECT 1 FROM meta WHERE key = 'moved_to')
		RETURNING value`)
	if errors.Is(err, ErrNotFound) {
		err = cmp.Or(tx.Stays(ctx), err)
	}
	if err != nil {
		return 0, fmt.Errorf("count change: %w", err)
	}
	return n, nil
}
