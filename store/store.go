// Package store owns Roundup's memory: one SQLite file, its migrations and
// every SQL statement, one file a noun. It is the only user of go-sqlite3.
//
// It must not decide anything: what is absorbed, chosen, sent or suppressed is
// decided in digest, subscribers and delivery; the store makes it durable, in
// one transaction for each exported method, and refuses what their rules forbid.
//
// Start reading here and in tx.go, then in the file of the noun you are after;
// migrations/0001_init.sql is the map of the tables.
package store

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"sync/atomic"
	"time"

	"github.com/mattn/go-sqlite3"
)

// ErrNotFound is returned for a thing the database does not hold.
var ErrNotFound = errors.New("not found")

// Store is an open database. It is safe for use by several goroutines:
// changes take turns on one connection, readers have others and never wait
// for a writer.
type Store struct {
	path       string
	now        func() time.Time
	newsletter int64
	version    int         // of the schema this program was built for
	file       fs.FileInfo // the file that was opened
	writer     *sql.DB     // one connection
	readers    *sql.DB
	witness    witness     // what stays when this file alone is replaced
	inCharge   atomic.Bool // it may send, and its changes count (standing.go)
	leavings   journal     // of who left, which stays too
}

// Path is where the database is, as it was given to Open or Create.
func (s *Store) Path() string { return s.path }

// Close closes the database. The last process to do so folds the write-ahead
// log into the file.
func (s *Store) Close() error {
	s.witness.close()
	return errors.Join(s.readers.Close(), s.writer.Close())
}

// write runs work in a transaction that holds the write lock from its start,
// where the busy timeout applies, instead of failing half-way, and is on disk when
// write returns nil. After an error nothing of it remains.
func (s *Store) write(ctx context.Context, work func(*Tx) error) error {
	var done *Tx
	var changes int64
	err := s.transact(ctx, s.writer, "BEGIN IMMEDIATE", func(tx *Tx) error {
		if err := s.inPlace(); err != nil {
			return err
		}
		if err := tx.checkVersion(ctx, s.version); err != nil {
			return err
		}
		if err := work(tx); err != nil {
			return err
		}
		done = tx
		s.leavings.add(tx.left)
		if !tx.changed || !s.inCharge.Load() {
			return nil
		}
		var err error
		changes, err = tx.countChange(ctx)
		return err
	})
	if err != nil {
		return err
	}
	if changes > 0 {
		s.witness.advance(changes, done.started)
	}
	s.leavings.add(done.rejoined)
	return nil
}

// read runs work on one unchanging view of the database. It must be brief: a
// view held open keeps the write-ahead log from being folded in, so long lists
// are read in pages (see pages).
func (s *Store) read(ctx context.Context, work func(*Tx) error) error {
	return s.transact(ctx, s.readers, "BEGIN", work)
}

func (s *Store) transact(ctx context.Context, db *sql.DB, begin string, work func(*Tx) error) error {
	return classify(within(ctx, db, begin, func(q querier) error {
		// The clock is read under the lock, so that times follow the order of commits.
		at := s.now().UTC().Truncate(time.Millisecond)
		return work(&Tx{querier: q, at: at, atText: timeText(at), newsletter: s.newsletter})
	}))
}

// isUnique reports whether err is the refusal of a UNIQUE or PRIMARY KEY rule.
func isUnique(err error) bool {
	var fault sqlite3.Error
	if !errors.As(err, &fault) {
		return false
	}
	return fault.ExtendedCode == sqlite3.ErrConstraintUnique ||
		fault.ExtendedCode == sqlite3.ErrConstraintPrimaryKey
}
