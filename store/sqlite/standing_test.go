package sqlite_test

import (
	"os"
	osexec "os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"roundup/delivery"
	"roundup/store"
	"roundup/store/sqlite"
	"roundup/store/storetest"
)

// copyFile writes a new file with the content of another, as cp does.
func copyFile(t testing.TB, from, to string) {
	t.Helper()
	content, err := os.ReadFile(from)
	check(t, err)
	check(t, os.WriteFile(to, content, 0o600))
}

// copyFolder copies every file of a folder to another, as cp -r and rsync do.
func copyFolder(t testing.TB, from, to string) {
	t.Helper()
	check(t, os.MkdirAll(to, 0o700))
	all, err := os.ReadDir(from)
	check(t, err)
	for _, f := range all {
		copyFile(t, filepath.Join(from, f.Name()), filepath.Join(to, f.Name()))
	}
}

// replace puts a database in the place of another, whose log goes with it.
func replace(t testing.TB, with, path string) {
	t.Helper()
	for _, suffix := range []string{"", "-wal", "-shm"} {
		_ = os.Remove(path + suffix)
	}
	copyFile(t, with, path)
}

// The ways a database comes back that is not what was here. Each is set up in a
// folder where issue 1 is under way, and goes back to before its first mail.
func TestRestoredDatabaseIsNotInCharge(t *testing.T) {
	t.Parallel()
	shell := func(t *testing.T, path, command string) {
		t.Helper()
		if _, err := osexec.LookPath("sqlite3"); err != nil {
			t.Skip("sqlite3 is not installed")
		}
		if out, err := osexec.Command("sqlite3", path, command).CombinedOutput(); err != nil {
			t.Fatalf("sqlite3: %v: %s", err, out)
		}
	}
	tests := []struct {
		name    string
		before  func(t *testing.T, s *scene, kept string) // while nothing was sent
		after   func(t *testing.T, path, kept string) string
		want    store.Case
		detail  string
		started int // the last issue that is known to have started here
	}{
		{
			name:   "the file, by cp",
			before: func(t *testing.T, s *scene, kept string) { s.checkpoint(); copyFile(t, s.Path(), kept) },
			after:  func(t *testing.T, path, kept string) string { replace(t, kept, path); return path },
			want:   store.Behind, detail: "older than the database that was here: the last 5 changes are missing, and issue 1 has started since", started: 1,
		},
		{
			name:   "the file, by a temporary one and rename, as rsync does",
			before: func(t *testing.T, s *scene, kept string) { s.checkpoint(); copyFile(t, s.Path(), kept) },
			after: func(t *testing.T, path, kept string) string {
				check(t, os.Rename(kept, path))
				_ = os.Remove(path + "-wal")
				return path
			},
			want: store.Behind, detail: "older", started: 1,
		},
		{
			name:   "sqlite3 .backup",
			before: func(t *testing.T, s *scene, kept string) { shell(t, s.Path(), ".backup "+kept) },
			after:  func(t *testing.T, path, kept string) string { replace(t, kept, path); return path },
			want:   store.Behind, detail: "older", started: 1,
		},
		{
			name:   "sqlite3 .restore into the file that is there",
			before: func(t *testing.T, s *scene, kept string) { shell(t, s.Path(), ".backup "+kept) },
			after:  func(t *testing.T, path, kept string) string { shell(t, path, ".restore "+kept); return path },
			want:   store.Behind, detail: "older", started: 1,
		},
		{
			name:   "roundup backup",
			before: func(_ *testing.T, s *scene, kept string) { s.must(s.Backup(s.t.Context(), kept)) },
			after:  func(t *testing.T, path, kept string) string { replace(t, kept, path); return path },
			want:   store.Copy, detail: "it is a copy of ", started: 1,
		},
		{
			name:   "the log deleted after a crash",
			before: func(_ *testing.T, s *scene, _ string) { s.checkpoint() },
			after: func(t *testing.T, path, _ string) string {
				crashed := filepath.Join(t.TempDir(), "crashed.db")
				copyFile(t, path, crashed) // without its -wal
				replace(t, crashed, path)
				return path
			},
			want: store.Behind, detail: "older", started: 1,
		},
		{
			name:   "the whole folder, elsewhere",
			before: func(t *testing.T, s *scene, kept string) { s.checkpoint(); copyFolder(t, filepath.Dir(s.Path()), kept) },
			after:  func(_ *testing.T, _, kept string) string { return filepath.Join(kept, "roundup.db") },
			want:   store.NeverHere, detail: "put here from elsewhere, together with roundup.db.lock",
		},
		{
			name:   "the whole folder, taken away and put back",
			before: func(t *testing.T, s *scene, kept string) { s.checkpoint(); copyFolder(t, filepath.Dir(s.Path()), kept) },
			after: func(t *testing.T, path, kept string) string {
				folder := filepath.Dir(path)
				check(t, os.RemoveAll(folder))
				copyFolder(t, kept, folder)
				return path
			},
			want: store.NeverHere, detail: "together with roundup.db.lock",
		},
		{
			name:   "the file alone, elsewhere",
			before: func(t *testing.T, s *scene, kept string) { s.checkpoint(); copyFile(t, s.Path(), kept) },
			after:  func(_ *testing.T, _, kept string) string { return kept },
			want:   store.NeverHere, detail: "put here from elsewhere, or kept.lock was removed",
		},
		{
			name: "the lock file removed",
			after: func(t *testing.T, path, _ string) string {
				check(t, os.Remove(path+".lock"))
				return path
			},
			want: store.NeverHere, detail: "or roundup.db.lock was removed",
		},
		{
			name: "the lock file cut to nothing",
			after: func(t *testing.T, path, _ string) string {
				check(t, os.Truncate(path+".lock", 0))
				return path
			},
			want: store.NeverHere, detail: "or roundup.db.lock was removed",
		},
		{
			name: "a copied lock file that got the inode of the one removed",
			after: func(t *testing.T, path, _ string) string {
				text, err := os.ReadFile(path + ".lock")
				check(t, err)
				if strings.HasSuffix(string(text), strings.Repeat("0", 20)+"\n") {
					t.Skip("this file system does not say when a file was made")
				}
				text[len(text)-3] = '0' + (text[len(text)-3]-'0'+1)%10 // made at another time
				check(t, os.WriteFile(path+".lock", text, 0o600))
				return path
			},
			want: store.NeverHere, detail: "together with roundup.db.lock",
		},
		{
			name: "another newsletter's",
			after: func(t *testing.T, path, _ string) string {
				other := newScene(t, 1, 1)
				other.start(1)
				check(t, other.Close())
				replace(t, other.Path(), path)
				return path
			},
			want: store.Other, detail: "another database was in charge here",
		},
		{
			name:   "as it was, by cp",
			before: func(*testing.T, *scene, string) {},
			after: func(t *testing.T, path, kept string) string {
				copyFile(t, path, kept)
				replace(t, kept, path)
				return path
			},
			want: store.InCharge, started: 1,
		},
		{
			name: "the folder renamed",
			after: func(t *testing.T, path, kept string) string {
				check(t, os.Rename(filepath.Dir(path), kept))
				return filepath.Join(kept, filepath.Base(path))
			},
			want: store.InCharge, started: 1,
		},
		{
			name: "under another path, by a link",
			after: func(t *testing.T, path, kept string) string {
				check(t, os.Symlink(path, kept))
				return kept
			},
			want: store.InCharge, started: 1,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, 3, 1)
			kept := filepath.Join(t.TempDir(), "kept")
			if tt.before != nil {
				tt.before(t, s, kept)
			}
			issue := s.start(1)
			claims := s.exchange(issue, 2)
			s.exchange(issue, 1, storetest.To(claims[0].SubscriberID, delivery.Sent))
			s.exchange(issue, 0, storetest.To(claims[1].SubscriberID, delivery.Sent))
			if tt.name != "the log deleted after a crash" {
				check(t, s.Close())
			}
			path := tt.after(t, s.Path(), kept)

			st, err := sqlite.Open(t.Context(), path, options(s.clock))
			check(t, err)
			defer func() { _ = st.Close() }()
			got, err := st.Standing(t.Context())
			check(t, err)
			if got.Case != tt.want || !strings.Contains(got.Detail, tt.detail) || got.Sends() != (tt.want == store.InCharge) {
				t.Errorf("standing = %+v, want case %d, %q", got, tt.want, tt.detail)
			}
			if got.LastIssue != tt.started {
				t.Errorf("last issue = %d, want %d", got.LastIssue, tt.started)
			}
			if got.Sends() {
				return
			}
			_, err = st.Adopt(t.Context(), store.AdoptOptions{By: storetest.Anna()})
			check(t, err)
			if got, err = st.Standing(t.Context()); err != nil || !got.Sends() {
				t.Errorf("standing after Adopt = %+v, %v, want in charge", got, err)
			}
		})
	}
}

