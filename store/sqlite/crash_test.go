package sqlite_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"roundup/delivery"
	"roundup/store/ledger"
	"roundup/store/sqlite"
	"roundup/store/storetest"
)

// reopen is what a new process does after the last one died: no release of
// the lease, no word from the connections.
func (s *scene) reopen(path string) *scene {
	s.t.Helper()
	st, err := sqlite.Open(s.t.Context(), path, options(s.clock))
	s.must(err)
	s.t.Cleanup(func() { _ = st.Close() })
	again := &scene{Store: st, t: s.t, clock: s.clock}
	again.takeLease()
	return again
}

// dump is every delivery of issue 1 on a line each.
func (s *scene) dump() string {
	s.t.Helper()
	var b strings.Builder
	for r, err := range s.Deliveries(s.t.Context(), 1, ledger.DeliveryFilter{}) {
		s.must(err)
		fmt.Fprintf(&b, "%d %s %d\n", r.PublicID[15], r.State, r.Attempts)
	}
	return b.String()
}

// The power fails: what is on disk is the file and some first part of the
// write-ahead log. Everything a call had returned by then is there, and nothing
// is half there.
func TestPowerCutKeepsWhatWasReturned(t *testing.T) {
	t.Parallel()
	s := newScene(t, 8, 2)
	type moment struct {
		size int64 // of the log when the call returned
		dump string
	}
	note := func() moment {
		info, err := os.Stat(s.Path() + "-wal")
		s.must(err)
		return moment{info.Size(), s.dump()}
	}
	moments := []moment{note()}
	issue := s.start(1)
	moments = append(moments, note())
	var outcomes []delivery.Outcome
	for range 5 {
		claims := s.exchange(issue, 2, outcomes...)
		outcomes = nil
		for i, c := range claims {
			outcomes = append(outcomes, storetest.To(c.SubscriberID, []delivery.State{delivery.Sent, delivery.Deferred}[i]))
		}
		moments = append(moments, note())
	}
	db, err := os.ReadFile(s.Path())
	s.must(err)
	log, err := os.ReadFile(s.Path() + "-wal")
	s.must(err)

	for i, m := range moments {
		next := int64(len(log))
		if i+1 < len(moments) {
			next = moments[i+1].size
		}
		for _, cut := range []int64{m.size, m.size + 1, (m.size + next) / 2, next - 1} {
			if cut < m.size || (cut >= next && cut != m.size) {
				continue
			}
			path := filepath.Join(t.TempDir(), "roundup.db")
			s.must(os.WriteFile(path, db, 0o600))
			s.must(os.WriteFile(path+"-wal", log[:cut], 0o600))
			st, err := sqlite.Open(t.Context(), path, options(s.clock))
			if err != nil {
				t.Fatalf("cut at %d of %d: %v", cut, len(log), err)
			}
			s.must(st.Verify(t.Context()))
			found := &scene{Store: st, t: t, clock: s.clock}
			if got := found.dump(); got != m.dump {
				t.Errorf("cut at %d, %d octets after call %d returned:\n%swant\n%s", cut, cut-m.size, i, got, m.dump)
			}
			s.must(st.Close())
		}
	}
}

// A transaction in the middle of its work when the process dies leaves nothing.
func TestCrashWithinATransaction(t *testing.T) {
	t.Parallel()
	s := newScene(t, 5, 1)
	issue := s.start(1)
	s.exchange(issue, 2)
	want := s.dump()

	inner, err := raw(t, s.Store).Begin()
	s.must(err)
	_, err = inner.Exec(`PRAGMA cache_spill = 1; PRAGMA cache_size = 1; UPDATE ranges SET claimed = size; INSERT INTO deliveries (issue_id, subscriber_id, state, attempts, changed_at) SELECT 1, id, 'sent', 1, '' FROM subscribers`)
	s.must(err)
	path := filepath.Join(t.TempDir(), "roundup.db")
	for _, suffix := range []string{"", "-wal"} {
		content, err := os.ReadFile(s.Path() + suffix)
		s.must(err)
		s.must(os.WriteFile(path+suffix, content, 0o600))
	}
	s.must(inner.Rollback())
	st, err := sqlite.Open(t.Context(), path, options(s.clock))
	s.must(err)
	defer func() { _ = st.Close() }()
	found := &scene{Store: st, t: t, clock: s.clock}
	if got := found.dump(); got != want {
		t.Errorf("deliveries after the crash:\n%swant\n%s", got, want)
	}
}
