package delivery_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"roundup/delivery/relay"
	"roundup/digest"
)

// goAway makes the relay refuse connections, and break those that are open, from
// the first message on until so long later.
func goAway(s *scene, from int, long time.Duration) {
	var since time.Time
	gone := func() bool { return !since.IsZero() && time.Since(since) < long }
	s.relay.dial = func(int) error {
		if since.IsZero() && from == 0 {
			since = time.Now()
		}
		if gone() {
			return away
		}
		return nil
	}
	s.relay.send = func(*fakeConn, relay.Message) relay.Result {
		if since.IsZero() && len(s.relay.copies) >= from {
			since = time.Now()
		}
		if gone() {
			return lost
		}
		return accepted
	}
}

func TestRelayAway(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		from   int // accepted before it goes away
		long   time.Duration
		wait   time.Duration
		status digest.Status
		exit   int
	}{
		{"for a minute, from the start", 0, time.Minute, 15 * time.Minute, digest.Sent, 0},
		{"for a minute, in the middle", 40, time.Minute, 15 * time.Minute, digest.Sent, 0},
		{"for three hours, the daemon", 40, 3 * time.Hour, -1, digest.Sent, 0},
		{"for three hours, a one-shot send", 40, 3 * time.Hour, 15 * time.Minute, digest.Waiting, 3},
		{"no time to wait", 0, time.Minute, 0, digest.Waiting, 3},
		{"longer than catch_up", 40, 48 * time.Hour, -1, digest.Held, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newScene(100)
				s.settings.Wait = tt.wait
				goAway(s, tt.from, tt.long)
				begun := time.Now()
				sum := s.send(t)
				wantStatus(t, sum, tt.status, tt.exit)
				if s.ledger.status != tt.status {
					t.Errorf("ledger: got %s, want %s", s.ledger.status, tt.status)
				}
				if sum.Failed != 0 || sum.Deferred != 0 || sum.Unknown != 0 {
					t.Errorf("somebody was blamed: %+v", sum)
				}
				if tt.status == digest.Sent {
					s.once(t)
					// A minute is over between the fourth and the fifth probe, at 75 to 90 s.
					most := 7 * time.Minute
					if tt.long == time.Minute {
						most = 31 * time.Second
					}
					if late := time.Since(begun) - tt.long; late > most {
						t.Errorf("finished %s after the relay was back", late)
					}
					return
				}
				if sum.Owed != 100-tt.from || !strings.Contains(sum.Reason, "connection refused") {
					t.Errorf("got %d owed, reason %q", sum.Owed, sum.Reason)
				}
				if tt.wait >= 0 && time.Since(begun) > tt.wait+time.Second {
					t.Errorf("waited %s, want at most %s", time.Since(begun), tt.wait)
				}
			})
		})
	}
}

func TestProbesAreFewAndGrow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(100)
		s.settings.Wait = -1
		goAway(s, 0, 3*time.Hour)
		s.send(t)
		var probes []time.Time
		for _, at := range s.relay.dials {
			if at.Sub(s.relay.dials[0]) < 3*time.Hour {
				probes = append(probes, at)
			}
		}
		if len(probes) < 30 || len(probes) > 45 {
			t.Errorf("got %d probes in three hours", len(probes))
		}
		for i, seconds := range []int{5, 10, 20, 40, 80, 160, 300, 300} {
			got, least := probes[i+1].Sub(probes[i]), time.Duration(seconds)*time.Second
			if got < least || got > least+least/4 {
				t.Errorf("pause %d: got %s, want %s and up to a fifth more", i+1, got, least)
			}
		}
		if got := fmt.Sprint(s.ledger.statuses); got != "[waiting sending sent]" {
			t.Errorf("statuses: got %s", got)
		}
	})
}

func TestWaitingGoesOnOverRuns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(10)
		s.settings.Wait = time.Minute
		goAway(s, 0, 100*time.Hour)
		for run := 1; ; run++ {
			sum := s.send(t)
			if sum.Status == string(digest.Held) {
				if since := time.Since(s.relay.dials[0]); since < 24*time.Hour || since > 25*time.Hour {
					t.Errorf("held after %s, want 24 hours", since)
				}
				return
			}
			wantStatus(t, sum, digest.Waiting, 3)
			if run > 200 {
				t.Fatal("never held")
			}
			time.Sleep(10 * time.Minute) // the timer's, of the test's own time
		}
	})
}

func TestResumedWaitingProbesAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(10)
		s.ledger.status, s.ledger.why, s.ledger.waiting = digest.Waiting, "421 busy", time.Now().Add(-time.Hour)
		s.settings.Wait = 0
		begun := time.Now()
		wantStatus(t, s.send(t), digest.Sent, 0)
		if took := time.Since(begun); took > time.Second {
			t.Errorf("took %s", took)
		}
		if got := fmt.Sprint(s.ledger.statuses); got != "[sending sent]" {
			t.Errorf("statuses: got %s", got)
		}
	})
}

// Another sender, whom the relay refuses, may have made the issue waiting: whoever sends it
// says that it does not wait.
func TestWaitingOfOthersEndsWithWhoSends(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(50)
		s.settings.Shared = true
		s.relay.send = func(*fakeConn, relay.Message) relay.Result {
			if len(s.relay.copies) == 20 {
				s.ledger.set(digest.Waiting)
			}
			return accepted
		}
		wantStatus(t, s.send(t), digest.Sent, 0)
		if got := fmt.Sprint(s.ledger.statuses); got != "[sending sent]" {
			t.Errorf("statuses: got %s", got)
		}
	})
}

func TestPoisonousMessageStepsAside(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(50)
		s.relay.send = func(_ *fakeConn, m relay.Message) relay.Result {
			if m.To == addressOf(1) {
				return lost
			}
			return accepted
		}
		sum := s.send(t)
		s.once(t, 1)
		if sum.Sent != 49 || sum.Failed != 0 || sum.Owed != 1 {
			t.Errorf("got %+v", sum)
		}
	})
}

func TestPlainDialErrorIsOneThatPasses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(5)
		s.relay.dial = func(n int) error {
			if n < 3 {
				return errors.New("no route to host")
			}
			return nil
		}
		wantStatus(t, s.send(t), digest.Sent, 0)
		s.once(t)
	})
}