// checkpoint folds the log into the file, and lets SQLite forget nothing later.
func (s *scene) checkpoint() {
	s.t.Helper()
	run(s.t, s.Store, `PRAGMA wal_checkpoint(TRUNCATE)`)
}

// keep copies the file as it is now, and returns where the copy is.
func (s *scene) keep() string {
	s.t.Helper()
	kept := filepath.Join(s.t.TempDir(), "kept")
	s.checkpoint()
	copyFile(s.t, s.Path(), kept)
	return kept
}

// What is copied from an adopted database and put back before it is as old as
// what was before the adoption.
func TestCopyFromBeforeTheAdoption(t *testing.T) {
	t.Parallel()
	s := newScene(t, 1, 1)
	file := filepath.Join(t.TempDir(), "copy.db")
	s.must(s.Backup(t.Context(), file))
	s.must(s.Close())
	replace(t, file, s.Path())
	again := s.reopen(s.Path())
	early := filepath.Join(t.TempDir(), "early.db")
	again.checkpoint()
	copyFile(t, s.Path(), early)
	_, err := again.Adopt(t.Context(), store.AdoptOptions{By: storetest.Anna(), NextNumber: 8})
	s.must(err)
	s.must(again.Close())
	replace(t, early, s.Path())
	run(t, s.Store, `DELETE FROM meta WHERE key = 'copy_of'`) // as if it had been made by cp
	st, err := sqlite.Open(t.Context(), s.Path(), options(s.clock))
	s.must(err)
	defer func() { _ = st.Close() }()
	got, err := st.Standing(t.Context())
	s.must(err)
	if got.Case != store.Behind || got.LastIssue != 7 || !strings.Contains(got.Detail, "from before the last adoption, and issue 7 has started") {
		t.Errorf("standing = %+v, want behind, from before the last adoption, and that issues up to 7 were given out", got)
	}
}

