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

// A disk whose flush takes tens of milliseconds costs none of the rate, and the
// server sees no more at once than falls due meanwhile.
func TestRateOnASlowDisk(t *testing.T) {
	t.Parallel()
	tests := []struct {
		rate            float64
		connections     int
		message, commit time.Duration
	}{
		{rate: 100, connections: 3, message: time.Millisecond, commit: 40 * time.Millisecond},
		{rate: 100, connections: 4, message: 10 * time.Millisecond, commit: 40 * time.Millisecond},
		{rate: 100, connections: 8, message: 10 * time.Millisecond, commit: 100 * time.Millisecond},
		{rate: 20, connections: 1, message: time.Millisecond, commit: 40 * time.Millisecond},
		{rate: 20, connections: 2, message: 20 * time.Millisecond, commit: 40 * time.Millisecond},
		{rate: 10, connections: 2, message: 10 * time.Millisecond, commit: 150 * time.Millisecond},
		{rate: 2.5, connections: 4, message: 10 * time.Millisecond, commit: 300 * time.Millisecond},
		{rate: 0.5, connections: 2, message: time.Second, commit: time.Second},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%g a second, %s a commit", tt.rate, tt.commit), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newScene(60 + int(tt.rate*40))
				s.settings.Rate, s.settings.Connections = tt.rate, tt.connections
				s.settings.Wait = 0
				s.relay.latency, s.ledger.commit = tt.message, tt.commit
				wantStatus(t, s.send(t), digest.Sent, 0)
				s.once(t)
				begun := s.relay.begun
				got := float64(len(begun)-1) / begun[len(begun)-1].Sub(begun[0]).Seconds()
				if got > tt.rate*1.02 || got < tt.rate*0.98 {
					t.Errorf("got %.3f messages a second at the relay, want %g within 2 %%", got, tt.rate)
				}
				atOnce := 1 + int(tt.rate*(2*tt.commit.Seconds()+0.05))
				if n := most(begun, time.Second); n > int(tt.rate)+atOnce {
					t.Errorf("the relay saw %d messages within a second, want %g and at most %d at once", n, tt.rate, atOnce)
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
