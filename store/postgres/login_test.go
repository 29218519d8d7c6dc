package postgres_test

import (
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"roundup/internal/testing/pgtest"
	"roundup/store/postgres"
)

// A new connection logs in as the address says by then: a password that is changed while a
// worker runs is taken without starting it anew.
func TestPasswordChangedWhileOpen(t *testing.T) {
	t.Parallel()
	rules := filepath.Join(t.TempDir(), "pg_hba.conf")
	if err := os.WriteFile(rules, []byte("local all clerk scram-sha-256\nlocal all all trust\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for dir := filepath.Dir(rules); dir != os.TempDir() && len(dir) > 1; dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil { // the server is another user's
			t.Fatal(err)
		}
	}
	pg := pgtest.Server{Settings: []string{"hba_file=" + rules}}
	t.Cleanup(pg.Stop)
	admin := pg.URL(t)
	db, err := postgres.Pool(admin)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	run := func(query string) {
		t.Helper()
		if _, err := db.Exec(query); err != nil {
			t.Fatal(err)
		}
	}
	run(`CREATE ROLE clerk LOGIN SUPERUSER PASSWORD 'first'`)
	at, err := url.Parse(admin)
	if err != nil {
		t.Fatal(err)
	}
	with := func(password, database string) string {
		u := *at
		u.User, u.Path = url.UserPassword("clerk", password), "/"+database
		return u.String()
	}
	now := with("first", "postgres")
	s, _, err := postgres.Create(t.Context(), now, postgres.Options{Now: time.Now, Address: func() string { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	// anew asks on a connection that did not exist before.
	anew := func() error {
		run(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'clerk'`)
		_, _, err := s.Workers(t.Context())
		return err
	}
	if err := anew(); err != nil {
		t.Fatal(err)
	}
	run(`ALTER ROLE clerk PASSWORD 'second'`)
	for _, stale := range []string{now, with("second", "another"), "not an address", ""} {
		now = stale
		if err := anew(); err == nil {
			t.Errorf("a connection was made with the login of %q", stale)
		}
	}
	now = with("second", "postgres")
	if err := anew(); err != nil {
		t.Errorf("the new password is not taken: %v", err)
	}
}
