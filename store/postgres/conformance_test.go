package postgres_test

import (
	"database/sql"
	"errors"
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
	done      chan used // with which later tests go on
	keeper    func() (*sql.DB, error)
}

// schema is where one is, and the file where it is on record who left.
type schema struct{ address, left string }

// used is a schema that a test has done with, and the shape it was made in.
type used struct{ name, shape string }

func newSchemas() schemas {
	return schemas{&sync.Map{}, make(chan used, 1000), sync.OnceValues(func() (*sql.DB, error) {
		return postgres.Pool(server.Fresh())
	})}
}

// Create implements storetest.Engine.
func (s schemas) Create(t testing.TB, now func() time.Time) *store.Store {
	t.Helper()
	address := server.URL(t)
	left := filepath.Join(t.TempDir(), "roundup.left")
	_, name, err := postgres.Config(address)
	check(t, err)
	st, shape := s.make(t, address, name, postgres.Options{Now: now, Left: left})
	t.Cleanup(func() {
		select {
		case s.done <- used{name, shape}:
		default: // enough of them
		}
	})
	s.addresses.Store(st, schema{address, left})
	return st
}

// make takes a schema that another test has done with, or makes one.
func (s schemas) make(t testing.TB, address, name string, o postgres.Options) (st *store.Store, shape string) {
	t.Helper()
	keeper, err := s.keeper()
	check(t, err)
	for {
		select {
		case old := <-s.done:
			err := postgres.Empty(t.Context(), keeper, old.name, old.shape, name)
			if errors.Is(err, postgres.ErrUsed) {
				continue
			}
			check(t, err)
			st, err := postgres.Refill(t.Context(), address, o)
			check(t, err)
			return st, old.shape
		default:
			st, created, err := postgres.Create(t.Context(), address, o)
			check(t, err)
			if !created {
				t.Fatal("created = false in a fresh schema")
			}
			shape, err := postgres.Shape(t.Context(), keeper, name)
			check(t, err)
			return st, shape
		}
	}
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
	s := newSchemas()
	storetest.Run(t, s)
	ledgertest.Run(t, s)
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
