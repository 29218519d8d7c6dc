package sqlite_test

import (
	"bytes"
	"os"
	"testing"
	"time"

	"roundup/store/sqlite"
)

// Who rests folds the log into the file; where that takes long, as on a slow disk, not at
// every rest: it would leave no time for the work.
func TestRestFoldsTheLog(t *testing.T) {
	t.Parallel()
	s := newScene(t, 0, 1)
	st, _, readers, err := sqlite.OpenPools(t.Context(), s.Path(), options(s.clock))
	s.must(err)
	t.Cleanup(func() { _ = st.Close() })
	folds := func() bool {
		before, err := os.ReadFile(s.Path())
		s.must(err)
		st.Rest(t.Context())
		after, err := os.ReadFile(s.Path())
		s.must(err)
		return !bytes.Equal(before, after)
	}

	readers.SetMaxOpenConns(1)
	taken, err := readers.Conn(t.Context())
	s.must(err)
	time.AfterFunc(100*time.Millisecond, func() { _ = taken.Close() }) // until then, folding waits
	s.join("ann@readers.example")
	if !folds() {
		t.Error("the first rest left the log as it was")
	}
	s.join("ben@readers.example")
	if folds() {
		t.Error("the rest after a long one folded the log again at once")
	}
	for range 10 {
		if folds() {
			return
		}
	}
	t.Error("no later one folded it")
}
