package postgres_test

import (
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"roundup/store"
	"roundup/store/engine"
	"roundup/store/postgres"
	"roundup/store/storetest"
	"roundup/subscribers"
)

func TestServerSaysWhatItIs(t *testing.T) {
	t.Parallel()
	st, _ := fresh(t)
	s, there, err := st.Server(t.Context())
	check(t, err)
	if !there || s.Replica || !s.Vacuums || s.Version == "" || s.Open < 1 || s.Most < s.Open || len(s.Followers) > 0 {
		t.Errorf("server = %+v", s)
	}
	if got := strings.Join(s.Unsafe, " "); !strings.Contains(got, "fsync") { // as pgtest starts it
		t.Errorf("unsafe = %q, want fsync among them", got)
	}
	if apart := time.Since(s.Clock); apart.Abs() > time.Minute {
		t.Errorf("its clock is %v apart from the same machine's", apart)
	}
	var elsewhere *postgres.DumpError
	if err := st.Backup(t.Context(), filepath.Join(t.TempDir(), "copy")); !errors.As(err, &elsewhere) || !errors.Is(err, engine.ErrElsewhere) {
		t.Fatalf("Backup = %v, want %v", err, engine.ErrElsewhere)
	}
}

// The server plans by how many rows there are from the first rest on, and by the later ones
// as a list grows.
func TestRestHasTheRowsCounted(t *testing.T) {
	t.Parallel()
	st, address := fresh(t)
	db, err := postgres.Pool(address)
	check(t, err)
	defer func() { _ = db.Close() }()
	for n := range 4 {
		a, err := subscribers.ParseAddress(fmt.Sprintf("r%d@readers.example", n))
		check(t, err)
		_, err = st.Add(t.Context(), subscribers.Subscriber{Email: a.Given, Key: a.Key, Status: subscribers.Active}, storetest.Anna())
		check(t, err)
		st.Rest(t.Context())
		var counted int
		check(t, db.QueryRowContext(t.Context(), `SELECT reltuples FROM pg_class WHERE oid = CAST('subscribers' AS regclass)`).Scan(&counted))
		if want := []int{1, 1, 1, 4}[n]; counted != want {
			t.Errorf("after rest %d it counts %d readers, want %d", n+1, counted, want)
		}
	}
}

// Who left after a dump was made leaves again when it is restored and adopted.
func TestLeavingsOutliveADump(t *testing.T) {
	t.Parallel()
	address := server.URL(t)
	clock := storetest.NewClock()
	o := postgres.Options{Now: clock.Now}
	o.Left = filepath.Join(t.TempDir(), "roundup.left")
	st, _, err := postgres.Create(t.Context(), address, o)
	check(t, err)
	defer func() { _ = st.Close() }()
	by := storetest.Anna()
	a, err := subscribers.ParseAddress("r@readers.example")
	check(t, err)
	sub, err := st.Add(t.Context(), subscribers.Subscriber{Email: a.Given, Key: a.Key, Status: subscribers.Active}, by)
	check(t, err)
	var elsewhere *postgres.DumpError
	file := filepath.Join(t.TempDir(), "roundup.sql")
	if err := st.Backup(t.Context(), file); !errors.As(err, &elsewhere) {
		t.Fatalf("Backup = %v, want what to dump", err)
	}
	tool(t, "pg_dump", "--schema="+elsewhere.Schema, "--file="+file, elsewhere.Address)
	clock.Forward(time.Minute)
	_, err = st.Unsubscribe(t.Context(), sub.PublicID, by)
	check(t, err)
	check(t, st.Close())
	run(t, address, `DROP SCHEMA "`+elsewhere.Schema+`" CASCADE`)
	tool(t, "psql", "--quiet", "--set=ON_ERROR_STOP=1", "--file="+file, elsewhere.Address)

	again, err := postgres.Open(t.Context(), address, o)
	check(t, err)
	defer func() { _ = again.Close() }()
	done, err := again.Adopt(t.Context(), store.AdoptOptions{By: by})
	check(t, err)
	if done.Lines != 1 || done.Left != 1 {
		t.Errorf("Adopt played back %+v, want 1 leaving of 1", done.Replayed)
	}
}

// tool runs one of PostgreSQL's own programs.
func tool(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), server.Tool(name), args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %q: %v: %s", name, args, err, out)
	}
}
