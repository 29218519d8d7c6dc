package delivery_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"roundup/delivery"
	"roundup/delivery/mail"
	"roundup/delivery/relay"
	"roundup/digest"
)

func TestAtMostTwoClaimsAConnection(t *testing.T) {
	t.Parallel()
	for _, connections := range []int{1, 2, 4} {
		t.Run(fmt.Sprint(connections), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newScene(500)
				s.settings.Connections = connections
				s.send(t)
				if got, most := s.ledger.mostOpen, 2*connections; got != most {
					t.Errorf("got %d deliveries sending at once, want %d", got, most)
				}
				if s.relay.mostBusy != connections || s.relay.mostOpen != connections {
					t.Errorf("got %d messages at once over %d connections, want %d", s.relay.mostBusy, s.relay.mostOpen, connections)
				}
			})
		})
	}
}

func TestClaimIsDurableBeforeTheMessage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(50)
		s.relay.send = func(_ *fakeConn, m relay.Message) relay.Result {
			s.ledger.mu.Lock()
			defer s.ledger.mu.Unlock()
			for _, r := range s.ledger.rows {
				if addressOf(r.reader) == m.To && r.state != delivery.Sending {
					t.Errorf("%s was on the wire while %s", m.To, r.state)
				}
			}
			return accepted
		}
		s.send(t)
	})
}

func TestResultsShareCommits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(1000)
		s.settings.Connections = 8
		s.ledger.commit = 10 * time.Millisecond // as long as a message takes
		begun := time.Now()
		s.send(t)
		if s.ledger.calls > 200 {
			t.Errorf("got %d commits for 1000 messages over 8 connections", s.ledger.calls)
		}
		// 125 messages a connection at 10 ms, the commits beside them.
		if took := time.Since(begun); took > 2*time.Second {
			t.Errorf("took %s: the commits were waited for", took)
		}
	})
}

func TestVerdicts(t *testing.T) {
	t.Parallel()
	const reader = 7
	tests := []struct {
		name   string
		result relay.Result
		want   delivery.State
		copies int
		path   string
	}{
		{"refused", refusal("no such user"), delivery.Failed, 0, "queued sending failed"},
		{"unsendable", relay.Result{Verdict: relay.Unsendable, Why: "needs SMTPUTF8"}, delivery.Failed, 0, "queued sending failed"},
		{"greylisted", greylisted(), delivery.Sent, 1, "queued sending deferred sending sent"},
		{"unanswered", silent, delivery.Sent, 1, "queued sending unknown sending sent"},
		{"no verdict is no answer", relay.Result{Broken: true}, delivery.Sent, 1, "queued sending unknown sending sent"},
		{"connection lost before the last byte", lost, delivery.Sent, 1, "queued sending queued sending sent"},
		{"421", closing, delivery.Sent, 1, "queued sending queued sending sent"},
		{"accepted and dropped", relay.Result{Verdict: relay.Accepted, Reply: accepted.Reply, Broken: true}, delivery.Sent, 1, "queued sending sent"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newScene(20)
				tried := false
				s.relay.send = func(_ *fakeConn, m relay.Message) relay.Result {
					if m.To == addressOf(reader) && !tried {
						tried = true
						return tt.result
					}
					return accepted
				}
				sum := s.send(t)
				wantStatus(t, sum, digest.Sent, 0)
				row := s.ledger.rows[reader-1]
				var path []string
				for _, state := range row.path {
					path = append(path, string(state))
				}
				if got := strings.Join(path, " "); got != tt.path {
					t.Errorf("path: got %s, want %s", got, tt.path)
				}
				if row.state != tt.want || s.relay.copies[addressOf(reader)] != tt.copies {
					t.Errorf("got %s with %d copies, want %s with %d", row.state, s.relay.copies[addressOf(reader)], tt.want, tt.copies)
				}
				if sum.Sent+sum.Failed != 20 {
					t.Errorf("got %d sent and %d failed of 20", sum.Sent, sum.Failed)
				}
			})
		})
	}
}

func TestComposingFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(20)
		s.letters.fail = func(r mail.Reader) error {
			if r.Email == addressOf(3) {
				return errors.New("address can't be written")
			}
			return nil
		}
		wantStatus(t, s.send(t), digest.Sent, 0)
		s.once(t, 3)
		if got := s.ledger.rows[2].last.Why; got != "address can't be written" {
			t.Errorf("why: got %q", got)
		}
	})
}

func TestGreylistingPasses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(100)
		first := map[string]time.Time{}
		s.relay.send = func(_ *fakeConn, m relay.Message) relay.Result {
			now := time.Now()
			if since, seen := first[m.To]; seen && now.Sub(since) >= 90*time.Second {
				return accepted
			}
			first[m.To] = now
			return greylisted()
		}
		begun := time.Now()
		sum := s.send(t)
		wantStatus(t, sum, digest.Sent, 0)
		s.once(t)
		if took := time.Since(begun); took > 4*time.Minute {
			t.Errorf("a list that greylists everybody took %s", took)
		}
	})
}

// deferrals is a relay that defers reader 1 for ever, and when it was tried.
func deferrals(s *scene) *[]time.Time {
	var at []time.Time
	s.relay.send = func(_ *fakeConn, m relay.Message) relay.Result {
		if m.To == addressOf(1) {
			at = append(at, time.Now())
			return greylisted()
		}
		return accepted
	}
	return &at
}

func TestDeferralsGrowAndAreGivenUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(5)
		s.settings.Wait = -1
		s.settings.GiveUpAfter = 24 * time.Hour
		at := deferrals(s)
		begun := time.Now()
		sum := s.send(t)
		wantStatus(t, sum, digest.Sent, 0)
		s.once(t, 1)
		for i, minutes := range []int{2, 5, 10, 20, 40, 60, 60} {
			got, want := (*at)[i+1].Sub((*at)[i]), time.Duration(minutes)*time.Minute
			if got < want || got > want+want/4 {
				t.Errorf("pause %d: got %s, want %s and up to a fifth more", i+1, got, want)
			}
		}
		if took := time.Since(begun); took < 24*time.Hour || took > 25*time.Hour {
			t.Errorf("given up after %s, want 24 hours", took)
		}
		row := s.ledger.rows[0]
		if row.state != delivery.Failed || !strings.Contains(row.last.Why, "given up after 24h") || row.last.Reply.Code != 450 {
			t.Errorf("got %s: %+v", row.state, row.last)
		}
	})
}

func TestOnlySendingTimeCountsTowardsGivingUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(5)
		s.settings.Wait = -1
		s.settings.GiveUpAfter = 2 * time.Hour
		at := deferrals(s)
		begun := time.Now()
		gone := func() bool { d := time.Since(begun); return d > 30*time.Minute && d < 10*time.Hour }
		s.relay.dial = func(int) error {
			if gone() {
				return away
			}
			return nil
		}
		wantStatus(t, s.send(t), digest.Sent, 0)
		if took := time.Since(begun); took < 11*time.Hour || took > 13*time.Hour {
			t.Errorf("given up after %s, of which two hours are sending time: want about twelve", took)
		}
		if len(*at) < 6 {
			t.Errorf("got %d attempts", len(*at))
		}
	})
}

func TestFewReadersNeedFewConnections(t *testing.T) {
	t.Parallel()
	tests := []struct{ readers, connections int }{{1, 1}, {3, 1}, {4, 2}, {25, 8}}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.readers), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newScene(tt.readers)
				s.settings.Connections = 8
				s.send(t)
				if got := len(s.relay.dials); got > tt.connections {
					t.Errorf("got %d connections for %d readers, want at most %d", got, tt.readers, tt.connections)
				}
			})
		})
	}
}

func TestWaitForDeferredReaders(t *testing.T) {
	t.Parallel()
	tests := []struct {
		wait     time.Duration
		attempts int
		took     time.Duration // at most
	}{
		{0, 1, time.Second},
		{time.Minute, 1, time.Second},         // no use in waiting for a part of the pause
		{3 * time.Minute, 2, 3 * time.Minute}, // 2 to 2.4 minutes
		{15 * time.Minute, 3, 9 * time.Minute},
	}
	for _, tt := range tests {
		t.Run(tt.wait.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newScene(5)
				s.settings.Wait = tt.wait
				at := deferrals(s)
				begun := time.Now()
				sum := s.send(t)
				wantStatus(t, sum, digest.Sending, 3)
				if sum.Owed != 1 || sum.Deferred != 1 || sum.Sent != 4 || sum.NextTry.IsZero() {
					t.Errorf("got %+v", sum)
				}
				if len(*at) != tt.attempts || time.Since(begun) > tt.took {
					t.Errorf("got %d attempts in %s, want %d in %s", len(*at), time.Since(begun), tt.attempts, tt.took)
				}
			})
		})
	}
}

func TestUnknown(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		policy  delivery.UnknownPolicy
		silent  int // attempts at reader 2 that get no answer
		tries   int
		want    delivery.State
		resends int
	}{
		{"resend", delivery.Resend, 1, 2, delivery.Sent, 1},
		{"default is resend", "", 1, 2, delivery.Sent, 1},
		{"resend only once", delivery.Resend, 9, 2, delivery.Unknown, 1},
		{"hold", delivery.Hold, 9, 1, delivery.Unknown, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newScene(10)
				s.settings.Unknown = tt.policy
				tries := 0
				s.relay.send = func(_ *fakeConn, m relay.Message) relay.Result {
					if m.To != addressOf(2) {
						return accepted
					}
					tries++
					if tries <= tt.silent {
						return silent
					}
					return accepted
				}
				wantStatus(t, s.send(t), digest.Sent, 0)
				row := s.ledger.rows[1]
				if row.state != tt.want || tries != tt.tries || row.resends != tt.resends {
					t.Errorf("got %s after %d tries and %d resends, want %s, %d, %d", row.state, tries, row.resends, tt.want, tt.tries, tt.resends)
				}
			})
		})
	}
}

func TestReadersWhoLeaveMeanwhileAreNotMailed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(100)
		s.relay.send = func(_ *fakeConn, m relay.Message) relay.Result {
			if m.To == addressOf(1) {
				s.ledger.mu.Lock()
				for _, r := range s.ledger.rows[50:60] {
					r.left = true
				}
				s.ledger.mu.Unlock()
			}
			return accepted
		}
		sum := s.send(t)
		wantStatus(t, sum, digest.Sent, 0)
		s.once(t, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60)
		if sum.Skipped != 10 || sum.Sent != 90 {
			t.Errorf("got %d skipped and %d sent, want 10 and 90", sum.Skipped, sum.Sent)
		}
	})
}