// A copy that is worked with elsewhere does not come to look newer than what
// went on here.
func TestChangesOfACopyDoNotCount(t *testing.T) {
	t.Parallel()
	s := newScene(t, 2, 2)
	s.checkpoint()
	elsewhere := filepath.Join(t.TempDir(), "roundup.db")
	copyFile(t, s.Path(), elsewhere)
	issue := s.start(1)
	s.exchange(issue, 1)
	s.must(s.Close())

	away := s.reopen(elsewhere)
	for i := range 20 {
		s.must(away.SetNextNumber(t.Context(), 10+i))
	}
	s.must(away.Close())
	replace(t, elsewhere, s.Path())
	st, err := sqlite.Open(t.Context(), s.Path(), options(s.clock))
	s.must(err)
	defer func() { _ = st.Close() }()
	if got, err := st.Standing(t.Context()); err != nil || got.Case != store.Behind {
		t.Errorf("standing = %+v, %v, want behind", got, err)
	}
}

// A process that dies between a commit and the mark leaves the database ahead of
// it, and nothing is wrong with that.
func TestDatabaseAheadOfItsMark(t *testing.T) {
	t.Parallel()
	s := newScene(t, 1, 1)
	lock := s.Path() + ".lock"
	early, err := os.ReadFile(lock)
	s.must(err)
	s.start(1)
	file, err := os.OpenFile(lock, os.O_WRONLY, 0)
	s.must(err)
	_, err = file.WriteAt(early, 0)
	s.must(err)
	s.must(file.Close())
	if got, err := s.Standing(t.Context()); err != nil || !got.Sends() {
		t.Errorf("standing = %+v, %v, want in charge", got, err)
	}
}

// Two processes that write side by side never make each other look old.
func TestTwoProcessesKeepOneMark(t *testing.T) {
	t.Parallel()
	s := newScene(t, 0, 0)
	other := s.reopen(s.Path())
	done := make(chan error, 2)
	for _, st := range []*store.Store{s.Store, other.Store} {
		go func() {
			var err error
			for i := 0; i < 50 && err == nil; i++ {
				if err = st.SetAlreadySentUntil(t.Context(), time.Unix(int64(i), 0)); err == nil {
					var got store.Standing
					if got, err = st.Standing(t.Context()); err == nil && !got.Sends() {
						t.Errorf("standing = %+v, want in charge", got)
					}
				}
			}
			done <- err
		}()
	}
	for range 2 {
		s.must(<-done)
	}
	s.must(other.Close())
	kept := s.keep()
	s.must(s.SetNextNumber(t.Context(), 5))
	s.must(s.Close())
	replace(t, kept, s.Path())
	st, err := sqlite.Open(t.Context(), s.Path(), options(s.clock))
	s.must(err)
	defer func() { _ = st.Close() }()
	if got, _ := st.Standing(t.Context()); got.Case != store.Behind || got.Missing != 1 {
		t.Errorf("standing = %+v, want one change behind", got)
	}
}

// What init makes where another database was is in charge.
func TestNewDatabaseWhereAnotherWas(t *testing.T) {
	t.Parallel()
	s := newScene(t, 1, 1)
	s.start(1)
	s.must(s.Close())
	for _, suffix := range []string{"", "-wal", "-shm"} {
		_ = os.Remove(s.Path() + suffix)
	}
	st, created, err := sqlite.Create(t.Context(), s.Path(), options(s.clock))
	s.must(err)
	defer func() { _ = st.Close() }()
	if got, err := st.Standing(t.Context()); err != nil || !got.Sends() || !created {
		t.Errorf("standing = %+v, %v, created %v, want in charge", got, err, created)
	}
}

// A move that could not put the new database in charge, at its very end, is ended by the same
// move done again.
func TestMoveThatCanNotMark(t *testing.T) {
	t.Parallel()
	from, c := open(t)
	to := files{}.Create(t, c.Now)
	defer func() { check(t, to.Close()) }()
	mark := to.Path() + ".lock"
	check(t, os.Remove(mark))
	check(t, os.Mkdir(mark, 0o700))
	if err := from.Move(t.Context(), to, storetest.Anna(), func(store.Moved) {}); err == nil {
		t.Fatal("Move = nil, want that the mark can't be written")
	}
	check(t, os.Remove(mark))
	check(t, from.Move(t.Context(), to, storetest.Anna(), func(store.Moved) {}))
	st, err := to.Standing(t.Context())
	check(t, err)
	if st.Case != store.InCharge {
		t.Errorf("standing = %+v", st)
	}
}
