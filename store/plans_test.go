package store_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	"roundup/store"
	"roundup/store/sqlite"
	"roundup/store/storetest"
)

// database is an empty one of SQLite's.
func database(t *testing.T) *sql.DB {
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
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// A look-up that walks a whole table is quick in every other test and slow at
// a hundred thousand readers.
func TestLookupsWalkIndexes(t *testing.T) {
	t.Parallel()
	storetest.WantIndexes(t, database(t), store.Lookups())
}
