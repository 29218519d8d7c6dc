package list_test

import (
	"testing"
	"time"

	"roundup/internal/list"
	"roundup/store"
	"roundup/subscribers"
)

func TestUnmailed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	day := func(n int) time.Time { return b.now.AddDate(0, 0, n) }
	for _, tt := range []struct {
		name string
		of   subscribers.Subscriber
		why  subscribers.Reason
		slot time.Time
		want list.Unmailed
	}{
		{"a reader", subscribers.Subscriber{Status: subscribers.Active}, "", day(7), list.Unmailed{}},
		{"left", subscribers.Subscriber{Status: subscribers.Unsubscribed, Changed: day(-1)}, subscribers.Manual, day(7), list.Unmailed{Why: list.HasLeft, Day: day(-1)}},
		{"not confirmed", subscribers.Subscriber{Status: subscribers.Pending}, "", day(7), list.Unmailed{Why: list.NotConfirmed}},
		{"suppressed", subscribers.Subscriber{Status: subscribers.Active}, subscribers.Manual, day(7), list.Unmailed{Why: list.IsSuppressed, Reason: subscribers.Manual}},
		{"paused", subscribers.Subscriber{Status: subscribers.Active, Paused: day(33)}, "", day(7), list.Unmailed{Why: list.IsPaused, Day: day(33)}},
		{"paused until the slot", subscribers.Subscriber{Status: subscribers.Active, Paused: day(7)}, "", day(7), list.Unmailed{}},
		{"paused, for an extra issue", subscribers.Subscriber{Status: subscribers.Active, Paused: day(1)}, "", time.Time{}, list.Unmailed{Why: list.IsPaused, Day: day(1)}},
		{"no longer paused", subscribers.Subscriber{Status: subscribers.Active, Paused: day(-1)}, "", day(-2), list.Unmailed{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := b.Unmailed(store.Listed{Subscriber: tt.of, Suppressed: tt.why}, tt.slot); got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}
