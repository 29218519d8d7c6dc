// Package storetest is the conformance suite of store: what every engine must make
// true. Package ledgertest has the part about an issue under way. An engine's own tests run
// both, and hold what only that engine has. It must not
// know how an engine keeps anything. Start reading in Run, then in the file of the noun
// you are after.
package storetest

import (
	"database/sql"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"roundup/store"
	"roundup/subscribers"
)

// Engine makes databases of the engine under test.
type Engine interface {
	// Create makes a fresh database of the test's own and opens it.
	Create(t testing.TB, now func() time.Time) *store.Store
	// Reopen opens a database as another process does, whether or not the first has closed it.
	Reopen(t testing.TB, st *store.Store, now func() time.Time) *store.Store
	// Raw opens a database behind the store's back, to look at it or to set a scene no
	// exported method would.
	Raw(t testing.TB, st *store.Store) *sql.DB
	// Refuse makes every insert into a table, and every update, fail with "blocked".
	Refuse(t testing.TB, st *store.Store, table string)
	// Unguard takes a trigger of a table away.
	Unguard(t testing.TB, st *store.Store, table, trigger string)
	// Tables are the names of all tables.
	Tables(t testing.TB, st *store.Store) []string
}

// suite is the tests, as methods Test… and Benchmark….
type suite struct{ Engine }

// Run runs every test.
func Run(t *testing.T, e Engine) {
	Each(suite{e}, "Test", t.Run)
}

// Bench runs every benchmark.
func Bench(b *testing.B, e Engine) {
	Each(suite{e}, "Benchmark", b.Run)
}

// Each calls the methods of a suite whose names begin with a prefix, by the rest of their names.
func Each[F any](suite any, prefix string, run func(string, F) bool) {
	methods := reflect.ValueOf(suite)
	for i := range methods.NumMethod() {
		name := methods.Type().Method(i).Name
		if f, ok := methods.Method(i).Interface().(F); ok && strings.HasPrefix(name, prefix) {
			run(strings.TrimPrefix(name, prefix), f)
		}
	}
}

// Clock is a clock that moves only when told to.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock shows the moment every test starts at.
func NewClock() *Clock { return &Clock{now: begin()} }

// Now is the clock's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Forward moves the clock.
func (c *Clock) Forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Anna is a person at the command line.
func Anna() subscribers.Actor {
	return subscribers.Actor{Kind: subscribers.CommandLine, Name: "anna"}
}

// oneClick is a reader by the button of a mail program.
func oneClick() subscribers.Actor { return subscribers.Actor{Kind: subscribers.OneClick} }

// begin is the moment every test starts at: a Thursday noon.
func begin() time.Time { return time.Date(2026, time.November, 19, 12, 0, 0, 0, time.UTC) }

// Base is what every scene of a test stands on: a database, and ways behind its back.
type Base struct {
	*store.Store
	t     testing.TB
	e     suite
	clock *Clock
	db    func() *sql.DB // behind the store's back, opened once
}

func newBase(t testing.TB, e suite, st *store.Store, c *Clock) *Base {
	return &Base{Store: st, t: t, e: e, clock: c, db: sync.OnceValue(func() *sql.DB {
		db := e.Raw(t, st)
		t.Cleanup(func() { _ = db.Close() })
		return db
	})}
}

// open makes a fresh database, closed at the test's end.
func (e suite) open(t testing.TB) *Base {
	t.Helper()
	c := NewClock()
	b := newBase(t, e, e.Create(t, c.Now), c)
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// reopen is what a new process sees, after the last one died or beside it.
func (b *Base) reopen() *Base {
	b.t.Helper()
	again := newBase(b.t, b.e, b.e.Reopen(b.t, b.Store, b.clock.Now), b.clock)
	b.t.Cleanup(func() { _ = again.Close() })
	return again
}

// Raw opens the database behind the store's back, to look at it or to
// set a scene no exported method would.
func Raw(t testing.TB, b *Base) *sql.DB {
	t.Helper()
	return b.db()
}

// One runs a query that gives one value.
func One[T any](t testing.TB, b *Base, query string, args ...any) T {
	t.Helper()
	var v T
	if err := Raw(t, b).QueryRow(query, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return v
}

// Texts runs a query that gives one column.
func Texts(t testing.TB, b *Base, query string, args ...any) (all []string) {
	t.Helper()
	rows, err := Raw(t, b).Query(query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var v string
		if err := rows.Scan(&v); err != nil {
			t.Fatal(err)
		}
		all = append(all, v)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// Exec changes the database behind the store's back.
func Exec(t testing.TB, b *Base, query string, args ...any) {
	t.Helper()
	if _, err := Raw(t, b).Exec(query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}
