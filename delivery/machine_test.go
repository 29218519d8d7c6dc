package delivery_test

import (
	"slices"
	"testing"
	"time"

	"roundup/delivery"
	"roundup/delivery/relay"
)

func TestTransitionsNameOnlyStates(t *testing.T) {
	t.Parallel()
	states := delivery.States()
	seen := map[[2]delivery.State]bool{}
	for _, tr := range delivery.Transitions() {
		if !slices.Contains(states, tr.From) || !slices.Contains(states, tr.To) || tr.When == "" {
			t.Errorf("transition %+v", tr)
		}
		if seen[[2]delivery.State{tr.From, tr.To}] {
			t.Errorf("%s to %s is listed twice", tr.From, tr.To)
		}
		seen[[2]delivery.State{tr.From, tr.To}] = true
	}
	for _, from := range states {
		for _, to := range states {
			if got := delivery.Lawful(from, to); got != seen[[2]delivery.State{from, to}] {
				t.Errorf("Lawful(%s, %s) = %t", from, to, got)
			}
		}
	}
}

func TestFinalStatesStayFinal(t *testing.T) {
	t.Parallel()
	for _, final := range []delivery.State{delivery.Sent, delivery.Skipped} {
		for _, to := range delivery.States() {
			// A cancelling taken back.
			restored := final == delivery.Skipped && (to == delivery.Queued || to == delivery.Deferred)
			if delivery.Lawful(final, to) && !restored {
				t.Errorf("%s leads to %s", final, to)
			}
		}
	}
	// A message goes on the wire from these alone, and each was claimed for it.
	for _, from := range delivery.States() {
		want := from == delivery.Queued || from == delivery.Deferred || from == delivery.Unknown
		if got := delivery.Lawful(from, delivery.Sending); got != want {
			t.Errorf("%s leads to sending: %t", from, got)
		}
	}
}

func TestTallyOwed(t *testing.T) {
	t.Parallel()
	tally := delivery.Tally{Queued: 1, Sending: 2, Sent: 4, Deferred: 8, Failed: 16, Unknown: 32, Skipped: 64, Resendable: 5}
	if got := tally.Audience(); got != 127 {
		t.Errorf("audience: got %d, want 127", got)
	}
	if got := tally.Owed(delivery.Resend); got != 16 {
		t.Errorf("owed under resend: got %d, want 16", got)
	}
	if got := tally.Owed(delivery.Hold); got != 11 {
		t.Errorf("owed under hold: got %d, want 11", got)
	}
}

func TestGist(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		a, b relay.Reply
		same bool
	}{
		{"addresses", relay.Reply{Code: 550, Text: "<ann@a.example>: user unknown"}, relay.Reply{Code: 550, Text: "<bob@b.example>: user unknown"}, true},
		{"ids and hosts with digits", relay.Reply{Code: 554, Text: "blocked [192.0.2.7] ticket A1B2"}, relay.Reply{Code: 554, Text: "blocked [192.0.2.80] ticket ZZ9"}, true},
		{"case", relay.Reply{Code: 550, Text: "Blocked"}, relay.Reply{Code: 550, Text: "blocked"}, true},
		{"an id in several words", relay.Reply{Code: 550, Text: "id 1 2 3 refused"}, relay.Reply{Code: 550, Text: "id 4f refused"}, true},
		{"codes differ", relay.Reply{Code: 550, Text: "blocked"}, relay.Reply{Code: 554, Text: "blocked"}, false},
		{"enhanced codes differ", relay.Reply{Code: 550, Enhanced: "5.7.1", Text: "no"}, relay.Reply{Code: 550, Enhanced: "5.1.1", Text: "no"}, false},
		{"words differ", relay.Reply{Code: 550, Text: "user unknown"}, relay.Reply{Code: 550, Text: "mailbox disabled"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a, b := tt.a.Gist(), tt.b.Gist()
			if (a == b) != tt.same {
				t.Errorf("got %q and %q, same: want %t", a, b, tt.same)
			}
		})
	}
	if got := (relay.Reply{}).Gist(); got != "" {
		t.Errorf("gist of no reply: got %q", got)
	}
	reply := relay.Reply{Code: 550, Enhanced: "5.1.1", Text: "<ann@a.example>: User unknown in table 7"}
	if got, want := reply.Gist(), "550 5.1.1 … user unknown in table …"; got != want {
		t.Errorf("gist: got %q, want %q", got, want)
	}
}

// in is a duration after the fixed moment of tests.
func in(d time.Duration) time.Time {
	return time.Date(2026, time.November, 20, 12, 0, 0, 0, time.UTC).Add(d)
}
