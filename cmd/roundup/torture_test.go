package main

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"roundup/cmd/roundup/app"
	"roundup/delivery"
)

// torture skips a test that takes minutes, unless `make torture` runs it.
func torture(t *testing.T) {
	t.Helper()
	if os.Getenv("TORTURE") == "" {
		t.Skip("takes long: make torture, or TORTURE=1, runs it")
	}
}

// asFound copies the database as a crash left it, log and all, and opens the
// copy: looking at the original would mend it before the program can.
func (s *site) asFound() *sql.DB {
	s.t.Helper()
	return openCopy(s.t, filepath.Join(s.dir, "roundup.db"))
}

func openCopy(t testing.TB, path string) *sql.DB {
	t.Helper()
	dir := t.TempDir()
	for _, suffix := range []string{"", "-wal"} {
		data, err := os.ReadFile(path + suffix)
		if err != nil && (suffix == "" || !os.IsNotExist(err)) {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "copy.db"+suffix), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	db, err := sql.Open("sqlite3", filepath.Join(dir, "copy.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// sound checks that the database is whole as it was left, and that no more
// deliveries are open than the connections may have.
func (s *site) sound(connections int) {
	s.t.Helper()
	db := s.asFound()
	defer func() { _ = db.Close() }()
	var verdict string
	if err := db.QueryRow(`PRAGMA integrity_check`).Scan(&verdict); err != nil || verdict != "ok" {
		s.t.Fatalf("integrity_check: %q, %v", verdict, err)
	}
	var open int
	err := db.QueryRow(`
		SELECT coalesce(sum(r.claimed - (
			SELECT count(*)
			FROM deliveries d
			WHERE d.issue_id = r.issue_id AND d.subscriber_id BETWEEN a.first_id AND a.last_id AND d.state <> 'sending')), 0)
		FROM ranges r
		JOIN audience a USING (issue_id, number)`).Scan(&open)
	if err != nil {
		s.t.Fatal(err)
	}
	if open > 2*connections {
		s.t.Errorf("%d deliveries are open, at most two a connection may be", open)
	}
}

// states is the state of each reader's delivery as a crash left it.
func (s *site) states() map[string]delivery.State {
	s.t.Helper()
	db := s.asFound()
	defer func() { _ = db.Close() }()
	rows, err := db.Query(`
		SELECT s.email, coalesce(d.state, CASE WHEN s.id - a.first_id < r.claimed THEN 'sending' ELSE 'queued' END)
		FROM subscribers s
		JOIN audience a ON s.id BETWEEN a.first_id AND a.last_id
		JOIN ranges r USING (issue_id, number)
		LEFT JOIN deliveries d ON d.issue_id = a.issue_id AND d.subscriber_id = s.id`)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	all := map[string]delivery.State{}
	for rows.Next() {
		var email string
		var state delivery.State
		if err := rows.Scan(&email, &state); err != nil {
			s.t.Fatal(err)
		}
		all[email] = state
	}
	if err := rows.Err(); err != nil {
		s.t.Fatal(err)
	}
	return all
}

// claimed checks that nobody was mailed whose delivery the ledger does not show
// as claimed, and that nobody is put down as sent who was not mailed.
func (s *site) claimed() {
	s.t.Helper()
	states, copies := s.states(), s.copies()
	for email, n := range copies {
		switch states[email] {
		case delivery.Sending, delivery.Sent, delivery.Unknown:
		default:
			s.t.Errorf("%s has %d copies and is %q in the ledger", email, n, states[email])
		}
	}
	for email, state := range states {
		if state == delivery.Sent && copies[email] == 0 {
			s.t.Errorf("%s is sent in the ledger and was not mailed", email)
		}
	}
}

// finish sends until the issue is finished, as a timer would.
func (s *site) finish() {
	s.t.Helper()
	for range 20 {
		args := []string{"send", "--no-fetch"}
		if !s.started() {
			args = []string{"send", "--now", "--yes"}
		}
		code, out := s.run(args...)
		if code == 0 {
			return
		}
		if code != int(app.ExitRunMore) {
			s.t.Fatalf("%q: exit %d: %s", args, code, out)
		}
	}
	s.t.Fatal("not finished after 20 runs")
}
