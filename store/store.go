// Package store owns Roundup's memory: every SQL statement, one file a noun, in SQL
// that each engine takes. What an engine does in a way of its own is behind Engine.
//
// It must not decide anything: what is absorbed, chosen, sent or suppressed is
// decided in digest, subscribers and delivery; the store makes it durable, in
// one transaction for each exported method, and refuses what their rules forbid.
//
// Start reading here and in tx.go, then in the file of the noun you are after;
// migrations/sqlite/0001_init.sql is the map of the tables, sqlite/open.go where a
// database is opened.
package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"roundup/subscribers"
)

// ErrNotFound is returned for a thing the database does not hold.
var ErrNotFound = errors.New("not found")

// Store is an open database. It is safe for use by several goroutines:
// changes take turns on one connection, readers have others and never wait
// for a writer.
type Store struct {
	engine     Engine
	now        func() time.Time
	newsletter int64
	making     sync.Mutex           // held while the ring is made or renewed
	ring       *subscribers.Keyring // nil until it is asked for
	inCharge   atomic.Bool          // it may send, and its changes count (standing.go)
}

// Open makes a store of a database that has the schema and what Populate writes, and
// finds out whether it is in charge. It fails with ErrCorrupt. Engines call it, and
// close the database where it fails.
func Open(ctx context.Context, e Engine, now func() time.Time) (*Store, error) {
	s := &Store{engine: e, now: now}
	if err := s.load(ctx); err != nil {
		return nil, err
	}
	return s, s.settle(ctx)
}

// load reads what the store keeps in memory: which newsletter it holds.
func (s *Store) load(ctx context.Context) error {
	return s.read(ctx, func(tx *Tx) error {
		id, err := queryOne(ctx, tx, scanValue[int64], `SELECT id FROM newsletters ORDER BY id LIMIT 1`)
		if errors.Is(err, ErrNotFound) {
			return fmt.Errorf("%w: %q holds no newsletter", ErrCorrupt, s.Path())
		}
		if err != nil {
			return fmt.Errorf("open database %q: %w", s.Path(), err)
		}
		s.newsletter = id
		return nil
	})
}

// Populate writes what every database has into one that has only the schema: its
// newsletter and that newsletter's keys.
func Populate(ctx context.Context, e Engine, now func() time.Time) error {
	s := &Store{engine: e, now: now}
	return s.write(ctx, func(tx *Tx) error {
		id, err := tx.insert(ctx, `INSERT INTO newsletters (created_at) VALUES (?)`, tx.stamp())
		if err != nil {
			return err
		}
		tx.newsletter = id
		for _, purpose := range []string{purposeToken, purposeAddress} {
			if err := tx.addKey(ctx, purpose); err != nil {
				return err
			}
		}
		return errors.Join(
			tx.setMeta(ctx, metaCreated, tx.stamp()),
			tx.setMeta(ctx, metaID, newID()),
			tx.setMeta(ctx, metaChanges, "0"))
	})
}

// Path is where the database is, as it was given.
func (s *Store) Path() string { return s.engine.Path() }

// Lock takes the right of one process to send, or fails at once with ErrLocked.
func (s *Store) Lock(ctx context.Context) (Lock, error) { return s.engine.Lock(ctx) }

// LockHolder names the process that took the lock last, if it is alive; "" where
// nobody is known to hold it.
func (s *Store) LockHolder(ctx context.Context) string { return s.engine.LockHolder(ctx) }

// Backup writes the whole database, keys included, to a new file readable by
// its owner only, while others go on reading and writing. It never replaces a
// file (fs.ErrExist). The copy is marked as one: it sends nothing until Adopt.
func (s *Store) Backup(ctx context.Context, file string) error { return s.engine.Backup(ctx, file) }

// Close closes the database.
func (s *Store) Close() error { return s.engine.Close() }

// write runs work in a transaction that no other writer's overlaps, and is durable
// when write returns nil. After an error nothing of it remains.
func (s *Store) write(ctx context.Context, work func(*Tx) error) error {
	var done *Tx
	var changes int64
	err := s.engine.Write(ctx, func(q Querier) (err error) {
		tx := s.tx(q)
		if err := work(tx); err != nil {
			return err
		}
		done = tx
		s.noteLeft(tx.left)
		if tx.changed && s.inCharge.Load() {
			changes, err = tx.countChange(ctx)
		}
		return err
	})
	if err != nil {
		return err
	}
	if changes > 0 {
		s.engine.Advance(changes, done.started)
	}
	s.noteLeft(done.rejoined)
	return nil
}

// read runs work on one unchanging view of the database. It must be brief: a
// view held open keeps SQLite's write-ahead log from being folded in, so long lists
// are read in pages (see pages).
func (s *Store) read(ctx context.Context, work func(*Tx) error) error {
	return s.engine.Read(ctx, func(q Querier) error { return work(s.tx(q)) })
}

// tx is a transaction that has begun. The clock is read under the lock, so that times
// follow the order of commits.
func (s *Store) tx(q Querier) *Tx {
	at := s.now().UTC().Truncate(time.Millisecond)
	return &Tx{Querier: q, engine: s.engine, at: at, atText: timeText(at), newsletter: s.newsletter}
}
