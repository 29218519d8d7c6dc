package delivery_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"roundup/delivery"
	"roundup/delivery/relay"
	"roundup/digest"
)

var errDiskFull = fmt.Errorf("%w: database or disk is full", delivery.ErrLedgerAway)

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
					if len(r.path) != 3 && !(long > time.Minute/2 && handedBack(r)) {
						t.Errorf("reader %d: got %v, want queued sending sent", r.reader, r.path)
					}
				}
			})
		})
	}
}

// handedBack reports whether a delivery was sent at once but for a claim that lay too long.
func handedBack(r *ledgerRow) bool {
	return slices.Equal(r.path, []delivery.State{delivery.Queued, delivery.Sending, delivery.Queued, delivery.Sending, delivery.Sent}) && r.attempts == 1
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

// TestLedgerRefuses has the ledger give an answer that no waiting changes: the run ends
// at once, whatever the answer.
func TestLedgerRefuses(t *testing.T) {
	t.Parallel()
	refused := errors.New("constraint failed")
	for _, call := range []string{"exchange", "mark"} {
		t.Run(call, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newScene(200)
				var since time.Time
				s.ledger.fail = func(c string) error {
					if c != call || s.relay.messages() < 20 {
						return nil
					}
					if since.IsZero() {
						since = time.Now()
					}
					return refused
				}
				if _, err := s.run(t.Context()); !errors.Is(err, refused) {
					t.Fatalf("got %v, want %v", err, refused)
				}
				if took := time.Since(since); took > 3*time.Second {
					t.Errorf("given up after %s, want at once: it never comes back", took)
				}
			})
		})
	}
}

// refusesClaims is a ledger that records, and from the nth message on gives no claims.
type refusesClaims struct {
	*fakeLedger
	relay *fakeRelay
}

var errNoClaims = errors.New("constraint failed")

func (l refusesClaims) Exchange(ctx context.Context, issue int64, held []*delivery.Range, o []delivery.Outcome, want delivery.Want) ([]delivery.Claim, digest.Status, error) {
	if want.Count > 0 && l.relay.messages() >= 20 {
		return nil, "", errNoClaims
	}
	return l.fakeLedger.Exchange(ctx, issue, held, o, want)
}

// TestRefusedClaimsLoseNoResults has the ledger refuse the claims of an exchange: what
// was sent until then is on record all the same, and is not sent again.
func TestRefusedClaimsLoseNoResults(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(200)
		s.relay.latency = 700 * time.Millisecond
		lease := s.ledger.takeOver()
		sender := delivery.NewSender(s.settings, refusesClaims{s.ledger, s.relay}, s.ledger, s.relay, time.Now, nil)
		_, err := sender.Send(t.Context(), lease, digest.Issue{ID: 1, Number: 12, Status: digest.Sending}, s.letters, nil)
		if !errors.Is(err, errNoClaims) || !strings.Contains(err.Error(), "issue 12") {
			t.Fatalf("got %v, want %v", err, errNoClaims)
		}
		tally, err := s.ledger.Tally(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		if tally.Sending != 0 || tally.Unknown != 0 || tally.Sent != s.relay.messages() {
			t.Errorf("%d were sent: %+v", s.relay.messages(), tally)
		}
	})
}

// TestRefusedAfterALostAnswer has the ledger apply an exchange without an answer, and refuse
// it when it is tried again: what it recorded and claimed is found out without a claim, nothing is
// left on the wire, and nobody gets two copies.
func TestRefusedAfterALostAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(200)
		s.relay.latency = 700 * time.Millisecond
		lost, refused := false, false
		s.ledger.after = func(call string) error {
			if lost || call != "exchange" || s.relay.messages() < 20 {
				return nil
			}
			lost = true
			return errDiskFull
		}
		s.ledger.fail = func(call string) error {
			if refused || !lost || call != "exchange" {
				return nil
			}
			refused = true
			return errNoClaims
		}
		if _, err := s.run(t.Context()); !errors.Is(err, errNoClaims) {
			t.Fatalf("got %v, want %v", err, errNoClaims)
		}
		tally, err := s.ledger.Tally(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		if tally.Sending != 0 || tally.Unknown != 0 || tally.Sent != s.relay.messages() {
			t.Errorf("%d were sent: %+v", s.relay.messages(), tally)
		}
		wantStatus(t, s.send(t), digest.Sent, 0)
		s.once(t)
	})
}

// TestLedgerContradictsItself has a ledger whose count says that all is final and which
// refuses to mark the issue sent, as one with a damaged index does. For ever, the issue
// is held within seconds; for a moment, since a person settled a delivery in between, it
// is sent.
func TestLedgerContradictsItself(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		times int
		want  digest.Status
		code  int
	}{{"once", 1, digest.Sent, 0}, {"for ever", 1000, digest.Held, 1}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newScene(20)
				refusals := 0
				s.ledger.refuse = func(status digest.Status) error {
					if status != digest.Sent || refusals == c.times {
						return nil
					}
					refusals++
					return fmt.Errorf("mark: %w", delivery.ErrOwed)
				}
				begun := time.Now()
				sum := s.send(t)
				wantStatus(t, sum, c.want, c.code)
				if took := time.Since(begun); took > 30*time.Second {
					t.Errorf("took %s", took)
				}
				if c.want == digest.Held && !strings.Contains(sum.Reason, "damaged") {
					t.Errorf("reason: %s", sum.Reason)
				}
				s.once(t)
			})
		})
	}
}

func TestLedgerFailsBeforeAnythingIsAtStake(t *testing.T) {
	t.Parallel()
	for _, call := range []string{"open", "tally", "exchange"} {
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
		s.relay.send = func(*fakeConn, relay.Message) relay.Result {
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
	for _, tt := range []struct {
		name  string
		wait  time.Duration
		leave bool
	}{
		{"staying", -1, false},
		{"not staying for anything", 0, false},
		{"on a terminal", 15 * time.Minute, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newScene(5)
				s.settings.Wait, s.settings.LeaveDeferred = tt.wait, tt.leave
				begun := time.Now()
				lease := s.ledger.takeOver()
				var states []string
				progress := func(p delivery.Progress) { states = append(states, p.State) }
				sender := delivery.NewSender(s.settings, giveNothing{s.ledger}, s.ledger, s.relay, time.Now, nil)
				sum, err := sender.Send(t.Context(), lease, digest.Issue{ID: 1, Status: digest.Sending}, s.letters, progress)
				if err != nil || sum.Status != string(digest.Held) || !strings.Contains(sum.Reason, "gives none") {
					t.Errorf("got %+v, %v", sum, err)
				}
				if took := time.Since(begun); took > time.Minute || s.ledger.calls > 100 {
					t.Errorf("took %s and %d calls to say so", took, s.ledger.calls)
				}
				if said := strings.Join(states, "\n"); strings.Contains(said, "deferred") || !strings.Contains(said, "does not give") {
					t.Errorf("said %q while it asked again", said)
				}
			})
		})
	}
}
