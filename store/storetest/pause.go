package storetest

import (
	"testing"
	"time"

	"roundup/delivery"
	"roundup/store"
)

// Who has paused is in no audience frozen before the pause is over, and skipped in one
// that was frozen before it began.
func (e suite) TestPause(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 4, 1)
	key := func(id int64) string { return one[string](t, s.base, `SELECT key FROM subscribers WHERE id = ?`, id) }
	pause := func(id int64, until time.Time) {
		s.must(s.Pause(t.Context(), key(id), until, anna()))
	}
	mailable := func(want int) {
		n, err := s.Mailable(t.Context())
		s.must(err)
		c, err := s.Stats(t.Context())
		s.must(err)
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

	issue := s.start(1)
	pause(4, s.clock.Now().Add(time.Hour))
	equal(t, "claimed", ids(s.exchange(issue, 4)), []int64{2, 3})
	if got := s.record(issue, 4); got.State != delivery.Skipped || got.Why != "paused" {
		t.Errorf("reader 4 is %s because %q, want skipped because paused", got.State, got.Why)
	}

	s.clock.Forward(time.Hour)
	mailable(4)
	s.must(s.Forget(t.Context(), key(4), anna()))
	if n := one[int](t, s.base, `SELECT count(*) FROM subscriptions WHERE subscriber_id = 4 AND paused_until IS NULL`); n != 1 {
		t.Error("a forgotten reader's pause is kept")
	}
	s.mustFail(s.Pause(t.Context(), "nobody@example.com", time.Time{}, anna()), store.ErrNotFound)
}
