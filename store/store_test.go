package store_test

import (
	"database/sql"
	"path/filepath"
	"sync"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"

	"roundup/store"
)

// clock is a clock that moves only when told to.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now is the clock's time.
func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// forward moves the clock.
func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// begin is the moment every test starts at: a Thursday noon.
func begin() time.Time { return time.Date(2026, time.November, 19, 12, 0, 0, 0, time.UTC) }

// open makes a fresh database in a folder of the test's own, closed at its end.
func open(t testing.TB) (*store.Store, *clock) {
	t.Helper()
	c := &clock{now: begin()}
	st, created, err := store.Create(t.Context(), filepath.Join(t.TempDir(), "roundup.db"),
		store.Options{Now: c.Now})
	if err != nil {
		t.Fatal(err)
	}
	if !created {
		t.Fatal("created = false in an empty folder")
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	return st, c
}

// raw opens the database file behind the store's back, to look at it or to
// set a scene no exported method would.
func raw(t testing.TB, st *store.Store) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+st.Path()+"?mode=rw&_busy_timeout=5000&_foreign_keys=true&_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// one runs a query that gives one value.
func one[T any](t testing.TB, st *store.Store, query string, args ...any) T {
	t.Helper()
	var v T
	_, readers := st.Pools()
	if err := readers.QueryRow(query, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return v
}

// run changes the database behind the store's back.
func run(t testing.TB, st *store.Store, query string, args ...any) {
	t.Helper()
	db := raw(t, st)
	defer func() { _ = db.Close() }()
	if _, err := db.Exec(query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}
