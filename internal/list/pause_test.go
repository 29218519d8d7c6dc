package list_test

import (
	"errors"
	"testing"
	"time"

	"roundup/internal/list"
	"roundup/store/storetest"
	"roundup/subscribers"
)

func TestPause(t *testing.T) {
	t.Parallel()
	b := setup(t)
	r := b.joins(t, "ann@readers.example", subscribers.Active)
	for _, tt := range []struct {
		until time.Time
		ok    bool
	}{
		{b.now, false},
		{b.now.AddDate(0, 0, -1), false},
		{b.now.AddDate(1, 0, 2), false},
		{b.now.Add(time.Minute), true},
		{b.now.AddDate(1, 0, 0), true},
		{time.Time{}, true},
	} {
		before := b.find(t, r.Email).Paused
		err := b.Pause(t.Context(), r.Subscriber, tt.until, storetest.Anna())
		if (err == nil) != tt.ok || err != nil && !errors.Is(err, list.ErrPause) {
			t.Errorf("until %v: %v", tt.until, err)
		}
		want := before
		if tt.ok {
			want = tt.until
		}
		if got := b.find(t, r.Email).Paused; !got.Equal(want) {
			t.Errorf("until %v: paused until %v, want %v", tt.until, got, want)
		}
	}
}
