package sqlite

import (
	"context"
	"database/sql"
	"io/fs"
	"sync/atomic"

	"roundup/store"
	"roundup/store/migrations"
)

// As makes options that believe to run as another user.
func (o Options) As(uid int) Options {
	o.euid = func() int { return uid }
	return o
}

// WithMigrations makes options with other migrations than the embedded ones.
func (o Options) WithMigrations(files fs.FS) Options {
	o.migrations = files
	return o
}

// Migrations are the program's own.
func Migrations() (fs.FS, error) { return migrations.SQLite() }

// OpenWiped is Open, counting how often what was erased is wiped.
func OpenWiped(ctx context.Context, path string, o Options, wiped *atomic.Int32) (*store.Store, error) {
	e, err := open(ctx, path, o.withDefaults())
	if err != nil {
		return nil, err
	}
	return store.Open(ctx, wiping{e, wiped}, o.Now)
}

type wiping struct {
	*database
	times *atomic.Int32
}

func (w wiping) Wipe(ctx context.Context) {
	w.times.Add(1)
	w.database.Wipe(ctx)
}

// OpenPools is Open, with the connections: the writer's and the readers'.
func OpenPools(ctx context.Context, path string, o Options) (s *store.Store, writer, readers *sql.DB, err error) {
	e, err := open(ctx, path, o.withDefaults())
	if err != nil {
		return nil, nil, nil, err
	}
	s, err = store.Open(ctx, e, o.Now)
	return s, e.writer, e.readers, err
}
