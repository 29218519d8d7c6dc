package delivery_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"roundup/delivery"
	"roundup/delivery/relay"
	"roundup/digest"
)

func TestClosedAfterEveryFewMessages(t *testing.T) {
	t.Parallel()
	for _, every := range []int{1, 2, 7, 25} {
		t.Run(fmt.Sprint(every), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newScene(200)
				s.relay.send = func(c *fakeConn, _ relay.Message) relay.Result {
					if c.sent > every {
						return closing
					}
					return accepted
				}
				sum := s.send(t)
				wantStatus(t, sum, digest.Sent, 0)
				s.once(t)
				if len(s.ledger.statuses) != 1 {
					t.Errorf("the issue waited: %v", s.ledger.statuses)
				}
			})
		})
	}
}

func TestNothingIsSentAfterA421(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(100)
		said := map[int]bool{}
		s.relay.send = func(c *fakeConn, _ relay.Message) relay.Result {
			if said[c.n] {
				t.Errorf("a message on connection %d after its 421", c.n)
			}
			if c.sent == 5 {
				said[c.n] = true
				r := closing
				r.Broken = false // it has not closed yet
				return r
			}
			return accepted
		}
		wantStatus(t, s.send(t), digest.Sent, 0)
		s.once(t)
	})
}

func TestConnectionLimit(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		dial func(s *scene) error
		send func(s *scene) relay.Result
	}{
		{"at the greeting", func(s *scene) error {
			if s.relay.open >= 2 {
				return &relay.Trouble{Why: "connect", Reply: relay.Reply{Code: 421, Text: "too many connections"}}
			}
			return nil
		}, nil},
		{"at the first message", nil, func(s *scene) relay.Result {
			if s.relay.open > 2 {
				return closing
			}
			return accepted
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newScene(1000)
				s.settings.Connections = 8
				if tt.dial != nil {
					s.relay.dial = func(int) error {
						s.relay.mu.Lock()
						defer s.relay.mu.Unlock()
						return tt.dial(s)
					}
				}
				if tt.send != nil {
					s.relay.send = func(c *fakeConn, _ relay.Message) relay.Result {
						if c.sent > 1 {
							return accepted
						}
						return tt.send(s)
					}
				}
				begun := time.Now()
				wantStatus(t, s.send(t), digest.Sent, 0)
				s.once(t)
				if len(s.relay.dials) > 30 {
					t.Errorf("got %d connections tried", len(s.relay.dials))
				}
				if took := time.Since(begun); took > 2*time.Minute {
					t.Errorf("took %s", took)
				}
			})
		})
	}
}

func TestConnectionsGrowAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(30000)
		limit := 1
		s.relay.dial = func(int) error {
			s.relay.mu.Lock()
			defer s.relay.mu.Unlock()
			if s.relay.open >= limit {
				return &relay.Trouble{Why: "connect", Reply: relay.Reply{Code: 421, Text: "too many connections"}}
			}
			return nil
		}
		s.relay.send = func(*fakeConn, relay.Message) relay.Result {
			if len(s.relay.copies) == 5000 {
				limit = 4
			}
			return accepted
		}
		wantStatus(t, s.send(t), digest.Sent, 0)
		if s.relay.mostOpen != 4 {
			t.Errorf("got %d connections at most once the limit was gone, want 4", s.relay.mostOpen)
		}
	})
}

func TestRelayAsksForLess(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(300)
		var window, asked time.Time
		n, after := 0, 0
		s.relay.send = func(*fakeConn, relay.Message) relay.Result {
			if time.Since(window) >= time.Minute {
				window, n = time.Now(), 0
			}
			if n++; n > 100 {
				if asked.IsZero() {
					asked = time.Now()
				}
				return slower
			}
			if since := time.Since(asked); !asked.IsZero() && since > time.Second && since < 2*time.Minute {
				after = max(after, s.relay.open)
			}
			return accepted
		}
		sum := s.send(t)
		wantStatus(t, sum, digest.Sent, 0)
		s.once(t)
		if after != 1 {
			t.Errorf("got %d connections after it asked for less again and again, want 1", after)
		}
		refused := s.relay.messages() - 300
		if refused > 40 {
			t.Errorf("got %d messages refused for their rate", refused)
		}
	})
}

func TestOneConnectionUntilTheRelayIsKnownToWork(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(100)
		s.settings.Wait = 10 * time.Minute
		s.relay.send = func(*fakeConn, relay.Message) relay.Result { return closing }
		sum := s.send(t)
		wantStatus(t, sum, digest.Waiting, 3)
		if s.relay.mostBusy != 1 {
			t.Errorf("got %d messages at once to a relay that takes none", s.relay.mostBusy)
		}
	})
}

func TestMessagesPerConnection(t *testing.T) {
	t.Parallel()
	for _, limit := range []int{1, 2, 3, 10} {
		t.Run(fmt.Sprint(limit), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newScene(100)
				s.settings.MessagesPerConnection = limit
				s.relay.send = func(c *fakeConn, _ relay.Message) relay.Result {
					if c.sent > limit {
						t.Errorf("message %d on one connection, want at most %d", c.sent, limit)
					}
					return accepted
				}
				wantStatus(t, s.send(t), digest.Sent, 0)
				s.once(t)
				s.claimedOnce(t)
			})
		})
	}
}

func TestIdleConnectionsAreClosed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(20)
		at := deferrals(s)
		open := -1
		s.progress = func(delivery.Progress) {
			if len(*at) == 1 && time.Since((*at)[0]) > time.Minute {
				s.relay.mu.Lock()
				open = s.relay.open
				s.relay.mu.Unlock()
			}
		}
		s.send(t)
		if open != 0 {
			t.Errorf("got %d connections open after a minute with nothing to send, want 0", open)
		}
	})
}
