package main

import (
	"context"

	"roundup/config"
	"roundup/store"
	"roundup/store/postgres"
	"roundup/store/sqlite"
)

// openDatabase opens a database that exists. This and createDatabase are the only places
// that know which engine a database is on.
func (a *app) openDatabase(ctx context.Context, at config.Database) (*store.Store, error) {
	if at.OnServer() {
		return postgres.Open(ctx, string(at), postgres.Options{Now: a.now, Left: a.cfg.LeavingsFile})
	}
	return sqlite.Open(ctx, string(at), sqlite.Options{Now: a.now, Left: a.cfg.LeavingsFile})
}

// createDatabase makes one where there is none, and opens it.
func (a *app) createDatabase(ctx context.Context, at config.Database) (st *store.Store, created bool, err error) {
	if at.OnServer() {
		return postgres.Create(ctx, string(at), postgres.Options{Now: a.now, Left: a.cfg.LeavingsFile})
	}
	return sqlite.Create(ctx, string(at), sqlite.Options{Now: a.now, Left: a.cfg.LeavingsFile})
}
