package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"roundup/store/engine"
	"roundup/store/sqlite"
	"roundup/store/storetest"
)

func options(c *storetest.Clock) sqlite.Options { return sqlite.Options{Now: c.Now} }

func TestCreateMakesAWholeDatabase(t *testing.T) {
	t.Parallel()
	st, _ := open(t)
	if err := st.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	if got := one[int](t, st, `SELECT count(*) FROM newsletters`); got != 1 {
		t.Errorf("newsletters = %d, want 1", got)
	}
	if _, err := st.Keyring(t.Context()); err != nil {
		t.Error(err)
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(st.Path() + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != 0o600 {
			t.Errorf("mode of database%s = %o, want 600", suffix, got)
		}
	}
	left, err := filepath.Glob(st.Path() + ".new-*")
	if err != nil || len(left) > 0 {
		t.Errorf("files left behind: %q %v", left, err)
	}
}

func TestCreateKeepsWhatExists(t *testing.T) {
	t.Parallel()
	first, c := open(t)
	before, err := first.Keyring(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	again, created, err := sqlite.Create(t.Context(), first.Path(), options(c))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = again.Close() }()
	if created {
		t.Error("created = true for an existing database")
	}
	after, err := again.Keyring(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if string(before.AddressHash("a@b.example")) != string(after.AddressHash("a@b.example")) {
		t.Error("the keys have changed")
	}
}

func TestCreateByManyMakesOne(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "roundup.db")
	c := storetest.NewClock()
	made := make(chan bool)
	for range 8 {
		go func() {
			st, created, err := sqlite.Create(context.Background(), path, options(c))
			if err != nil {
				t.Error(err)
				made <- false
				return
			}
			_ = st.Close()
			made <- created
		}()
	}
	n := 0
	for range 8 {
		if <-made {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d of 8 made the database, want 1", n)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		make func(t *testing.T, path string)
		want error
		says string
	}{
		{"nothing there", func(*testing.T, string) {}, engine.ErrMissing, "there is no database at"},
		{"a link to nothing", func(t *testing.T, path string) {
			check(t, os.Symlink(path+".gone", path))
		}, engine.ErrMissing, ""},
		{"an empty file", func(t *testing.T, path string) {
			check(t, os.WriteFile(path, nil, 0o600))
		}, engine.ErrCorrupt, "is empty"},
		{"a folder", func(t *testing.T, path string) {
			check(t, os.Mkdir(path, 0o700))
		}, engine.ErrCorrupt, "not a regular file"},
		{"text", func(t *testing.T, path string) {
			check(t, os.WriteFile(path, []byte(strings.Repeat("not a database\n", 100)), 0o600))
		}, engine.ErrCorrupt, "not a database"},
		{"someone else's SQLite file", func(t *testing.T, path string) {
			exec(t, path, `CREATE TABLE bookmarks (url TEXT)`)
		}, engine.ErrCorrupt, "of something else"},
		{"a damaged header", func(t *testing.T, path string) {
			create(t, path)
			overwrite(t, path, 0, []byte("SQLite format 4\x00"))
		}, engine.ErrCorrupt, ""},
		{"a torn first page", func(t *testing.T, path string) {
			create(t, path)
			overwrite(t, path, 100, make([]byte, 3000))
		}, engine.ErrCorrupt, ""},
		{"cut off", func(t *testing.T, path string) {
			create(t, path)
			check(t, os.Truncate(path, 10_000))
		}, engine.ErrCorrupt, ""},
		{"from before the first release", func(t *testing.T, path string) {
			create(t, path)
			exec(t, path, `PRAGMA user_version = 9`)
		}, engine.ErrEarlier, "has version 9; nothing in it was changed"},
		{"a newer schema", func(t *testing.T, path string) {
			create(t, path)
			exec(t, path, `PRAGMA user_version = 999`)
		}, engine.ErrNewer, "version 999"},
		{"no newsletter", func(t *testing.T, path string) {
			create(t, path)
			exec(t, path, `DELETE FROM keys`, `DELETE FROM newsletters`)
		}, engine.ErrCorrupt, "holds no newsletter"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "roundup.db")
			tt.make(t, path)
			before, _ := os.ReadFile(path)
			_, err := sqlite.Open(t.Context(), path, options(storetest.NewClock()))
			if !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.says) {
				t.Fatalf("Open = %v, want %v saying %q", err, tt.want, tt.says)
			}
			if after, _ := os.ReadFile(path); !errors.Is(err, engine.ErrNewer) && string(after) != string(before) {
				t.Error("Open has changed the file")
			}
			if _, there := os.Stat(path); errors.Is(err, engine.ErrMissing) && !errors.Is(there, os.ErrNotExist) {
				t.Error("Open has made a file")
			}
		})
	}
}

