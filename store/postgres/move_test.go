package postgres_test

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"roundup/delivery"
	"roundup/store"
	"roundup/store/engine"
	"roundup/store/sqlite"
	"roundup/store/storetest"
)

// A result that comes in the middle of a move, as the last of an issue that was cancelled,
// is not written to the database that is left behind.
func TestMoveLetsNoResultPass(t *testing.T) {
	t.Parallel()
	s := storetest.NewScene(t, newSchemas(), 2, 1)
	issue := s.Start(1)
	claims := s.MustTrade(issue, 1)
	s.Must(s.CancelIssue(t.Context(), 1, "wrong picture", storetest.Anna()))
	to, _, err := sqlite.Create(t.Context(), filepath.Join(t.TempDir(), "roundup.db"), sqlite.Options{Now: time.Now})
	s.Must(err)
	defer func() { _ = to.Close() }()
	raw := storetest.Raw(t, s.Base)
	sender := s.Again() // another process
	recorded := make(chan error, 1)
	s.Must(s.Move(t.Context(), to, storetest.Anna(), func(m store.Moved) {
		if m.Table != "deliveries" || !m.Done {
			return
		}
		go func() {
			_, _, err := sender.Exchange(t.Context(), issue.ID, s.Holding[issue.ID], []delivery.Outcome{storetest.To(claims[0].SubscriberID, delivery.Sent)}, delivery.Want{})
			recorded <- err
		}()
		for waits := 0; waits == 0 && len(recorded) == 0; time.Sleep(5 * time.Millisecond) {
			s.Must(raw.QueryRow(`
				SELECT count(*)
				FROM pg_locks
				WHERE locktype = 'advisory' AND NOT granted
					AND CAST(objid AS bigint) = CAST(CAST(CAST(current_schema() AS regnamespace) AS oid) AS bigint) % 2147483647`).Scan(&waits))
		}
	}))
	if err := <-recorded; !errors.Is(err, engine.ErrMoved) {
		t.Errorf("a result in the middle of the move: %v, want %v", err, engine.ErrMoved)
	}
}
