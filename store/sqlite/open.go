// Package sqlite keeps a store in one SQLite file: opening, creating, copying, locking
// and upgrading it, and what stays beside it when it alone is replaced. It is the only
// user of go-sqlite3.
//
// It must not hold a statement that is not about the file itself: those are in store,
// in SQL that another engine takes too. Start reading in Open, then in database.go.
package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"time"

	"roundup/store"
	"roundup/store/engine"
	"roundup/store/migrations"
)

// applicationID marks the file as Roundup's ("Rndp"), whatever its name.
const applicationID = 0x526e6470

// Options says how to open a database.
type Options struct {
	Now  func() time.Time // the program's calendar; never nil
	Left string           // the file where it is on record who left; "" for the one beside the database
	Log  *slog.Logger     // told what keeps nobody from leaving, and is lost; nil for nobody

	euid       func() int // nil for os.Geteuid
	migrations fs.FS      // nil for the embedded ones
}

// Open opens an existing database, bringing its schema up to date first (see
// migrate.go). It fails with ErrMissing, ErrCorrupt, ErrEarlier, ErrNewer, ErrLocked
// (a migration is due while another Roundup is at work) or an *OwnerError.
// Nobody may hold the process lock in the opening program: lock after opening.
func Open(ctx context.Context, path string, o Options) (*store.Store, error) {
	e, err := open(ctx, path, o.withDefaults())
	if err != nil {
		return nil, err
	}
	s, err := store.Open(ctx, e, o.Now)
	if err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return s, nil
}

func open(ctx context.Context, path string, o Options) (*database, error) {
	if err := inspect(ctx, path, o); err != nil {
		return nil, err
	}
	version, err := migrate(ctx, path, o)
	if err != nil {
		return nil, err
	}
	return connect(path, version, o)
}

func (o Options) withDefaults() Options {
	if o.euid == nil {
		o.euid = os.Geteuid
	}
	return o
}

// inspect refuses what must not be opened, before anything is written to it.
// The file is only ever read through SQLite: closing a descriptor of our own
// would drop the POSIX locks of every connection of this process.
func inspect(ctx context.Context, path string, o Options) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w at %q", engine.ErrMissing, path)
	}
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%w: %q is not a regular file", engine.ErrCorrupt, path)
	}
	if err := checkOwner(path, info, o.euid()); err != nil {
		return err
	}
	if info.Size() == 0 {
		return fmt.Errorf("%w: %q is empty: restore a backup, or move the file away and run init", engine.ErrCorrupt, path)
	}
	return identify(ctx, path)
}

// identify checks that the file is an SQLite database, Roundup's, and not of before
// the first release.
func identify(ctx context.Context, path string) error {
	db := openPool(path, url.Values{"_query_only": {"true"}})
	defer func() { _ = db.Close() }()
	var id, tables, version int
	err := db.QueryRowContext(ctx, `
		SELECT
			(SELECT application_id FROM pragma_application_id),
			(SELECT count(*) FROM sqlite_schema),
			(SELECT user_version FROM pragma_user_version)`).Scan(&id, &tables, &version)
	if err != nil {
		return classify(fmt.Errorf("open database %q: %w", path, err))
	}
	if id != applicationID || tables == 0 {
		return fmt.Errorf("%w: %q is an SQLite database of something else", engine.ErrCorrupt, path)
	}
	if version <= migrations.Folded {
		return fmt.Errorf("%w: %q has version %d; nothing in it was changed", engine.ErrEarlier, path, version)
	}
	return nil
}
