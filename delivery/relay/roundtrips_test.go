package relay_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"roundup/delivery/relay"
	"roundup/internal/testing/smtptest"
)

// TestRoundTrips: as few turns a message as the relay allows, whatever its size,
// over TLS as in the clear.
func TestRoundTrips(t *testing.T) {
	t.Parallel()
	inModes(t, func(t *testing.T, m smtptest.Mode, o smtptest.Options) {
		for _, tls := range []relay.TLSMode{relay.NoTLS, relay.StartTLS, relay.ImplicitTLS} {
			t.Run(string(tls), func(t *testing.T) {
				t.Parallel()
				o := o
				o.Extensions = append(o.Extensions[:len(o.Extensions):len(o.Extensions)], "STARTTLS")
				o.ImplicitTLS, o.RoundTrip = tls == relay.ImplicitTLS, 20*time.Millisecond
				s := smtptest.Start(t, o)
				var change []func(*relay.Settings)
				if tls != relay.NoTLS {
					change = append(change, secured(t, s, tls))
				}
				r := relayTo(t, s, change...)
				around := turnsOf(t, s, dial(t, r)) // of hello and goodbye
				c := dial(t, r)
				const messages = 5
				for i := range messages {
					msg := messageTo(fmt.Sprintf("r%d@b.example", i))
					msg.Data = append(msg.Data, strings.Repeat(strings.Repeat("x", 76)+"\r\n", 500*i)...)
					if r := c.Send(soon(t), msg); r.Verdict != relay.Accepted || r.Broken {
						t.Fatalf("got %+v", r)
					}
				}
				if got, want := turnsOf(t, s, c)-2*around, m.Turns*messages; got != want {
					t.Errorf("%d round trips for %d messages, want %d", got, messages, want)
				}
				noViolations(t, s)
			})
		}
	})
}

// turnsOf closes a connection and counts all round trips so far: before it is
// closed the server may still be counting.
func turnsOf(t *testing.T, s *smtptest.Server, c relay.Conn) int {
	t.Helper()
	_ = c.Close()
	if err := s.WaitIdle(soon(t)); err != nil {
		t.Fatal(err)
	}
	return s.Turns()
}

// TestLoneDot: a relay that asks for a message nobody may get is given none
// (RFC 2920, 3.1), and the connection serves the next reader.
func TestLoneDot(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		refused *smtptest.Action
		want    relay.Verdict
	}{
		{smtptest.Reply("550 5.1.1 no such user"), relay.RefusedReader},
		{smtptest.Reply("451 4.7.1 greylisted"), relay.DeferredReader},
	} {
		for _, end := range []struct {
			action *smtptest.Action
			broken bool
		}{
			{smtptest.Reply("554 5.5.1 no valid recipients"), false},
			{smtptest.Reply("250 2.0.0 took nothing").Lose(), false},
			{smtptest.Reply("421 4.3.2 closing").ThenDrop(), true},
			{smtptest.Drop(), true},
			{smtptest.Reply("354 go on"), true},
		} {
			s := smtptest.Start(t, smtptest.Options{
				Extensions: []string{"PIPELINING"},
				Script: smtptest.Any(
					smtptest.Times(1, smtptest.On(smtptest.RCPT, tt.refused)),
					smtptest.Times(1, smtptest.On(smtptest.DATA, smtptest.Reply("354 go ahead"))),
					smtptest.Times(1, smtptest.On(smtptest.EndOfData, end.action)),
				),
			})
			r := relayTo(t, s)
			c := dial(t, r)
			got := c.Send(soon(t), messageTo("dead@b.example"))
			if got.Verdict != tt.want || got.Broken != end.broken {
				t.Errorf("got %+v, want %v, broken %v", got, tt.want, end.broken)
			}
			if got.Broken {
				_ = c.Close()
				c = dial(t, r)
			}
			if got := c.Send(soon(t), messageTo("live@b.example")); got.Verdict != relay.Accepted {
				t.Errorf("the next: %+v", got)
			}
			if m := s.Mails(); len(m) != 1 || m[0].To[0] != "live@b.example" {
				t.Errorf("kept %+v", m)
			}
			noViolations(t, s)
		}
	}
}
