package store_test

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"roundup/store"
	"roundup/store/sqlite"
	"roundup/store/storetest"
)

// database is one of SQLite's with readers and articles: plans are what an engine makes
// of statements, which nobody but this package sees.
func database(t *testing.T, readers, articles int) *store.Store {
	t.Helper()
	st, _, err := sqlite.Create(t.Context(), filepath.Join(t.TempDir(), "roundup.db"), sqlite.Options{Now: storetest.NewClock().Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	db, err := sql.Open("sqlite3", st.Path())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	storetest.Fill(t, db, readers, articles)
	return st
}

// run changes a database behind the store's back.
func run(t *testing.T, st *store.Store, query string) {
	t.Helper()
	db, err := sql.Open("sqlite3", st.Path()+"?_busy_timeout=5000")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.Exec(query); err != nil {
		t.Fatal(err)
	}
}

// A look-up that walks a whole table is quick in every other test and slow at
// a hundred thousand readers.
func TestLookupsWalkIndexes(t *testing.T) {
	t.Parallel()
	st := database(t, 0, 0)
	plans, err := st.LookupPlans(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for name, plan := range plans {
		for step := range strings.Lines(plan) {
			step = strings.TrimSpace(step)
			small := strings.Contains(step, "json_each") || strings.Contains(step, " j ") || strings.HasSuffix(step, "SCAN s")
			all := strings.Contains(step, "subscriptions_status") || strings.Contains(step, "(source=?)")
			if strings.HasPrefix(step, "SCAN") && !small || all {
				t.Errorf("%s: %q walks everything:\n%s", name, step, plan)
			}
		}
	}
}
