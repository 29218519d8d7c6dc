package sqlite_test

import (
	"errors"
	"os"
	"testing"
	"time"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store"
	"roundup/store/engine"
)

// miscount makes a range say that it counted what is not there. That is what a page of
// yesterday, put back by a disk or a copy, looks like.
func miscount(t *testing.T, st *store.Store) {
	t.Helper()
	run(t, st, `UPDATE ranges SET claimed = 2, sent = 2`)
}

func TestDamageIsFound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		do   func(t *testing.T, st *store.Store)
		want bool
	}{
		{"none", func(*testing.T, *store.Store) {}, false},
		{"figures that are not those of the rows", miscount, true},
		{"an audience that lacks somebody", func(t *testing.T, st *store.Store) {
			run(t, st, `DROP TRIGGER audience_fixed`)
			run(t, st, `UPDATE audience SET readers = substr(readers, 2)`)
		}, true},
		{"bytes in the root of a table", func(t *testing.T, st *store.Store) {
			root := one[int64](t, st, `SELECT rootpage FROM sqlite_schema WHERE name = 'ranges'`)
			size := one[int64](t, st, `PRAGMA page_size`)
			run(t, st, `PRAGMA wal_checkpoint(TRUNCATE)`)
			f, err := os.OpenFile(st.Path(), os.O_WRONLY, 0)
			check(t, err)
			_, err = f.WriteAt(make([]byte, 64), (root-1)*size)
			check(t, errors.Join(err, f.Close()))
		}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, 5, 3)
			s.start(1, 2)
			c.do(t, s.Store)
			for name, err := range map[string]error{
				"VerifySend": s.VerifySend(t.Context(), time.Minute), "Verify": s.Verify(t.Context()),
			} {
				if got := errors.Is(err, engine.ErrCorrupt); got != c.want || !got && err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	}
}

// TestAContradictionIsNoFaultOfTheDisk marks an issue sent while figures say that
// deliveries are owed: the answer is a refusal, which a sender does not try again.
func TestAContradictionIsNoFaultOfTheDisk(t *testing.T) {
	t.Parallel()
	s := newScene(t, 2, 3)
	issue := s.start(1, 2)
	miscount(t, s.Store)
	run(t, s.Store, `UPDATE ranges SET queued = 1`)
	err := s.Mark(t.Context(), s.lease, issue.ID, digest.Sent, "")
	if !errors.Is(err, delivery.ErrOwed) || errors.Is(err, delivery.ErrLedgerAway) {
		t.Errorf("got %v, want %v", err, delivery.ErrOwed)
	}
}

func TestALookHasItsTime(t *testing.T) {
	t.Parallel()
	s := newScene(t, 5, 3)
	if err := s.VerifySend(t.Context(), time.Nanosecond); err != nil {
		t.Errorf("the time was over: %v", err)
	}
}
