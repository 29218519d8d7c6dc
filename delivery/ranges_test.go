package delivery_test

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"roundup/delivery"
	"roundup/delivery/relay"
	"roundup/digest"
)

func TestLeftOversOfADeadSender(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(10)
		old := s.ledger.takeOver()
		held, err := s.ledger.OpenRange(t.Context(), old, 1, nil, delivery.Resend)
		if err != nil {
			t.Fatal(err)
		}
		claims, _, err := s.ledger.Exchange(t.Context(), 1, []*delivery.Range{held}, nil, delivery.Want{Count: 2})
		if err != nil || len(claims) != 2 {
			t.Fatalf("got %d claims, %v", len(claims), err)
		}
		wantStatus(t, s.send(t), digest.Sent, 0)
		for i := range 2 {
			if row := s.ledger.rows[i]; row.resends != 1 || row.state != delivery.Sent {
				t.Errorf("reader %d: got %s after %d resends", i+1, row.state, row.resends)
			}
		}
	})
}

// A message that takes minutes keeps nobody waiting who was claimed behind it: the claim is
// handed back, and whoever leaves meanwhile is not mailed.
func TestClaimsExpire(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(40)
		s.settings.Connections = 1
		s.relay.slow = func(m relay.Message) time.Duration {
			if m.To != addressOf(10) {
				return 0
			}
			time.AfterFunc(time.Minute, func() {
				s.ledger.mu.Lock()
				s.ledger.rows[10].left = true // claimed ahead
				s.ledger.mu.Unlock()
			})
			return 80 * time.Second
		}
		sum := s.send(t)
		wantStatus(t, sum, digest.Sent, 0)
		s.once(t, 11)
		row := s.ledger.rows[10]
		if want := []delivery.State{delivery.Queued, delivery.Sending, delivery.Queued, delivery.Skipped}; !slices.Equal(row.path, want) || row.attempts != 0 {
			t.Errorf("reader 11: got %v after %d attempts, want %v and none", row.path, row.attempts, want)
		}
	})
}

// A run whose ranges were taken by another writes nothing any more, and begins no message
// that it had claimed; the other sends each again once at most.
func TestAZombieSendsNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(60)
		s.ledger.split(7)
		s.settings.Connections = 2
		var stalled bool
		s.relay.slow = func(m relay.Message) time.Duration {
			if m.To != addressOf(20) || stalled {
				return 0
			}
			stalled = true
			s.ledger.takeOver()
			return 80 * time.Second
		}
		if _, err := s.run(t.Context()); !errors.Is(err, delivery.ErrLeaseLost) {
			t.Fatalf("got %v, want %v", err, delivery.ErrLeaseLost)
		}
		wantStatus(t, s.send(t), digest.Sent, 0)
		for _, r := range s.ledger.rows {
			if copies := s.relay.copies[addressOf(r.reader)]; copies != 1 && (copies != 2 || r.resends != 1) {
				t.Errorf("reader %d has %d copies after %d resends", r.reader, copies, r.resends)
			}
		}
	})
}
