package delivery_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"roundup/delivery"
	"roundup/digest"
)

// scene is an issue, its readers, a relay and how it is sent.
type scene struct {
	ledger   *fakeLedger
	relay    *fakeRelay
	letters  letters
	settings delivery.Settings
	progress func(delivery.Progress)
}

func newScene(readers int) *scene {
	return &scene{
		ledger:   newLedger(readers),
		relay:    newRelay(),
		settings: delivery.Settings{Relay: "relay.example", Connections: 4, GiveUpAfter: 24 * time.Hour, Wait: 15 * time.Minute, CatchUp: 24 * time.Hour},
	}
}

// run sends once, under a new lease.
func (s *scene) run(ctx context.Context) (delivery.Summary, error) {
	lease := s.ledger.takeOver()
	sender := delivery.NewSender(s.settings, s.ledger, s.ledger, s.relay, time.Now, nil)
	issue := digest.Issue{ID: 1, Number: 12, Subject: "A headline", Status: s.ledger.status, Why: s.ledger.why}
	return sender.Send(ctx, lease, issue, s.letters, s.progress)
}

// send is run where no error is expected.
func (s *scene) send(t *testing.T) delivery.Summary {
	t.Helper()
	sum, err := s.run(t.Context())
	if err != nil {
		t.Fatalf("send: %v", err)
	}
	return sum
}

// once checks that every reader had one copy but those named.
func (s *scene) once(t *testing.T, but ...int64) {
	t.Helper()
	want := map[string]int{}
	for _, r := range s.ledger.rows {
		want[addressOf(r.reader)] = 1
	}
	for _, id := range but {
		want[addressOf(id)] = 0
	}
	for address, n := range want {
		if got := s.relay.copies[address]; got != n {
			t.Errorf("%s: got %d copies, want %d", address, got, n)
		}
	}
}

// claimedOnce fails the test unless each reader was claimed once; a claim that was given
// back is none.
func (s *scene) claimedOnce(t *testing.T) {
	t.Helper()
	for _, r := range s.ledger.rows {
		if r.attempts != 1 {
			t.Errorf("reader %d: %d attempts, want 1", r.reader, r.attempts)
		}
	}
}

func wantStatus(t *testing.T, s delivery.Summary, want digest.Status, exit int) {
	t.Helper()
	if s.Status != string(want) {
		t.Errorf("status: got %s (%s), want %s", s.Status, s.Reason, want)
	}
	if got := delivery.ExitCode(s); got != exit {
		t.Errorf("exit code: got %d, want %d", got, exit)
	}
}

func TestSendsEveryReaderOnce(t *testing.T) {
	t.Parallel()
	for _, readers := range []int{0, 1, 2, 3, 25, 1000} {
		t.Run(fmt.Sprint(readers), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newScene(readers)
				sum := s.send(t)
				wantStatus(t, sum, digest.Sent, 0)
				s.once(t)
				if sum.Sent != readers || sum.Owed != 0 {
					t.Errorf("got %d sent, %d owed, want %d and 0", sum.Sent, sum.Owed, readers)
				}
			})
		})
	}
}
