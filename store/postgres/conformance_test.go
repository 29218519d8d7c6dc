package postgres_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"roundup/internal/testing/pgtest"
	"roundup/store"
	"roundup/store/postgres"
	"roundup/store/storetest"
	"roundup/store/storetest/ledgertest"
)

var server pgtest.Server

func TestMain(m *testing.M) { os.Exit(pgtest.Tests{M: m, Server: &server}.Run()) }

// schemas makes databases in schemas of the tests' own.
type schemas struct {
	addresses *sync.Map // schema, by store
}

// schema is where one is, and the file where it is on record who left.
type schema struct{ address, left string }

// Create implements storetest.Engine.
func (s schemas) Create(t testing.TB, now func() time.Time) *store.Store {
	t.Helper()
	address := server.URL(t)
	left := filepath.Join(t.TempDir(), "roundup.left")
	st, created, err := postgres.Create(t.Context(), address, postgres.Options{Now: now, Left: left})
	check(t, err)
	if !created {
		t.Fatal("created = false in a fresh schema")
	}
	s.addresses.Store(st, schema{address, left})
	return st
}

// Reopen implements storetest.Engine.
func (s schemas) Reopen(t testing.TB, st *store.Store, now func() time.Time) *store.Store {
	t.Helper()
	at, _ := s.addresses.Load(st)
	again, err := postgres.Open(t.Context(), s.address(st), postgres.Options{Now: now, Left: at.(schema).left})
	check(t, err)
	s.addresses.Store(again, at)
	return again
}

// Raw implements storetest.Engine.
func (s schemas) Raw(t testing.TB, st *store.Store) *sql.DB {
	t.Helper()
	db, err := postgres.Pool(s.address(st))
	check(t, err)
	return db
}

// Refuse implements storetest.Engine.
func (s schemas) Refuse(t testing.TB, st *store.Store, table string) {
	t.Helper()
	s.run(t, st, `CREATE TRIGGER block BEFORE INSERT OR UPDATE ON `+table+` FOR EACH ROW EXECUTE FUNCTION refuse('blocked')`)
}

// Unguard implements storetest.Engine.
func (s schemas) Unguard(t testing.TB, st *store.Store, table, trigger string) {
	t.Helper()
	s.run(t, st, `DROP TRIGGER `+trigger+` ON `+table)
}

func (s schemas) run(t testing.TB, st *store.Store, query string) {
	t.Helper()
	db := s.Raw(t, st)
	defer func() { _ = db.Close() }()
	_, err := db.Exec(query)
	check(t, err)
}

// Tables implements storetest.Engine.
func (s schemas) Tables(t testing.TB, st *store.Store) []string {
	t.Helper()
	db := s.Raw(t, st)
	defer func() { _ = db.Close() }()
	var list string
	check(t, db.QueryRow(`SELECT string_agg(tablename, ',') FROM pg_tables WHERE schemaname = current_schema()`).Scan(&list))
	return strings.Split(list, ",")
}

func (s schemas) address(st *store.Store) string {
	at, _ := s.addresses.Load(st)
	return at.(schema).address
}

// TestConformance is what every engine must make true.
func TestConformance(t *testing.T) {
	server.URL(t) // skips all of it at once where there is no PostgreSQL
	if testing.Short() {
		t.Skip("makes some thousand schemas; SQLite's is run")
	}
	storetest.Run(t, schemas{&sync.Map{}})
	ledgertest.Run(t, schemas{&sync.Map{}})
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
