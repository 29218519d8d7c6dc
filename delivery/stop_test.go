package delivery_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"roundup/delivery"
	"roundup/delivery/relay"
	"roundup/digest"
)

// giveNothing is a ledger that never claims.
type giveNothing struct{ *fakeLedger }

func (g giveNothing) Exchange(ctx context.Context, issue int64, held []*delivery.Range, o []delivery.Outcome, want delivery.Want) ([]delivery.Claim, digest.Status, error) {
	want.Count = 0
	return g.fakeLedger.Exchange(ctx, issue, held, o, want)
}

func TestInterrupt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(1000)
		s.relay.latency = time.Second
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second+500*time.Millisecond)
		defer cancel()
		begun := time.Now()
		sum, err := s.run(ctx)
		if err != nil {
			t.Fatal(err)
		}
		wantStatus(t, sum, digest.Sending, 3)
		if took := time.Since(begun); took > 32*time.Second {
			t.Errorf("took %s, want no longer than the messages in flight", took)
		}
		if s.ledger.in(delivery.Sending) != 0 || s.ledger.in(delivery.Unknown) != 0 {
			t.Errorf("left %d sending and %d unknown", s.ledger.in(delivery.Sending), s.ledger.in(delivery.Unknown))
		}
		if !sum.Interrupted || sum.Sent+sum.Queued != 1000 || sum.Owed != sum.Queued {
			t.Errorf("got %+v", sum)
		}
		if text := sum.Text(); !strings.Contains(text, "stopped") || sum.Next() != delivery.RunAgain {
			t.Errorf("text says nothing of how to go on: %s", text)
		}
		s.relay.latency = time.Millisecond
		wantStatus(t, s.send(t), digest.Sent, 0)
		s.once(t)
		s.claimedOnce(t)
	})
}

// Stopped while the last messages are on the wire, the issue is over once they are
// answered: no later run has anything to do.
func TestInterruptAtTheEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(3)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		left := 3
		s.relay.send = func(*fakeConn, relay.Message) relay.Result {
			if left--; left == 0 {
				cancel()
			}
			return accepted
		}
		sum, err := s.run(ctx)
		if err != nil {
			t.Fatal(err)
		}
		wantStatus(t, sum, digest.Sent, 0)
		if sum.Interrupted || sum.Owed != 0 {
			t.Errorf("got %+v", sum)
		}
	})
}

func TestDrainLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(1000)
		s.relay.send = func(*fakeConn, relay.Message) relay.Result {
			s.relay.latency = time.Hour // every further message hangs
			return accepted
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		begun := time.Now()
		sum, err := s.run(ctx)
		if err != nil {
			t.Fatal(err)
		}
		wantStatus(t, sum, digest.Sending, 3)
		if took := time.Since(begun) - time.Minute; took < 25*time.Second || took > 29*time.Second {
			t.Errorf("took %s to stop, want 25 s and a moment", took)
		}
		if s.ledger.in(delivery.Sending) != 0 {
			t.Errorf("left %d sending", s.ledger.in(delivery.Sending))
		}
	})
}

func TestSecondInterrupt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(1000)
		s.relay.latency = 10 * time.Minute
		ctx, cancel := context.WithTimeout(t.Context(), 15*time.Minute)
		defer cancel()
		hard, cancelHard := context.WithTimeout(t.Context(), 15*time.Minute+2*time.Second)
		defer cancelHard()
		s.settings.Hard = hard
		begun := time.Now()
		sum, err := s.run(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begun) - 15*time.Minute; took > 2*time.Second+100*time.Millisecond {
			t.Errorf("took %s to stop, want no longer than the second signal", took)
		}
		wantStatus(t, sum, digest.Sending, 3)
	})
}

// deafConn never notices that it is abandoned.
type deafConn struct {
	relay.Conn
	release chan struct{}
}

func (d deafConn) Send(context.Context, relay.Message) relay.Result {
	<-d.release
	return silent
}

type deafMailer struct {
	*fakeRelay
	release chan struct{}
}

func (d deafMailer) Dial(ctx context.Context) (relay.Conn, error) {
	conn, err := d.fakeRelay.Dial(ctx)
	return deafConn{conn, d.release}, err
}

