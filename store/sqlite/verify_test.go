package sqlite_test

import (
	"errors"
	"os"
	"testing"
	"time"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store"
)

// misindex makes the index of queued deliveries say what the table does not: it is
// taken out of SQLite's sight for one change. That is what a page of yesterday, put
// back by a disk or a copy, looks like.
func misindex(t *testing.T, st *store.Store) {
	t.Helper()
	change := func(from, to string) {
		run(t, st, `PRAGMA writable_schema = ON;
			UPDATE sqlite_schema SET sql = replace(sql, '`+from+`', '`+to+`') WHERE name = 'deliveries_queued';
			PRAGMA writable_schema = RESET`)
	}
	change("state = ''queued''", "state = ''nothing''")
	run(t, st, `UPDATE deliveries SET state = 'skipped' WHERE subscriber_id = 2`)
	change("state = ''nothing''", "state = ''queued''")
}

func TestDamageIsFound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		do   func(t *testing.T, st *store.Store)
		want bool
	}{
		{"none", func(*testing.T, *store.Store) {}, false},
		{"an index that says another thing than its table", misindex, true},
		{"bytes in the root of an index", func(t *testing.T, st *store.Store) {
			root := one[int64](t, st, `SELECT rootpage FROM sqlite_schema WHERE name = 'deliveries_queued'`)
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
				if got := errors.Is(err, store.ErrCorrupt); got != c.want || !got && err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	}
}

// TestAContradictionIsNoFaultOfTheDisk marks an issue sent by an index that says that
// deliveries are owed: the answer is a refusal, which a sender does not try again.
func TestAContradictionIsNoFaultOfTheDisk(t *testing.T) {
	t.Parallel()
	s := newScene(t, 2, 3)
	issue := s.start(1, 2)
	run(t, s.Store, `UPDATE deliveries SET state = 'skipped' WHERE subscriber_id = 1`)
	misindex(t, s.Store)
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
