package app

import (
	"context"

	"roundup/config"
	"roundup/store"
	"roundup/store/postgres"
	"roundup/store/sqlite"
)

// openDatabase opens a database that exists. This and createDatabase are the only places
// that know which engine a database is on.
func (a *App) openDatabase(ctx context.Context, at config.Database) (*store.Store, error) {
	if at.OnServer() {
		return postgres.Open(ctx, string(at), postgres.Options{Now: a.Now, Left: a.Settings.LeavingsFile})
	}
	return sqlite.Open(ctx, string(at), sqlite.Options{Now: a.Now, Left: a.Settings.LeavingsFile})
}

// CreateDatabase makes one where there is none, and opens it.
func (a *App) CreateDatabase(ctx context.Context, at config.Database) (st *store.Store, created bool, err error) {
	if at.OnServer() {
		return postgres.Create(ctx, string(at), postgres.Options{Now: a.Now, Left: a.Settings.LeavingsFile})
	}
	return sqlite.Create(ctx, string(at), sqlite.Options{Now: a.Now, Left: a.Settings.LeavingsFile})
}