func TestHardStopLeavesADeafConnectionBehind(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(10)
		hard, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		s.settings.Hard = hard
		release := make(chan struct{})
		sender := delivery.NewSender(s.settings, s.ledger, s.ledger, deafMailer{s.relay, release}, time.Now, nil)
		begun := time.Now()
		sum, err := sender.Send(t.Context(), s.ledger.takeOver(), digest.Issue{ID: 1, Status: digest.Sending}, s.letters, nil)
		if err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begun) - time.Minute; took > 3*time.Second {
			t.Errorf("took %s to stop", took)
		}
		if got := s.ledger.in(delivery.Sending); got != 1 || sum.Owed != 10 {
			t.Errorf("got %d sending and %d owed, want 1 and 10", got, sum.Owed)
		}
		close(release)
	})
}

func TestInterruptWhileWaiting(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		script func(*scene)
		status digest.Status
	}{
		{"for the relay", func(s *scene) { goAway(s, 0, time.Hour) }, digest.Waiting},
		{"for deferred readers", func(s *scene) { deferrals(s) }, digest.Sending},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newScene(10)
				s.settings.Wait = -1
				tt.script(s)
				ctx, cancel := context.WithTimeout(t.Context(), 31*time.Second)
				defer cancel()
				begun := time.Now()
				sum, err := s.run(ctx)
				if err != nil {
					t.Fatal(err)
				}
				wantStatus(t, sum, tt.status, 3)
				if took := time.Since(begun); took > 32*time.Second {
					t.Errorf("took %s to stop", took)
				}
			})
		})
	}
}

func TestInterruptWhileTheLedgerFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(100)
		since := failFor(s, 20, time.Hour)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err := s.run(ctx)
		if !errors.Is(err, errDiskFull) {
			t.Errorf("got %v, want %v", err, errDiskFull)
		}
		if took := time.Since(*since); took > 90*time.Second {
			t.Errorf("took %s to stop", took)
		}
	})
}

func TestInterruptWhileTheLedgerIsAwayForAMoment(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(100)
		since := failFor(s, 20, 10*time.Second)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		s.progress = func(delivery.Progress) {
			if !since.IsZero() && time.Since(*since) > 2*time.Second {
				cancel()
			}
		}
		sum, err := s.run(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if took := time.Since(*since); took > 20*time.Second {
			t.Errorf("took %s to stop once the ledger was back", took-10*time.Second)
		}
		if sum.Unknown != 0 || s.ledger.in(delivery.Sending) != 0 {
			t.Errorf("left %d sending", s.ledger.in(delivery.Sending))
		}
	})
}

func TestPersonHoldsOrCancels(t *testing.T) {
	t.Parallel()
	tests := []struct {
		status digest.Status
		exit   int
		during func(*scene)
		name   string
	}{
		{digest.Held, 1, func(*scene) {}, "held while sending"},
		{digest.Cancelled, 0, func(*scene) {}, "cancelled while sending"},
		{digest.Held, 1, func(s *scene) { goAway(s, 50, 1000*time.Hour) }, "held while waiting"},
		{digest.Held, 1, func(s *scene) { deferrals(s) }, "held while readers are deferred"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newScene(100000)
				if tt.name != "held while sending" && tt.name != "cancelled while sending" {
					s = newScene(100)
				}
				s.settings.Wait = -1
				tt.during(s)
				timer := time.AfterFunc(40*time.Second, func() { s.ledger.set(tt.status) })
				defer timer.Stop()
				begun := time.Now()
				sum := s.send(t)
				wantStatus(t, sum, tt.status, tt.exit)
				if took := time.Since(begun); took > 45*time.Second {
					t.Errorf("obeyed after %s, want within seconds", took-40*time.Second)
				}
				if s.ledger.status != tt.status || s.ledger.in(delivery.Sending) != 0 {
					t.Errorf("ledger: %s with %d sending", s.ledger.status, s.ledger.in(delivery.Sending))
				}
			})
		})
	}
}

func TestIssueThatIsNotUnderWayIsLeftAlone(t *testing.T) {
	t.Parallel()
	for _, status := range []digest.Status{digest.Held, digest.Cancelled, digest.Sent} {
		t.Run(string(status), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newScene(10)
				s.ledger.status = status
				sum := s.send(t)
				if sum.Status != string(status) || len(s.relay.dials) != 0 {
					t.Errorf("got %s and %d connections, want %s and none", sum.Status, len(s.relay.dials), status)
				}
			})
		})
	}
}
