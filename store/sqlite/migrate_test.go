package sqlite_test

import (
	"database/sql"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	osexec "os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"roundup/store"
	"roundup/store/engine"
	"roundup/store/sqlite"
	"roundup/store/storetest"
)

// withStep is the program's migrations and one more.
func withStep(t *testing.T, sql string) fs.FS {
	t.Helper()
	files := fstest.MapFS{}
	own, err := sqlite.Migrations()
	check(t, err)
	names, err := fs.Glob(own, "*.sql")
	check(t, err)
	for _, name := range names {
		text, err := fs.ReadFile(own, name)
		check(t, err)
		files[name] = &fstest.MapFile{Data: text}
	}
	maps.Copy(files, fstest.MapFS{"9999_test.sql": {Data: []byte(sql)}})
	return files
}

func TestMigrationKeepsACopyBeside(t *testing.T) {
	t.Parallel()
	s := newScene(t, 3, 1)
	s.start(1)
	o := options(s.clock)
	path := s.Path()
	check(t, s.Close())

	migrated, err := sqlite.Open(t.Context(), path, o.WithMigrations(withStep(t, `CREATE TABLE extra (x TEXT) STRICT`)))
	check(t, err)
	if got := one[int](t, migrated, `SELECT count(*) FROM extra`); got != 0 {
		t.Errorf("rows = %d, want 0", got)
	}
	if got := one[int](t, migrated, `SELECT sum(size) FROM ranges`); got != 3 {
		t.Errorf("deliveries after the migration = %d, want 3", got)
	}
	check(t, migrated.Close())

	if _, err := sqlite.Open(t.Context(), path, o); !errors.Is(err, engine.ErrNewer) {
		t.Errorf("the older program's Open = %v, want %v", err, engine.ErrNewer)
	}
	copies, err := filepath.Glob(path + ".before-v*.db")
	check(t, err)
	if len(copies) != 1 {
		t.Fatalf("copies = %q, want one", copies)
	}
	info, err := os.Stat(copies[0])
	check(t, err)
	if got := info.Mode().Perm(); got != 0o600 {
		t.Errorf("mode of the copy = %o, want 600", got)
	}
	old, err := sqlite.Open(t.Context(), copies[0], o)
	check(t, err)
	defer func() { _ = old.Close() }()
	standing, err := old.Standing(t.Context())
	check(t, err)
	if standing.Case != store.Copy {
		t.Error("the copy is not marked as one")
	}
	if got := one[int](t, old, `SELECT sum(size) FROM ranges`); got != 3 {
		t.Errorf("deliveries in the copy = %d, want 3", got)
	}
}

func TestMigrationFailsWhole(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, step, says string }{
		{"a mistake", `CREATE TABLE extra (x TEXT) STRICT; CREATE TABLE extra (x TEXT) STRICT`, "already exists"},
		{"a reference left dangling", `CREATE TABLE extra (x TEXT) STRICT; DELETE FROM newsletters`, "refer to rows that are not there"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			st, c := open(t)
			path := st.Path()
			check(t, st.Close())
			_, err := sqlite.Open(t.Context(), path, options(c).WithMigrations(withStep(t, tt.step)))
			if err == nil || !strings.Contains(err.Error(), tt.says) || !strings.Contains(err.Error(), "9999_test.sql") {
				t.Fatalf("Open = %v, want an error naming the step and saying %q", err, tt.says)
			}
			again, err := sqlite.Open(t.Context(), path, options(c))
			check(t, err)
			defer func() { _ = again.Close() }()
			if got := one[int](t, again, `SELECT count(*) FROM sqlite_schema WHERE name = 'extra'`); got != 0 {
				t.Error("half of the step was kept")
			}
			// A second try keeps the first one's copy.
			_, _ = sqlite.Open(t.Context(), path, options(c).WithMigrations(withStep(t, tt.step)))
			if copies, _ := filepath.Glob(path + ".before-v*.db"); len(copies) != 2 {
				t.Errorf("copies = %q, want 2", copies)
			}
		})
	}
}

