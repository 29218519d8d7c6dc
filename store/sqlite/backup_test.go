package sqlite_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store"
	"roundup/store/sqlite"
	"roundup/store/storetest"
)

func TestBackupIsWholeAndMarked(t *testing.T) {
	t.Parallel()
	s := newScene(t, 5, 1)
	s.start(1)
	file := filepath.Join(t.TempDir(), "copy.db")
	s.must(s.Backup(t.Context(), file))

	info, err := os.Stat(file)
	s.must(err)
	if got := info.Mode().Perm(); got != 0o600 {
		t.Errorf("mode = %o, want 600", got)
	}
	beside, _ := filepath.Glob(file + "?*")
	if len(beside) > 0 {
		t.Errorf("left beside the backup: %q", beside)
	}
	mine, err := s.Standing(t.Context())
	s.must(err)
	if !mine.Sends() || mine.Detail != "" {
		t.Errorf("the original's standing = %+v, want none to report", mine)
	}

	cp, err := sqlite.Open(t.Context(), file, options(s.clock))
	s.must(err)
	defer func() { _ = cp.Close() }()
	s.must(cp.Verify(t.Context()))
	standing, err := cp.Standing(t.Context())
	s.must(err)
	if standing.Case != store.Copy || !strings.Contains(standing.Detail, s.Path()) {
		t.Errorf("standing = %+v, want a copy of %s", standing, s.Path())
	}
	if got := one[int](t, cp, `SELECT sum(size) FROM ranges`); got != 5 {
		t.Errorf("deliveries = %d, want 5", got)
	}
	theirs, err := cp.Keyring(t.Context())
	s.must(err)
	ours, err := s.Keyring(t.Context())
	s.must(err)
	if string(theirs.AddressHash("x@y.example")) != string(ours.AddressHash("x@y.example")) {
		t.Error("the keys are not part of the backup")
	}
}

func TestBackupReplacesNothing(t *testing.T) {
	t.Parallel()
	st, _ := open(t)
	file := filepath.Join(t.TempDir(), "copy.db")
	check(t, os.WriteFile(file, []byte("precious"), 0o600))
	if err := st.Backup(t.Context(), file); !errors.Is(err, fs.ErrExist) {
		t.Errorf("Backup over a file = %v, want %v", err, fs.ErrExist)
	}
	if got, _ := os.ReadFile(file); string(got) != "precious" {
		t.Errorf("file = %q, want it untouched", got)
	}
	if err := st.Backup(t.Context(), filepath.Join(t.TempDir(), "no", "such", "folder.db")); err == nil {
		t.Error("Backup into a missing folder succeeded")
	}
}

// Writers must not wait for a backup, nor it for them.
func TestBackupWhileAnotherWrites(t *testing.T) {
	t.Parallel()
	s := newScene(t, 0, 0)
	db := raw(t, s.Store)
	inner, err := db.Begin() // takes the write lock
	s.must(err)
	defer func() { _ = inner.Rollback() }()
	s.must(s.Backup(t.Context(), filepath.Join(t.TempDir(), "copy.db")))
}

func TestAdopt(t *testing.T) {
	t.Parallel()
	s := newScene(t, 2, 3)
	issue := s.start(1)
	run(t, s.Store, `UPDATE articles SET published = '2026-11-25T00:00:00.000Z' WHERE id = 3`)
	run(t, s.Store, `
		INSERT INTO outbox (newsletter_id, dedupe, kind, transport, recipient, subject, text, state, next_at, created_at, changed_at)
		VALUES (1, 'd', 'notice', 'mail', 'e@x.example', '', 'T', 'queued', '', '', '')`)
	file := filepath.Join(t.TempDir(), "copy.db")
	s.must(s.Backup(t.Context(), file))

	cp, err := sqlite.Open(t.Context(), file, options(s.clock))
	s.must(err)
	defer func() { _ = cp.Close() }()
	standing, err := cp.Standing(t.Context())
	s.must(err)
	if standing.Case != store.Copy {
		t.Errorf("standing = %+v, want a copy", standing)
	}
	until := begin().Add(48 * time.Hour)
	_, err = cp.Adopt(t.Context(), store.AdoptOptions{By: storetest.Anna(), NextNumber: 40, AlreadySentUntil: until})
	s.must(err)

	standing, err = cp.Standing(t.Context())
	s.must(err)
	if !standing.Sends() {
		t.Errorf("standing after Adopt = %+v, want in charge", standing)
	}
	if n, err := cp.NextNumber(t.Context()); n != 40 || err != nil {
		t.Errorf("next number = %d, %v, want 40", n, err)
	}
	if got, err := cp.AlreadySentUntil(t.Context()); !got.Equal(until) || err != nil {
		t.Errorf("already sent until %v, %v, want %v", got, err, until)
	}
	held, err := cp.Issue(t.Context(), issue.Number)
	s.must(err)
	if held.Status != digest.Held || held.Why == "" {
		t.Errorf("issue under way is %s (%s), want held with a reason", held.Status, held.Why)
	}
	for id, want := range map[int64]digest.State{1: digest.Reserved, 2: digest.Baseline, 3: digest.Owed} {
		if got := one[digest.State](t, cp, `SELECT state FROM article_states WHERE article_id = ?`, id); got != want {
			t.Errorf("article %d is %s, want %s", id, got, want)
		}
	}
	if got := one[string](t, cp, `SELECT state || text FROM outbox`); got != "failed" {
		t.Errorf("a copy's waiting mail is %s, want failed and its text not kept", got)
	}
}

// What is on the wire when a backup is made is unknown to whoever restores it.
func TestRestoredBackupRecoversToUnknown(t *testing.T) {
	t.Parallel()
	s := newScene(t, 3, 1)
	issue := s.start(1)
	s.exchange(issue, 2)
	file := filepath.Join(t.TempDir(), "copy.db")
	s.must(s.Backup(t.Context(), file))
	cp, err := sqlite.Open(t.Context(), file, options(s.clock))
	s.must(err)
	defer func() { _ = cp.Close() }()
	_, err = cp.Adopt(t.Context(), store.AdoptOptions{By: storetest.Anna()})
	s.must(err)
	s.must(cp.ReleaseIssue(t.Context(), issue.Number, "", storetest.Anna()))
	lease, err := cp.AcquireLease(t.Context(), "test", storetest.Anna())
	s.must(err)
	r, err := cp.OpenRange(t.Context(), lease, issue.ID, nil, delivery.Resend)
	s.must(err)
	if r.Left != 2 {
		t.Fatalf("%d were left on the wire, want 2", r.Left)
	}
	tally, err := cp.Tally(t.Context(), issue.ID)
	s.must(err)
	if tally.Unknown != 2 || tally.Queued != 1 || tally.Owed(delivery.Resend) != 3 {
		t.Errorf("tally = %+v, want 2 unknown and 1 queued", tally)
	}
}
