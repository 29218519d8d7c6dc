package delivery_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"roundup/delivery"
	"roundup/delivery/mail"
	"roundup/delivery/relay"
	"roundup/digest"
)

func TestRunOfRefusals(t *testing.T) {
	t.Parallel()
	equal := func(id int64, address string) relay.Result {
		return refusal(fmt.Sprintf("<%s>: blocked, see ticket X%d", address, 1000+id))
	}
	tests := []struct {
		name    string
		readers int
		domains int64
		refuse  func(id int64, address string) (relay.Result, bool)
		held    bool
		failed  int
	}{
		{"19 equal, three domains", 19, 3, func(id int64, a string) (relay.Result, bool) { return equal(id, a), true }, false, 19},
		{"20 equal, three domains", 20, 3, func(id int64, a string) (relay.Result, bool) { return equal(id, a), true }, true, 0},
		{"40 equal, two domains", 40, 2, func(id int64, a string) (relay.Result, bool) { return equal(id, a), true }, false, 40},
		{"40 dead addresses of one domain", 40, 1, func(id int64, a string) (relay.Result, bool) { return equal(id, a), true }, false, 40},
		{"a thousand equal, three domains", 1000, 3, func(id int64, a string) (relay.Result, bool) { return equal(id, a), true }, true, 0},
		{"the third domain is the fortieth reader's", 40, 5, func(int64, string) (relay.Result, bool) {
			return refusal("blocked"), true
		}, true, 0},
		{"an acceptance between", 100, 5, func(id int64, a string) (relay.Result, bool) {
			return equal(id, a), id%15 != 0
		}, false, 94},
		{"other words between", 100, 5, func(id int64, a string) (relay.Result, bool) {
			if id%15 == 0 {
				return refusal("no such user"), true
			}
			return equal(id, a), true
		}, false, 100},
		{"same words, other code", 100, 5, func(id int64, a string) (relay.Result, bool) {
			r := equal(id, a)
			r.Reply.Code = 550 + int(id%2)
			return r, true
		}, false, 100},
		{"unsendable for everybody", 100, 5, func(int64, string) (relay.Result, bool) {
			return relay.Result{Verdict: relay.Unsendable, Why: "the relay takes no 8-bit mail"}, true
		}, true, 0},
	}
	for _, tt := range tests {
		for _, connections := range []int{1, 4} {
			t.Run(fmt.Sprintf("%s/%d", tt.name, connections), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					s := newScene(tt.readers)
					s.settings.Connections = connections
					s.letters.domain = func(id int64) string {
						if tt.name == "the third domain is the fortieth reader's" {
							return fmt.Sprintf("d%d.example", map[bool]int64{true: 9, false: id % 2}[id == 40])
						}
						return fmt.Sprintf("d%d.example", id%tt.domains)
					}
					s.relay.send = func(_ *fakeConn, m relay.Message) relay.Result {
						var id int64
						if _, err := fmt.Sscanf(m.To, "reader%d@", &id); err != nil {
							t.Error(err)
						}
						if result, refused := tt.refuse(id, m.To); refused {
							return result
						}
						return accepted
					}
					sum := s.send(t)
					if !tt.held {
						wantStatus(t, sum, digest.Sent, 0)
					} else {
						wantStatus(t, sum, digest.Held, 1)
						if s.ledger.status != digest.Held || !strings.Contains(sum.Reason, "in a row") {
							t.Errorf("ledger: %s, reason: %s", s.ledger.status, sum.Reason)
						}
					}
					if got := s.ledger.in(delivery.Failed); got != tt.failed {
						t.Errorf("got %d readers blamed, want %d", got, tt.failed)
					}
				})
			})
		}
	}
}

func TestHoldThenRelease(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(100)
		s.relay.send = func(*fakeConn, relay.Message) relay.Result { return refusal("blocked by policy") }
		wantStatus(t, s.send(t), digest.Held, 1)
		if got := s.relay.messages(); got > 27 {
			t.Errorf("got %d messages before the issue was held, want 20 and what was in flight", got)
		}
		s.ledger.set(digest.Sending)
		s.relay.send = nil
		wantStatus(t, s.send(t), digest.Sent, 0)
		s.once(t)
	})
}

func TestGivingUpOnEverybodyIsAboutUs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(60)
		s.settings.Wait = -1
		s.relay.send = func(*fakeConn, relay.Message) relay.Result { return greylisted() }
		wantStatus(t, s.send(t), digest.Held, 1)
		if got := s.ledger.in(delivery.Failed); got != 0 {
			t.Errorf("got %d readers blamed for a relay that defers everybody", got)
		}
	})
}

