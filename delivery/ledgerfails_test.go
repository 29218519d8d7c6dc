package delivery_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"roundup/delivery"
	"roundup/digest"
)

var errDiskFull = errors.New("database or disk is full")

// failFor makes the ledger fail from the nth exchange on, for so long.
func failFor(s *scene, nth int, long time.Duration) *time.Time {
	since := new(time.Time)
	s.ledger.fail = func(call string) error {
		if since.IsZero() && call == "exchange" && s.ledger.calls >= nth {
			*since = time.Now()
		}
		if !since.IsZero() && time.Since(*since) < long {
			return errDiskFull
		}
		return nil
	}
	return since
}

func TestLedgerFailsForAWhile(t *testing.T) {
	t.Parallel()
	for _, long := range []time.Duration{time.Second, time.Minute, 9 * time.Minute} {
		t.Run(long.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newScene(200)
				s.relay.latency = 700 * time.Millisecond
				since := failFor(s, 20, long)
				states := map[string]bool{}
				s.progress = func(p delivery.Progress) { states[p.State] = true }
				sum := s.send(t)
				wantStatus(t, sum, digest.Sent, 0)
				s.once(t)
				meanwhile := 0
				for _, at := range s.relay.begun {
					// What was claimed may begin until the failure is known.
					if at.After(since.Add(time.Millisecond)) && at.Before(since.Add(long)) {
						meanwhile++
					}
				}
				if meanwhile > 0 {
					t.Errorf("got %d messages begun while the ledger could not be written", meanwhile)
				}
				told := false
				for state := range states {
					told = told || strings.Contains(state, errDiskFull.Error())
				}
				if !told {
					t.Error("progress never said that the ledger can't be written")
				}
				for _, r := range s.ledger.rows {
					if len(r.path) != 3 {
						t.Errorf("reader %d: got %v, want queued sending sent", r.reader, r.path)
					}
				}
			})
		})
	}
}

func TestLedgerFailsForGood(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(200)
		since := failFor(s, 20, 1000*time.Hour)
		sum, err := s.run(t.Context())
		if !errors.Is(err, errDiskFull) {
			t.Fatalf("got %v, want %v", err, errDiskFull)
		}
		if took := time.Since(*since); took < 9*time.Minute || took > 11*time.Minute {
			t.Errorf("given up after %s, want ten minutes", took)
		}
		for _, words := range []string{"issue 12", "record", "tried for"} {
			if !strings.Contains(err.Error(), words) {
				t.Errorf("error %q does not say %q", err, words)
			}
		}
		if sum.Owed == 0 {
			t.Error("nothing is owed")
		}

		s.ledger.fail = nil
		wantStatus(t, s.send(t), digest.Sent, 0)
		for _, r := range s.ledger.rows {
			if n := s.relay.copies[addressOf(r.reader)]; n < 1 || n > 1+r.resends {
				t.Errorf("reader %d: got %d copies after %d resends", r.reader, n, r.resends)
			}
		}
	})
}

func TestLedgerIsLost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(200)
		lost := fmt.Errorf("exchange: %w", delivery.ErrLedgerLost)
		var since time.Time
		s.ledger.fail = func(call string) error {
			if call != "exchange" || s.relay.messages() < 20 {
				return nil
			}
			if since.IsZero() {
				since = time.Now()
			}
			return lost
		}
		if _, err := s.run(t.Context()); !errors.Is(err, delivery.ErrLedgerLost) {
			t.Fatalf("got %v, want %v", err, delivery.ErrLedgerLost)
		}
		if took := time.Since(since); took > time.Minute {
			t.Errorf("given up after %s, want at once: it never comes back", took)
		}
	})
}

func TestLedgerFailsBeforeAnythingIsAtStake(t *testing.T) {
	t.Parallel()
	for _, call := range []string{"recover", "tally", "exchange"} {
		t.Run(call, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newScene(20)
				s.ledger.fail = func(c string) error {
					if c == call {
						return errDiskFull
					}
					return nil
				}
				begun := time.Now()
				if _, err := s.run(t.Context()); !errors.Is(err, errDiskFull) {
					t.Fatalf("got %v, want %v", err, errDiskFull)
				}
				if got := s.relay.messages(); got != 0 || time.Since(begun) > time.Minute {
					t.Errorf("got %d messages in %s, want none within a minute", got, time.Since(begun))
				}
			})
		})
	}
}

func TestLeaseLost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(1000)
		s.relay.send = func(*fakeConn, delivery.Message) delivery.Result {
			if len(s.relay.copies) == 100 {
				s.ledger.takeOver()
			}
			return accepted
		}
		begun := time.Now()
		_, err := s.run(t.Context())
		if !errors.Is(err, delivery.ErrLeaseLost) {
			t.Fatalf("got %v, want ErrLeaseLost", err)
		}
		if got := s.relay.messages(); got > 110 {
			t.Errorf("got %d messages, want a hundred and what was in flight", got)
		}
		if took := time.Since(begun); took > 5*time.Second {
			t.Errorf("took %s to stop", took)
		}
	})
}

func TestLedgerThatCountsWhatItDoesNotGive(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(5)
		begun := time.Now()
		lease := s.ledger.takeOver()
		sender := delivery.NewSender(s.settings, giveNothing{s.ledger}, s.ledger, s.relay, time.Now, nil)
		_, err := sender.Send(t.Context(), lease, digest.Issue{ID: 1, Status: digest.Sending}, s.letters, nil)
		if err == nil || !strings.Contains(err.Error(), "gives none") {
			t.Errorf("got %v", err)
		}
		if took := time.Since(begun); took > 15*time.Minute || s.ledger.calls > 1000 {
			t.Errorf("took %s and %d calls to say so", took, s.ledger.calls)
		}
	})
}
