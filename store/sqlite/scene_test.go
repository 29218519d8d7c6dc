package sqlite_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store"
	"roundup/store/sqlite"
	"roundup/store/storetest"
	"roundup/store/storetest/ledgertest"
	"roundup/subscribers"
)

// files makes databases in folders of the tests' own.
type files struct{}

// Create implements storetest.Engine.
func (files) Create(t testing.TB, now func() time.Time) *store.Store {
	t.Helper()
	st, created, err := sqlite.Create(t.Context(), filepath.Join(t.TempDir(), "roundup.db"), sqlite.Options{Now: now})
	check(t, err)
	if !created {
		t.Fatal("created = false in an empty folder")
	}
	return st
}

// Reopen implements storetest.Engine.
func (files) Reopen(t testing.TB, st *store.Store, now func() time.Time) *store.Store {
	t.Helper()
	again, err := sqlite.Open(t.Context(), st.Path(), sqlite.Options{Now: now})
	check(t, err)
	return again
}

// Raw implements storetest.Engine.
func (files) Raw(t testing.TB, st *store.Store) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+st.Path()+"?mode=rw&_busy_timeout=5000&_foreign_keys=true&_txlock=immediate")
	check(t, err)
	return db
}

// Refuse implements storetest.Engine.
func (f files) Refuse(t testing.TB, st *store.Store, table string) {
	t.Helper()
	for _, verb := range []string{"INSERT", "UPDATE"} {
		run(t, st, fmt.Sprintf(`CREATE TRIGGER block_%s BEFORE %s ON %s BEGIN SELECT RAISE(ABORT, 'blocked'); END`, verb, verb, table))
	}
}

// Unguard implements storetest.Engine.
func (f files) Unguard(t testing.TB, st *store.Store, _, trigger string) {
	t.Helper()
	run(t, st, `DROP TRIGGER `+trigger)
}

// Tables implements storetest.Engine.
func (f files) Tables(t testing.TB, st *store.Store) (names []string) {
	t.Helper()
	list := one[string](t, st, `SELECT group_concat(name) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
	return strings.Split(list, ",")
}

// TestConformance is what every engine must make true.
func TestConformance(t *testing.T) {
	storetest.Run(t, files{})
	ledgertest.Run(t, files{})
}

// BenchmarkStore is what every engine is measured by.
func BenchmarkStore(b *testing.B) {
	storetest.Bench(b, files{})
	ledgertest.Bench(b, files{})
}

// oneClick is a reader by the button of a mail program.
func oneClick() subscribers.Actor { return subscribers.Actor{Kind: subscribers.OneClick} }

// begin is the moment every test starts at: a Thursday noon.
func begin() time.Time { return storetest.NewClock().Now() }

// openPools makes a fresh database and opens it with its connections.
func openPools(t *testing.T) (st *store.Store, writer, readers *sql.DB) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "roundup.db")
	create(t, path)
	st, writer, readers, err := sqlite.OpenPools(t.Context(), path, options(storetest.NewClock()))
	check(t, err)
	t.Cleanup(func() { check(t, st.Close()) })
	return st, writer, readers
}

// open makes a fresh database in a folder of the test's own, closed at its end.
func open(t testing.TB) (*store.Store, *storetest.Clock) {
	t.Helper()
	c := storetest.NewClock()
	st := files{}.Create(t, c.Now)
	t.Cleanup(func() { check(t, st.Close()) })
	return st, c
}

// raw opens the database file behind the store's back, to look at it or to
// set a scene no exported method would.
func raw(t testing.TB, st *store.Store) *sql.DB {
	t.Helper()
	db := files{}.Raw(t, st)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// one runs a query that gives one value.
func one[T any](t testing.TB, st *store.Store, query string, args ...any) T {
	t.Helper()
	db := raw(t, st)
	defer func() { _ = db.Close() }()
	var v T
	if err := db.QueryRow(query, args...).Scan(&v); err != nil {
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

// scene is a database in which an issue can be sent.
type scene struct {
	*store.Store
	t     testing.TB
	clock *storetest.Clock
	lease delivery.Lease
	held  []*delivery.Range
}

// newScene makes a database with readers 1 to n, all active, and articles 1
// to m, all owed, and takes the lease.
func newScene(t testing.TB, readers, articles int) *scene {
	t.Helper()
	st, c := open(t)
	s := &scene{Store: st, t: t, clock: c}
	db := raw(t, st)
	defer func() { _ = db.Close() }()
	storetest.Fill(t, db, readers, articles)
	s.takeLease()
	return s
}

// takeLease does what a starting sender does.
func (s *scene) takeLease() {
	s.t.Helper()
	lease, err := s.AcquireLease(s.t.Context(), "test", storetest.Anna())
	s.must(err)
	s.lease = lease
}

// start starts an issue of the articles of these ids.
func (s *scene) start(ids ...int64) digest.Issue {
	s.t.Helper()
	issue, err := s.StartIssue(s.t.Context(), s.lease, storetest.Draft(ids...))
	s.must(err)
	return issue
}

// exchange is Exchange that must succeed.
func (s *scene) exchange(issue digest.Issue, want int, outcomes ...delivery.Outcome) []delivery.Claim {
	s.t.Helper()
	if len(s.held) == 0 {
		opened, err := s.OpenRange(s.t.Context(), s.lease, issue.ID, nil, delivery.Resend)
		s.must(err)
		s.held = append(s.held, opened)
	}
	claims, _, err := s.Exchange(s.t.Context(), issue.ID, s.held, outcomes, delivery.Want{Count: want, Policy: delivery.Resend})
	s.must(err)
	return claims
}

func (s *scene) must(err error) {
	s.t.Helper()
	check(s.t, err)
}