func TestOpenRefusesAnotherUser(t *testing.T) {
	t.Parallel()
	st, c := open(t)
	_, err := sqlite.Open(t.Context(), st.Path(), options(c).As(os.Geteuid()+1))
	var owner *sqlite.OwnerError
	if !errors.As(err, &owner) {
		t.Fatalf("Open = %v, want an OwnerError", err)
	}
	if owner.Path != st.Path() || owner.Owner == "" {
		t.Errorf("the error is %+v", owner)
	}
}

func TestOpenTakesAnyFileName(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"with space.db", "100%41.db", "what?mode=memory.db", "a#b.db", "ümlaut.db", "a;b&c=d.db"} {
		path := filepath.Join(t.TempDir(), name)
		create(t, path)
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// Who only wants to look need not wait for a long import to end.
func TestOpenAndReadBesideAWriter(t *testing.T) {
	t.Parallel()
	st, c := open(t)
	inner, err := raw(t, st).Begin() // takes the write lock
	check(t, err)
	defer func() { _ = inner.Rollback() }()
	second, err := sqlite.Open(t.Context(), st.Path(), options(c))
	check(t, err)
	defer func() { _ = second.Close() }()
	if n, err := second.NextNumber(t.Context()); n != 1 || err != nil {
		t.Errorf("next number = %d, %v, want 1", n, err)
	}
}

// Settings made by a statement would reach one connection of a pool only.
func TestSettingsReachEveryConnection(t *testing.T) {
	t.Parallel()
	_, writer, readers := openPools(t)
	for range 2 {
		conn, err := readers.Conn(t.Context())
		check(t, err)
		defer func() { _ = conn.Close() }() // held until the end, so that the next is another
		pragma(t, conn, "query_only", "1")
		pragma(t, conn, "busy_timeout", "10000")
	}
	conn, err := writer.Conn(t.Context())
	check(t, err)
	defer func() { _ = conn.Close() }()
	pragma(t, conn, "foreign_keys", "1")
	pragma(t, conn, "synchronous", "2") // FULL
	pragma(t, conn, "journal_mode", "wal")
	pragma(t, conn, "secure_delete", "1")
	if got := writer.Stats().MaxOpenConnections; got != 1 {
		t.Errorf("writing connections = %d, want 1", got)
	}
}

func TestAnOlderProgramWritesNothingAfterAnUpgrade(t *testing.T) {
	t.Parallel()
	st, _ := open(t)
	run(t, st, `PRAGMA user_version = 999`)
	if err := st.SetNextNumber(t.Context(), 5); !errors.Is(err, engine.ErrNewer) {
		t.Errorf("write = %v, want %v", err, engine.ErrNewer)
	}
	if got := one[int](t, st, `SELECT count(*) FROM meta WHERE key = 'next_number'`); got != 0 {
		t.Error("the write was made all the same")
	}
}

func TestVerifyFindsATornPage(t *testing.T) {
	t.Parallel()
	s := newScene(t, 2000, 0)
	path := s.Path()
	check(t, s.Close())
	info, err := os.Stat(path)
	check(t, err)
	page := info.Size() / 4096 * 3 / 4 // one that holds readers
	overwrite(t, path, page*4096+200, []byte(strings.Repeat("torn", 900)))
	st, err := sqlite.Open(t.Context(), path, options(s.clock))
	if err == nil {
		defer func() { _ = st.Close() }()
		err = st.Verify(t.Context())
	}
	if !errors.Is(err, engine.ErrCorrupt) {
		t.Errorf("Verify = %v, want %v", err, engine.ErrCorrupt)
	}
}

func pragma(t *testing.T, conn *sql.Conn, name, want string) {
	t.Helper()
	var got string
	check(t, conn.QueryRowContext(t.Context(), "PRAGMA "+name).Scan(&got))
	if got != want {
		t.Errorf("%s = %s, want %s", name, got, want)
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// create makes a database and closes it.
func create(t testing.TB, path string) {
	t.Helper()
	st, _, err := sqlite.Create(t.Context(), path, options(storetest.NewClock()))
	check(t, err)
	check(t, st.Close())
}

// exec runs statements on any SQLite file, making it where there is none.
func exec(t testing.TB, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite3", path)
	check(t, err)
	for _, s := range statements {
		_, err := db.Exec(s)
		check(t, err)
	}
	check(t, db.Close())
}

func overwrite(t testing.TB, path string, at int64, with []byte) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	check(t, err)
	_, err = f.WriteAt(with, at)
	check(t, errors.Join(err, f.Close()))
}