func TestMigrationWaitsForTheLock(t *testing.T) {
	t.Parallel()
	st, c := open(t)
	lock, err := sqlite.Lock(st.Path())
	check(t, err)
	newer := options(c).WithMigrations(withStep(t, `CREATE TABLE extra (x TEXT) STRICT`))
	if _, err := sqlite.Open(t.Context(), st.Path(), newer); !errors.Is(err, engine.ErrLocked) {
		t.Fatalf("Open under another's lock = %v, want %v", err, engine.ErrLocked)
	}
	check(t, lock.Unlock())
	migrated, err := sqlite.Open(t.Context(), st.Path(), newer)
	check(t, err)
	check(t, migrated.Close())
	if lock, err = sqlite.Lock(st.Path()); err != nil {
		t.Fatalf("the migration kept the lock: %v", err)
	}
	check(t, lock.Unlock())
}

// P17: killed in the middle of a migration, again and again at other moments,
// the database has the old schema or the new one, whole, and the next start
// brings it up to date.
func TestMigrationKilled(t *testing.T) {
	step := `
		CREATE TABLE extra (x INTEGER PRIMARY KEY, y TEXT NOT NULL) STRICT;
		INSERT INTO extra WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
			SELECT i, hex(randomblob(100)) FROM n;
		ALTER TABLE deliveries ADD COLUMN extra INTEGER NOT NULL DEFAULT 7;`
	if path := os.Getenv("STORE_TEST_MIGRATE"); path != "" {
		_, _ = os.Stdout.WriteString("begun")
		st, err := sqlite.Open(t.Context(), path, options(storetest.NewClock()).WithMigrations(withStep(t, step)))
		check(t, err)
		check(t, st.Close())
		return
	}
	t.Parallel()
	s := newScene(t, 3, 1)
	s.start(1)
	path, before := s.Path(), s.dump()
	check(t, s.Close())
	newest, _ := schemaOf(t, path)
	killed := 0
	for pause := 4 * time.Millisecond; ; pause += pause / 2 {
		if !migrateAndKill(t, path, pause) {
			break
		}
		killed++
		version, extra := schemaOf(t, path)
		if whole := map[bool]int{true: 60000, false: -1}[version == newest+1]; extra != whole {
			t.Errorf("killed after %s: version %d with %d rows, want %d", pause, version, extra, whole)
		}
	}
	if killed < 2 {
		t.Errorf("killed %d times: the test tests nothing", killed)
	}
	migrated, err := sqlite.Open(t.Context(), path, options(s.clock).WithMigrations(withStep(t, step)))
	check(t, err)
	defer func() { _ = migrated.Close() }()
	check(t, migrated.Verify(t.Context()))
	if got := (&scene{Store: migrated, t: t, clock: s.clock}).dump(); got != before {
		t.Errorf("deliveries:\n%swant\n%s", got, before)
	}
}

// migrateAndKill migrates in a process of its own that is killed after a pause,
// and reports whether it was still at work.
func migrateAndKill(t *testing.T, path string, pause time.Duration) bool {
	t.Helper()
	child := osexec.Command(os.Args[0], "-test.run=^TestMigrationKilled$")
	child.Env = append(os.Environ(), "STORE_TEST_MIGRATE="+path)
	out, err := child.StdoutPipe()
	check(t, err)
	check(t, child.Start())
	buf := make([]byte, len("begun"))
	_, err = out.Read(buf)
	check(t, err)
	timer := time.AfterFunc(pause, func() { _ = child.Process.Kill() })
	defer timer.Stop()
	_, _ = io.Copy(io.Discard, out)
	err = child.Wait()
	if err != nil && child.ProcessState.Exited() {
		t.Fatalf("the migration failed: %v", err)
	}
	return err != nil
}

// schemaOf is the version of a database and how many rows the step made; -1
// for no table at all.
func schemaOf(t *testing.T, path string) (version, extra int) {
	t.Helper()
	db, err := sql.Open("sqlite3", path)
	check(t, err)
	defer func() { _ = db.Close() }()
	check(t, db.QueryRow(`PRAGMA user_version`).Scan(&version))
	check(t, db.QueryRow(`SELECT count(*) FROM sqlite_schema WHERE name = 'extra'`).Scan(&extra))
	if extra == 0 {
		return version, -1
	}
	check(t, db.QueryRow(`SELECT count(*) FROM extra`).Scan(&extra))
	return version, extra
}
