package app

import (
	"context"
	"log/slog"

	"roundup/config"
	"roundup/store"
	"roundup/store/postgres"
	"roundup/store/sqlite"
)

// OpenDatabase opens a database that exists. This, CreateDatabase and RehearseDatabase are
// the only places that know which engine a database is on.
func (a *App) OpenDatabase(ctx context.Context, at config.Database) (*store.Store, error) {
	if at.OnServer() {
		o := postgres.Options{Now: a.Now, Left: a.Settings.LeavingsOf(at), Log: a.Logger(slog.LevelWarn)}
		if at == a.Settings.Database {
			o.Address = a.DatabaseAddress
		}
		return postgres.Open(ctx, string(at), o)
	}
	return sqlite.Open(ctx, string(at), sqlite.Options{Now: a.Now, Left: a.Settings.LeavingsOf(at), Log: a.Logger(slog.LevelWarn)})
}

// CreateDatabase makes one where there is none, and opens it.
func (a *App) CreateDatabase(ctx context.Context, at config.Database) (st *store.Store, created bool, err error) {
	if at.OnServer() {
		return postgres.Create(ctx, string(at), postgres.Options{Now: a.Now, Left: a.Settings.LeavingsOf(at), Log: a.Logger(slog.LevelWarn)})
	}
	return sqlite.Create(ctx, string(at), sqlite.Options{Now: a.Now, Left: a.Settings.LeavingsOf(at), Log: a.Logger(slog.LevelWarn)})
}

// RehearseDatabase fails where CreateDatabase would, and leaves nothing. It reports whether
// the database is there already; then it does nothing.
func (a *App) RehearseDatabase(ctx context.Context, at config.Database) (there bool, err error) {
	if at.OnServer() {
		return postgres.Rehearse(ctx, string(at), postgres.Options{Now: a.Now})
	}
	return sqlite.Rehearse(ctx, string(at), sqlite.Options{Now: a.Now})
}

// DatabaseAddress is the address of the configured database as its file has it by now: a
// password is changed there while a daemon or a worker runs.
func (a *App) DatabaseAddress() string { return string(a.Settings.DatabaseNow()) }
