package postgres_test

import (
	"context"
	"net/url"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"roundup/internal/testing/pgtest"
	"roundup/store/engine"
	"roundup/store/postgres"
)

// Whether a commit waits for a replica is known as far as the user may know it, and a copy
// that is being made is none.
func TestServerSaysWhatWaits(t *testing.T) {
	t.Parallel()
	var own pgtest.Server
	t.Cleanup(own.Stop)
	super := own.URL(t)
	run(t, super, `CREATE ROLE ordinary LOGIN`)
	run(t, super, `GRANT CREATE ON DATABASE postgres TO ordinary`)
	u, err := url.Parse(super)
	check(t, err)
	u.User = url.User("ordinary")
	ordinary := u.String()
	st, _, err := postgres.Create(t.Context(), ordinary, options())
	check(t, err)
	check(t, st.Close())

	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	stream := func(program string, args ...string) {
		c := exec.CommandContext(ctx, own.Tool(program), append(args, "-h", u.Query().Get("host"), "-U", "roundup")...)
		check(t, c.Start())
		t.Cleanup(func() { stop(); _ = c.Wait() })
	}
	stream("pg_basebackup", "-D", filepath.Join(t.TempDir(), "copy"), "--max-rate=32", "--checkpoint=fast")
	becomes(t, super, `SELECT count(*) = 2 FROM pg_stat_replication WHERE state IN ('backup', 'streaming')`)
	for name, address := range map[string]string{"a superuser": super, "an ordinary user": ordinary} {
		if got := followersOf(t, address); len(got) != 0 {
			t.Errorf("to %s a copy is %d replicas", name, len(got))
		}
	}
	stream("pg_receivewal", "-D", t.TempDir(), "--synchronous")
	becomes(t, super, `SELECT count(*) = 1 FROM pg_stat_replication WHERE application_name = 'pg_receivewal' AND state = 'streaming'`)

	say := func(names string) {
		run(t, super, `ALTER SYSTEM SET synchronous_standby_names = '`+names+`'`)
		run(t, super, `SELECT pg_reload_conf()`)
		becomes(t, super, `SELECT current_setting('synchronous_standby_names') = '`+names+`'`)
	}
	for _, tt := range []struct{ name, names, address, want string }{
		{"none is named", "", super, "no"},
		{"none is named, and an ordinary user asks", "", ordinary, "no"},
		{"named", "pg_receivewal", super, "yes"},
		{"named, and an ordinary user asks", "pg_receivewal", ordinary, "not known"},
		{"named, and commits are local", "pg_receivewal", with(t, super, "synchronous_commit", "local"), "no"},
		{"named, commits are local, and an ordinary user asks", "pg_receivewal", with(t, ordinary, "synchronous_commit", "local"), "no"},
	} {
		say(tt.names)
		got := followersOf(t, tt.address)
		if len(got) == 0 {
			t.Errorf("%s: no replica", tt.name)
			continue
		}
		waited := "not known"
		if w := got[len(got)-1].Waited; w != nil {
			waited = map[bool]string{true: "yes", false: "no"}[*w]
		}
		if waited != tt.want {
			t.Errorf("%s: waited for: %s, want %s", tt.name, waited, tt.want)
		}
	}
}

// followersOf is the replicas that the server tells one of its users about.
func followersOf(t *testing.T, address string) []engine.Follower {
	t.Helper()
	st, err := postgres.Open(t.Context(), address, options())
	check(t, err)
	defer func() { _ = st.Close() }()
	s, _, err := st.Server(t.Context())
	check(t, err)
	return s.Followers
}

// becomes returns once a query answers true.
func becomes(t *testing.T, address, query string) {
	t.Helper()
	db, err := postgres.Pool(address)
	check(t, err)
	defer func() { _ = db.Close() }()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) { // a poll for other processes, bounded
		var is bool
		check(t, db.QueryRowContext(t.Context(), query).Scan(&is))
		if is {
			return
		}
	}
	t.Fatalf("it stays false: %s", query)
}
