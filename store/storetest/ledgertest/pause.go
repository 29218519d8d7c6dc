package ledgertest

import (
	"testing"
	"time"

	"roundup/delivery"
	"roundup/store"
	"roundup/store/storetest"
)

// Who has paused is in no audience frozen before the pause is over, and skipped in one
// that was frozen before it began.
func (e suite) TestPause(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 4, 1)
	key := func(id int64) string {
		return storetest.One[string](t, s.Base, `SELECT key FROM subscribers WHERE id = ?`, id)
	}
	pause := func(id int64, until time.Time) {
		s.Must(s.Pause(t.Context(), key(id), until, storetest.Anna()))
	}
	mailable := func(want int) {
		n, err := s.Mailable(t.Context())
		s.Must(err)
		c, err := s.Stats(t.Context())
		s.Must(err)
		if n != want || c.Mailable != want || c.Paused != 4-want || c.Active != 4 {
			t.Errorf("mailable %d, counted %+v, want %d", n, c, want)
		}
	}
	pause(1, s.clock.Now().Add(time.Hour))
	pause(2, s.clock.Now().Add(time.Hour))
	pause(3, s.clock.Now()) // over
	mailable(2)
	pause(2, time.Time{})
	mailable(3)

	issue := s.Start(1)
	pause(4, s.clock.Now().Add(time.Hour))
	storetest.Equal(t, "claimed", storetest.IDs(s.MustTrade(issue, 4)), []int64{2, 3})
	if got := s.RecordOf(issue, 4); got.State != delivery.Skipped || got.Why != "paused" {
		t.Errorf("reader 4 is %s because %q, want skipped because paused", got.State, got.Why)
	}

	s.clock.Forward(time.Hour)
	mailable(4)
	s.Must(s.Forget(t.Context(), key(4), storetest.Anna()))
	if n := storetest.One[int](t, s.Base, `SELECT count(*) FROM subscriptions WHERE subscriber_id = 4 AND paused_until IS NULL`); n != 1 {
		t.Error("a forgotten reader's pause is kept")
	}
	s.MustFail(s.Pause(t.Context(), "nobody@example.com", time.Time{}, storetest.Anna()), store.ErrNotFound)
}
