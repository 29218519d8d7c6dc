package sqlite_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"roundup/delivery"
	"roundup/store/engine"
	"roundup/store/sqlite"
	"roundup/store/storetest"
)

// TestChangesNeedTheFileInItsPlace takes the file away from a running program:
// what it then wrote nobody would ever find, so it must say so, and stop.
func TestChangesNeedTheFileInItsPlace(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		do   func(t *testing.T, path string)
	}{
		{"removed", func(t *testing.T, path string) { check(t, os.Remove(path)) }},
		{"moved", func(t *testing.T, path string) { check(t, os.Rename(path, path+".away")) }},
		{"replaced", func(t *testing.T, path string) {
			other := filepath.Join(t.TempDir(), "other.db")
			create(t, other)
			check(t, os.Rename(other, path))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			st, _ := open(t)
			check(t, st.SetNextNumber(t.Context(), 7))
			c.do(t, st.Path())
			err := st.SetNextNumber(t.Context(), 8)
			if !errors.Is(err, engine.ErrMoved) || errors.Is(err, delivery.ErrLedgerAway) {
				t.Fatalf("got %v, want %v", err, engine.ErrMoved)
			}
			n, err := st.NextNumber(t.Context())
			check(t, err)
			if n != 7 {
				t.Errorf("the change was made all the same: next number %d", n)
			}
		})
	}
}

func TestAFullDatabaseIsNamed(t *testing.T) {
	t.Parallel()
	st, writer, _ := openPools(t)
	var pages int
	check(t, writer.QueryRowContext(t.Context(), `PRAGMA page_count`).Scan(&pages))
	var most int
	check(t, writer.QueryRowContext(t.Context(), `PRAGMA max_page_count = 1`).Scan(&most)) // as many as there are
	wide := make([]byte, 100*4096)
	for i := range wide {
		wide[i] = 'x'
	}
	_, err := st.SeenSchedule(t.Context(), string(wide))
	if !errors.Is(err, engine.ErrFull) {
		t.Fatalf("got %v with %d of %d pages, want %v", err, pages, most, engine.ErrFull)
	}
}

func TestALockedDatabaseIsNamed(t *testing.T) {
	t.Parallel()
	st, writer, _ := openPools(t)
	_, err := writer.ExecContext(t.Context(), `PRAGMA busy_timeout = 50`)
	check(t, err)
	tx, err := raw(t, st).BeginTx(t.Context(), nil)
	check(t, err)
	defer func() { _ = tx.Rollback() }()
	if err := st.SetNextNumber(t.Context(), 7); !errors.Is(err, engine.ErrBusy) {
		t.Fatalf("got %v, want %v", err, engine.ErrBusy)
	}
}

func TestAFolderThatCannotBeWrittenIsNamed(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "roundup.db")
	create(t, path)
	check(t, os.Mkdir(path+"-wal", 0o700)) // root writes in any folder, but never this file
	_, err := sqlite.Open(t.Context(), path, options(storetest.NewClock()))
	if !errors.Is(err, engine.ErrUnwritable) {
		t.Fatalf("got %v, want %v", err, engine.ErrUnwritable)
	}
}
