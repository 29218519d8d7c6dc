package delivery_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"roundup/delivery"
	"roundup/digest"
)

func TestRate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		rate    float64
		perHour int
		latency time.Duration
		readers int
		want    float64 // a second
	}{
		{rate: 100, latency: 10 * time.Millisecond, readers: 3000, want: 100},
		{rate: 1000, latency: time.Millisecond, readers: 20000, want: 1000},
		{rate: 2.5, latency: 10 * time.Millisecond, readers: 100, want: 2.5},
		{rate: 0.5, latency: 10 * time.Millisecond, readers: 50, want: 0.5},
		{perHour: 3600, latency: 10 * time.Millisecond, readers: 200, want: 1},
		{rate: 100, perHour: 36000, latency: 10 * time.Millisecond, readers: 1000, want: 10},
		{perHour: 60, latency: 10 * time.Millisecond, readers: 30, want: 1.0 / 60},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%g a second, %d an hour", tt.rate, tt.perHour), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newScene(tt.readers)
				s.settings.Rate, s.settings.PerHour = tt.rate, tt.perHour
				s.settings.Wait = 0 // a pace is no waiting
				s.relay.latency = tt.latency
				s.ledger.commit = 200 * time.Microsecond
				wantStatus(t, s.send(t), digest.Sent, 0)
				s.once(t)
				begun := s.relay.begun
				got := float64(len(begun)-1) / begun[len(begun)-1].Sub(begun[0]).Seconds()
				if got > tt.want*1.02 || got < tt.want*0.98 {
					t.Errorf("got %.3f messages a second at the relay, want %.3f within 2 %%", got, tt.want)
				}
			})
		})
	}
}

func TestPaceOpensNoMoreConnectionsThanItNeeds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(500)
		s.settings.Connections = 16
		s.settings.Rate = 50 // which one connection at 10 ms a message bears alone
		s.send(t)
		if s.relay.mostOpen > 2 {
			t.Errorf("got %d connections, want one or two", s.relay.mostOpen)
		}
	})
}

func TestSlowPaceKeepsNothingClaimed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(20)
		s.settings.PerHour = 100
		claimed := 0
		s.progress = func(delivery.Progress) { claimed = max(claimed, s.ledger.in(delivery.Sending)) }
		wantStatus(t, s.send(t), digest.Sent, 0)
		if claimed > 1 {
			t.Errorf("got %d deliveries claimed while the pace was waited for", claimed)
		}
		if s.relay.mostOpen > 1 {
			t.Errorf("got %d connections for a message every 36 seconds, want 1", s.relay.mostOpen)
		}
	})
}
