package list_test

import (
	"testing"
	"time"

	"roundup/store"
	"roundup/subscribers"
)

func TestUnmailed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	day := func(n int) time.Time { return b.now.AddDate(0, 0, n) }
	stockholm := time.FixedZone("CET", 3600)
	for _, tt := range []struct {
		name string
		of   subscribers.Subscriber
		why  subscribers.Reason
		slot time.Time
		want string
	}{
		{"a reader", subscribers.Subscriber{Status: subscribers.Active}, "", day(7), ""},
		{"left", subscribers.Subscriber{Status: subscribers.Unsubscribed, Changed: day(-1)}, subscribers.Manual, day(7), "unsubscribed since 19 November 2026"},
		{"not confirmed", subscribers.Subscriber{Status: subscribers.Pending}, "", day(7), "has not confirmed"},
		{"suppressed", subscribers.Subscriber{Status: subscribers.Active}, subscribers.Manual, day(7), "suppressed: manual"},
		{"paused", subscribers.Subscriber{Status: subscribers.Active, Paused: time.Date(2026, 12, 23, 23, 0, 0, 0, time.UTC)}, "", day(7), "paused until 24 December 2026"},
		{"paused until the slot", subscribers.Subscriber{Status: subscribers.Active, Paused: day(7)}, "", day(7), ""},
		{"paused, for an extra issue", subscribers.Subscriber{Status: subscribers.Active, Paused: day(1)}, "", time.Time{}, "paused until 21 November 2026"},
		{"no longer paused", subscribers.Subscriber{Status: subscribers.Active, Paused: day(-1)}, "", day(-2), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := b.Unmailed(store.Listed{Subscriber: tt.of, Suppressed: tt.why}, tt.slot, stockholm); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
