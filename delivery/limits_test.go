package delivery_test

import (
	"testing"
	"time"

	"roundup/delivery"
)

func TestGrant(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.November, 20, 12, 0, 0, 0, time.UTC)
	ten := delivery.Limits{PerSecond: 10}
	hour := []delivery.Begun{{At: now.Add(-30 * time.Minute), Count: 58}, {At: now.Add(-time.Minute), Count: 1}}
	tests := []struct {
		name   string
		limits delivery.Limits
		due    time.Duration // from now
		begun  []delivery.Begun
		want   int
		places delivery.Places
		next   time.Duration
	}{
		{"the first", ten, -time.Hour, nil, 1, delivery.Places{Count: 1, In: -50 * time.Millisecond}, 50 * time.Millisecond},
		{"several", ten, 100 * time.Millisecond, nil, 3, delivery.Places{Count: 3, In: 100 * time.Millisecond}, 400 * time.Millisecond},
		{"no more than half a second ahead", ten, 100 * time.Millisecond, nil, 50, delivery.Places{Count: 5, In: 100 * time.Millisecond}, 600 * time.Millisecond},
		{"all are taken", ten, 600 * time.Millisecond, nil, 1, delivery.Places{In: 100 * time.Millisecond}, 600 * time.Millisecond},
		{"what is left of the hour", delivery.Limits{PerSecond: 1000, PerHour: 60 * 1000}, 0, []delivery.Begun{{At: now, Count: 59_998}}, 5,
			delivery.Places{Count: 2}, 120 * time.Millisecond},
		{"the hour is used up", delivery.Limits{PerHour: 59}, -time.Minute, hour, 5, delivery.Places{In: 30*time.Minute + 10*time.Second}, -50 * time.Millisecond},
		{"no limit", delivery.Limits{}, 0, nil, 5, delivery.Places{Count: 5}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			places, next := tt.limits.Grant(now, now.Add(tt.due), tt.begun, tt.want)
			if places != tt.places || !next.Equal(now.Add(tt.next)) {
				t.Errorf("got %+v, then in %s; want %+v, then in %s", places, next.Sub(now), tt.places, tt.next)
			}
		})
	}
}