func TestStopHoldsTheIssue(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		reply relay.Reply
		hint  string
	}{
		{"authentication required", relay.Reply{Code: 530, Enhanced: "5.7.0", Text: "Authentication required", Command: "MAIL"}, "smtp.username"},
		{"sender refused", relay.Reply{Code: 553, Enhanced: "5.7.1", Text: "not owned by user", Command: "MAIL"}, "mail.from"},
		{"relaying denied", relay.Reply{Code: 554, Enhanced: "5.7.1", Text: "Relay access denied", Command: "RCPT"}, "operator"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newScene(100)
				s.relay.send = func(*fakeConn, relay.Message) relay.Result {
					return relay.Result{Verdict: relay.Stop, Reply: tt.reply}
				}
				sum := s.send(t)
				wantStatus(t, sum, digest.Held, 1)
				if !strings.Contains(sum.Reason, tt.reply.Text) || !strings.Contains(sum.Reason, tt.hint) {
					t.Errorf("reason: got %q, want the server's words and %q", sum.Reason, tt.hint)
				}
				if got := s.relay.messages(); got != 1 {
					t.Errorf("got %d messages, want 1", got)
				}
				if sum.Queued != 100 || sum.Failed != 0 {
					t.Errorf("got %d queued and %d failed, want 100 and 0", sum.Queued, sum.Failed)
				}
			})
		})
	}
}

func TestStopInTheMiddleGivesEverythingBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(100)
		s.relay.send = func(*fakeConn, relay.Message) relay.Result {
			if len(s.relay.copies) >= 40 {
				return relay.Result{Verdict: relay.Stop, Reply: relay.Reply{Code: 530, Text: "no", Command: "MAIL"}}
			}
			return accepted
		}
		sum := s.send(t)
		wantStatus(t, sum, digest.Held, 1)
		if sum.Sent != 40 || sum.Queued != 60 || s.ledger.in(delivery.Sending) != 0 {
			t.Errorf("got %+v", sum)
		}
	})
}

func TestAuthenticationIsTriedOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(5000)
		s.relay.dial = func(int) error {
			return &relay.Trouble{
				Hold: true, Why: "sign in to relay.example", Hint: "check smtp.username",
				Reply: relay.Reply{Code: 535, Enhanced: "5.7.8", Text: "bad credentials", Command: "AUTH"},
			}
		}
		sum := s.send(t)
		wantStatus(t, sum, digest.Held, 1)
		if len(s.relay.dials) != 1 || s.ledger.in(delivery.Queued) != 5000 {
			t.Errorf("got %d connections, %d queued, want 1 and 5000", len(s.relay.dials), s.ledger.in(delivery.Queued))
		}
		if want := "sign in to relay.example: 535 5.7.8 bad credentials; check smtp.username"; sum.Reason != want {
			t.Errorf("reason: got %q, want %q", sum.Reason, want)
		}
	})
}

func TestRunOfSilence(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		until int // messages without an answer
		every int // 1 in so many gets an answer; 0: none
		held  bool
	}{
		{"four", 4, 0, false},
		{"five", 5, 0, true},
		{"all", 1000, 0, true},
		{"one in four answered", 1000, 4, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newScene(60)
				s.settings.Connections = 1
				s.settings.Unknown = delivery.Hold
				n := 0
				s.relay.send = func(*fakeConn, relay.Message) relay.Result {
					n++
					if n > tt.until || tt.every > 0 && n%tt.every == 0 {
						return accepted
					}
					return silent
				}
				sum := s.send(t)
				if !tt.held {
					wantStatus(t, sum, digest.Sent, 0)
					return
				}
				wantStatus(t, sum, digest.Held, 1)
				if sum.Unknown != 5 || sum.Queued != 55 {
					t.Errorf("got %d unknown and %d queued, want 5 and 55", sum.Unknown, sum.Queued)
				}
			})
		})
	}
}

func TestSilenceOverFourConnectionsIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(1000)
		s.relay.send = func(*fakeConn, relay.Message) relay.Result {
			if s.relay.copies[addressOf(1)] == 0 {
				return accepted
			}
			return silent
		}
		sum := s.send(t)
		wantStatus(t, sum, digest.Held, 1)
		if sum.Unknown > 8 {
			t.Errorf("got %d unknown, want five and what was on the wire", sum.Unknown)
		}
	})
}

func TestMessagesNobodyCanCompose(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(100)
		s.letters.fail = func(mail.Reader) error { return errors.New("no such placeholder") }
		sum := s.send(t)
		wantStatus(t, sum, digest.Held, 1)
		if sum.Failed != 0 || sum.Queued != 100 {
			t.Errorf("got %d failed and %d queued, want 0 and 100", sum.Failed, sum.Queued)
		}
	})
}
