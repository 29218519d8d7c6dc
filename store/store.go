// Package store owns Roundup's memory: its statements, one file a noun, in SQL that each
// engine takes. Those about sources, articles and issues are in store/content, those about
// deliveries in store/ledger; what an engine does in a way of its own, and transactions, are
// in store/engine.
//
// It must not decide what is absorbed, chosen, sent or suppressed: digest, delivery and
// list do. The store makes it durable, in one transaction for each exported method, and
// refuses what their rules forbid; what must hold between two writers, such as how often an
// address is asked to confirm, its statements decide.
//
// Start reading here and in engine/tx.go, then in the file of the noun you are after;
// migrations/sqlite/0001_init.sql is the map of the tables, sqlite/open.go where a
// database is opened.
package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"roundup/store/content"
	"roundup/store/engine"
	"roundup/subscribers"
)

// ErrNotFound is returned for a thing the database does not hold.
var ErrNotFound = engine.ErrNotFound

// ErrExists is returned for a thing the database already holds, where a second
// one would be wrong.
var ErrExists = engine.ErrExists

// Store is an open database. It is safe for use by several goroutines:
// changes take turns on one connection, readers have others and never wait
// for a writer.
type Store struct {
	*content.Content
	db     *engine.DB
	making sync.Mutex           // held while the ring is made or renewed
	ring   *subscribers.Keyring // nil until it is asked for
}

func newStore(db *engine.DB) *Store { return &Store{Content: content.New(db), db: db} }

// Open makes a store of a database that has the schema and what Populate writes, and
// finds out whether it is in charge. It fails with ErrCorrupt. Engines call it, and
// close the database where it fails.
func Open(ctx context.Context, e engine.Engine, now func() time.Time) (*Store, error) {
	s := newStore(engine.NewDB(e, now))
	if err := s.load(ctx); err != nil {
		return nil, err
	}
	return s, s.settle(ctx)
}

// load reads what the store keeps in memory: which newsletter it holds.
func (s *Store) load(ctx context.Context) error {
	return s.read(ctx, func(tx *Tx) error {
		id, err := engine.QueryOne(ctx, tx, engine.ScanValue[int64], `SELECT id FROM newsletters ORDER BY id LIMIT 1`)
		if errors.Is(err, ErrNotFound) {
			return fmt.Errorf("%w: %q holds no newsletter", engine.ErrCorrupt, s.Path())
		}
		if err != nil {
			return fmt.Errorf("open database %q: %w", s.Path(), err)
		}
		s.db.Holds(id)
		return nil
	})
}

// Populate writes what every database has into one that has only the schema: its
// newsletter and that newsletter's keys.
func Populate(ctx context.Context, e engine.Engine, now func() time.Time) error {
	s := newStore(engine.NewDB(e, now))
	return s.write(ctx, func(tx *Tx) error {
		id, err := tx.Insert(ctx, `INSERT INTO newsletters (created_at) VALUES (?)`, tx.Stamp())
		if err != nil {
			return err
		}
		tx.Newsletter = id
		for _, purpose := range []string{purposeToken, purposeAddress} {
			if err := tx.addKey(ctx, purpose); err != nil {
				return err
			}
		}
		return errors.Join(
			tx.SetMeta(ctx, metaCreated, tx.Stamp()),
			tx.SetMeta(ctx, metaID, newID()),
			tx.SetMeta(ctx, metaChanges, "0"))
	})
}

// Path is where the database is, as it was given.
func (s *Store) Path() string { return s.db.Path() }

// Server is what the database's server says of itself; false where it is a file.
func (s *Store) Server(ctx context.Context) (engine.Server, bool, error) {
	e, ok := s.db.Engine.(engine.OnServer)
	if !ok {
		return engine.Server{}, false, nil
	}
	v, err := e.Server(ctx)
	return v, true, err
}

// Lock takes the right of one process to send, or fails at once with ErrLocked.
func (s *Store) Lock(ctx context.Context) (engine.Lock, error) { return s.db.Lock(ctx) }

// LockHolder names the process that took the lock last, if it is alive; "" where
// nobody is known to hold it.
func (s *Store) LockHolder(ctx context.Context) string { return s.db.LockHolder(ctx) }

// Backup writes the whole database, keys included, to a new file readable by
// its owner only, while others go on reading and writing. It never replaces a
// file (fs.ErrExist). The copy is marked as one: it sends nothing until Adopt.
func (s *Store) Backup(ctx context.Context, file string) error { return s.db.Backup(ctx, file) }

// Rest leaves changes to others for a moment, between two of many. It ends early with ctx.
func (s *Store) Rest(ctx context.Context) { s.db.Rest(ctx) }

// Close closes the database.
func (s *Store) Close() error { return s.db.Close() }

// Tx is a transaction, and what nouns do within it, those of content and the ledger too.
type Tx struct {
	content.Tx
	left     []leaving // on record beside the database before the commit,
	rejoined []leaving // and after it: an interruption makes nobody a reader
}

func (s *Store) write(ctx context.Context, work func(*Tx) error) error {
	return s.writeBy(ctx, s.db.Write, work)
}

func (s *Store) writeBy(ctx context.Context, write func(context.Context, func(*engine.Tx) error) error, work func(*Tx) error) error {
	var rejoined []leaving
	err := write(ctx, func(under *engine.Tx) error {
		tx := &Tx{Tx: content.In(under)}
		if err := work(tx); err != nil {
			return err
		}
		s.noteLeft(tx.left)
		rejoined = tx.rejoined
		return nil
	})
	if err == nil {
		s.noteLeft(rejoined)
	}
	return err
}

func (s *Store) read(ctx context.Context, work func(*Tx) error) error {
	return s.db.Read(ctx, func(under *engine.Tx) error { return work(&Tx{Tx: content.In(under)}) })
}
