package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

var (
	// ErrMissing is returned by Open where there is no database; Open never makes one.
	ErrMissing = errors.New("there is no database")
	// ErrNewer is returned for a database that a newer Roundup has migrated.
	ErrNewer = errors.New("the database belongs to a newer Roundup")
	// ErrEarlier is returned for a database of before the first release, which no migration leads on from.
	ErrEarlier = errors.New("the database is from before Roundup's first release, and this program can't read it")
)

// applicationID marks the file as Roundup's ("Rndp"), whatever its name.
const applicationID = 0x526e6470

// Options says how to open a database.
type Options struct {
	Now func() time.Time // the program's calendar; never nil

	euid       func() int // nil for os.Geteuid
	migrations fs.FS      // nil for the embedded ones
}

// Open opens an existing database, bringing its schema up to date first (see
// migrate.go). It fails with ErrMissing, ErrCorrupt, ErrEarlier, ErrNewer, ErrLocked
// (a migration is due while another Roundup is at work) or an *OwnerError.
// Nobody may hold the process lock in the opening program: lock after opening.
func Open(ctx context.Context, path string, o Options) (*Store, error) {
	o = o.withDefaults()
	if err := inspect(ctx, path, o); err != nil {
		return nil, err
	}
	version, err := migrate(ctx, path, o)
	if err != nil {
		return nil, err
	}
	s, err := connect(path, o)
	if err != nil {
		return nil, err
	}
	s.version = version
	err = s.load(ctx)
	if err == nil {
		err = s.settle(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (o Options) withDefaults() Options {
	if o.euid == nil {
		o.euid = os.Geteuid
	}
	if o.migrations == nil {
		o.migrations = embeddedMigrations
	}
	return o
}

// inspect refuses what must not be opened, before anything is written to it.
// The file is only ever read through SQLite: closing a descriptor of our own
// would drop the POSIX locks of every connection of this process.
func inspect(ctx context.Context, path string, o Options) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w at %q", ErrMissing, path)
	}
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%w: %q is not a regular file", ErrCorrupt, path)
	}
	if err := checkOwner(path, info, o.euid()); err != nil {
		return err
	}
	if info.Size() == 0 {
		return fmt.Errorf("%w: %q is empty: restore a backup, or move the file away and run init", ErrCorrupt, path)
	}
	return identify(ctx, path)
}

// identify checks that the file is an SQLite database, Roundup's, and not of before
// the first release.
func identify(ctx context.Context, path string) error {
	db, err := sql.Open("sqlite3", dataSource(path, url.Values{"_query_only": {"true"}}))
	if err != nil {
		return fmt.Errorf("open database %q: %w", path, err)
	}
	defer func() { _ = db.Close() }()
	var id, tables, version int
	err = db.QueryRowContext(ctx, `
		SELECT
			(SELECT application_id FROM pragma_application_id),
			(SELECT count(*) FROM sqlite_schema),
			(SELECT user_version FROM pragma_user_version)`).Scan(&id, &tables, &version)
	if err != nil {
		return classify(fmt.Errorf("open database %q: %w", path, err))
	}
	if id != applicationID || tables == 0 {
		return fmt.Errorf("%w: %q is an SQLite database of something else", ErrCorrupt, path)
	}
	if version <= folded {
		return fmt.Errorf("%w: %q has version %d; nothing in it was changed", ErrEarlier, path, version)
	}
	return nil
}

// connect opens the writer and the readers; no statement is run yet.
func connect(path string, o Options) (*Store, error) {
	file, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	writer, err := sql.Open("sqlite3", dataSource(path, writerSettings()))
	if err != nil {
		return nil, fmt.Errorf("open database %q: %w", path, err)
	}
	writer.SetMaxOpenConns(1)
	readers, err := sql.Open("sqlite3", dataSource(path, url.Values{
		"_query_only": {"true"},
	}))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open database %q: %w", path, err), writer.Close())
	}
	readers.SetMaxOpenConns(max(2, runtime.NumCPU()))
	return &Store{
		path: path, now: o.Now, file: file, writer: writer, readers: readers,
		witness: witness{path: path}, leavings: journal{path: leftFile(path)},
	}, nil
}

// writerSettings are those of a connection that changes the database. Settings
// are in the data source name because each new connection of a pool needs them.
func writerSettings() url.Values {
	return url.Values{
		"_journal_mode":  {"WAL"},
		"_synchronous":   {"FULL"}, // a claim must survive a power cut
		"_foreign_keys":  {"true"},
		"_secure_delete": {"true"}, // what a person asked to forget leaves no bytes behind
	}
}

// dataSource names the file to the driver; mode=rw never creates it.
func dataSource(path string, settings url.Values) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	settings.Set("mode", "rw")
	settings.Set("_busy_timeout", "10000") // milliseconds
	settings.Set("_cache_size", "-4096")   // KiB, for each connection; more makes nothing faster, and is never given back
	settings.Set("_stmt_cache_size", "64")
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + settings.Encode()
}

// load reads what the store keeps in memory: which newsletter it holds.
func (s *Store) load(ctx context.Context) error {
	return s.read(ctx, func(tx *Tx) error {
		id, err := queryOne(ctx, tx, scanValue[int64], `SELECT id FROM newsletters ORDER BY id LIMIT 1`)
		if errors.Is(err, ErrNotFound) {
			return fmt.Errorf("%w: %q holds no newsletter", ErrCorrupt, s.path)
		}
		if err != nil {
			return fmt.Errorf("open database %q: %w", s.path, err)
		}
		s.newsletter = id
		return nil
	})
}
