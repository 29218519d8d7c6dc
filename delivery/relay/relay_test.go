package relay_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"roundup/delivery/relay"
	"roundup/internal/testing/smtptest"
)

func TestConnectionIsUsedAgain(t *testing.T) {
	t.Parallel()
	for _, mode := range []relay.TLSMode{relay.NoTLS, relay.StartTLS, relay.ImplicitTLS} {
		t.Run(string(mode), func(t *testing.T) {
			t.Parallel()
			s := smtptest.Start(t, smtptest.Options{
				Extensions: everything, ImplicitTLS: mode == relay.ImplicitTLS,
				RequireTLS: mode != relay.NoTLS, RequireAuth: true,
				Users: map[string]string{"weekly": "s3cret-pass"},
			})
			change := []func(*relay.Settings){signedIn}
			if mode != relay.NoTLS {
				change = append(change, secured(t, s, mode))
			}
			c := dial(t, relayTo(t, s, change...))
			before := s.Turns()
			for i := range 3 {
				r := c.Send(soon(t), messageTo(fmt.Sprintf("r%d@b.example", i)))
				if r.Verdict != relay.Accepted || r.Broken || r.Duration <= 0 {
					t.Fatalf("got %+v", r)
				}
				if r.Reply.Command != "end of data" || !strings.HasPrefix(r.Reply.Text, "ok: queued as") {
					t.Errorf("the relay's own words are lost: %+v", r.Reply)
				}
			}
			if got := s.Turns() - before; got != 12 {
				t.Errorf("%d round trips for 3 messages, want 12", got)
			}
			if err := c.Close(); err != nil {
				t.Error(err)
			}
			if err := s.WaitIdle(soon(t)); err != nil {
				t.Fatal(err)
			}
			if got := verbs(s); !strings.HasSuffix(got, "MAIL RCPT DATA MAIL RCPT DATA MAIL RCPT DATA QUIT") {
				t.Errorf("commands: %s", got)
			}
			for _, m := range s.Mails() {
				if m.User != "weekly" || m.TLS != (mode != relay.NoTLS) || m.Hello != "sender.test" || m.From != "bounces@magazine.example" {
					t.Errorf("mail %+v", m)
				}
			}
			noViolations(t, s)
		})
	}
}

func TestNewRelayRefuses(t *testing.T) {
	t.Parallel()
	good := relay.Settings{Host: "relay.example", Port: 587, TLS: relay.StartTLS}
	if _, err := relay.New(good); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		change func(*relay.Settings)
		want   string
	}{
		{"no host", func(r *relay.Settings) { r.Host = "" }, "is not a host"},
		{"host with a line break", func(r *relay.Settings) { r.Host = "a\r\nb" }, "is not a host"},
		{"no port", func(r *relay.Settings) { r.Port = 0 }, "is not a port"},
		{"name with a line break", func(r *relay.Settings) { r.LocalName = "a\r\nMAIL" }, "EHLO"},
		{"unknown TLS", func(r *relay.Settings) { r.TLS = "opportunistic" }, "unknown kind of TLS"},
		{"no TLS off loopback", func(r *relay.Settings) { r.TLS = relay.NoTLS }, "on loopback only"},
		{"authorities that are not there", func(r *relay.Settings) { r.CAFile = "/nonexistent.pem" }, "no such file"},
		{"authorities that are none", func(r *relay.Settings) { r.CAFile = "relay_test.go" }, "holds no PEM certificate"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			settings := good
			tt.change(&settings)
			if _, err := relay.New(settings); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
	insecure := good
	insecure.TLS, insecure.Insecure = relay.NoTLS, true
	if _, err := relay.New(insecure); err != nil {
		t.Errorf("insecure: %v", err)
	}
}

// S26, and dots where blocks and buffers end.
func TestDotsArriveAsTheyWere(t *testing.T) {
	t.Parallel()
	bodies := []string{".\r\n", "..\r\n", ".x\r\n.\r\n..\r\n", "a\r\n.\r\n", ""}
	for _, edge := range []int{4096, 8192, 16384, 32 << 10, 64 << 10} {
		for shift := -3; shift <= 3; shift++ {
			bodies = append(bodies, filled(edge+shift)+".\r\n..\r\n.end\r\n")
		}
	}
	// Dots within lines, wherever a block ends.
	bodies = append(bodies, strings.Repeat("x"+strings.Repeat(".", 997)+"\r\n", 200))
	inModes(t, func(t *testing.T, _ smtptest.Mode, o smtptest.Options) {
		s := smtptest.Start(t, o)
		c := dial(t, relayTo(t, s))
		for i, body := range bodies {
			m := messageTo("r@b.example")
			m.Data = []byte("Subject: dots\r\n\r\n" + body)
			if r := c.Send(soon(t), m); r.Verdict != relay.Accepted {
				t.Fatalf("body %d: %+v", i, r)
			}
			if got := s.Mails()[i].Data; !bytes.Equal(got, m.Data) {
				t.Errorf("body %d of %d octets arrived as %d", i, len(m.Data), len(got))
			}
		}
		m := messageTo("r@b.example")
		m.Data = []byte("Subject: no end of line\r\n\r\nx")
		if r := c.Send(soon(t), m); r.Verdict != relay.Accepted || !bytes.Equal(s.Mails()[len(bodies)].Data, append(m.Data, '\r', '\n')) {
			t.Errorf("without an end of line: %+v", r)
		}
		noViolations(t, s)
	})
}

// filled is lines of exactly n octets, header excluded.
func filled(n int) string {
	var b strings.Builder
	n -= len("Subject: dots\r\n\r\n")
	for n-b.Len() > 80 {
		b.WriteString(strings.Repeat("x", 70) + "\r\n")
	}
	rest := n - b.Len()
	return b.String() + strings.Repeat("y", max(rest-2, 0)) + "\r\n"
}

// S23: what the relay can't take is found out before MAIL.
func TestUnfitMessages(t *testing.T) {
	t.Parallel()
	utf8 := func(m *relay.Message) { m.To = "grüße@b.example" }
	large := func(m *relay.Message) { m.Data = append(m.Data, strings.Repeat("x\r\n", 400)...) }
	eight := func(m *relay.Message) { m.Data = append(m.Data, "grün\r\n"...) }
	tests := []struct {
		name       string
		extensions []string
		change     func(*relay.Message)
		want       relay.Verdict
		why        string
	}{
		{"larger than SIZE", []string{"SIZE 1000"}, large, relay.Stop, "takes at most 1000"},
		{"SIZE without a limit", []string{"SIZE"}, large, relay.Accepted, ""},
		{"SIZE 0 is no limit", []string{"SIZE 0"}, large, relay.Accepted, ""},
		{"no SMTPUTF8", []string{"8BITMIME"}, utf8, relay.Unsendable, "no SMTPUTF8"},
		{"SMTPUTF8", []string{"8BITMIME", "SMTPUTF8"}, utf8, relay.Accepted, ""},
		{"our own address needs SMTPUTF8", []string{"8BITMIME"}, func(m *relay.Message) { m.From = "grüße@b.example" }, relay.Stop, "no SMTPUTF8"},
		{"no 8BITMIME", []string{}, eight, relay.Stop, "no 8BITMIME"},
		{"8BITMIME", []string{"8BITMIME"}, eight, relay.Accepted, ""},
		{"parameter in an address", nil, func(m *relay.Message) { m.To = "a@b.example> NOTIFY=NEVER" }, relay.Unsendable, "can't be said"},
		{"line break in an address", nil, func(m *relay.Message) { m.To = "a@b.example\r\nDATA" }, relay.Unsendable, "can't be said"},
		{"no address", nil, func(m *relay.Message) { m.To = "" }, relay.Unsendable, "can't be said"},
		{"bad return path", nil, func(m *relay.Message) { m.From = "a b@c.example" }, relay.Stop, "return path"},
		{"null return path", nil, func(m *relay.Message) { m.From = "" }, relay.Accepted, ""},
		{"bare LF", nil, func(m *relay.Message) { m.Data = []byte("Subject: x\r\n\r\na\n.\nb\r\n") }, relay.Stop, "line 3 ends in a bare LF"},
		{"bare CR", nil, func(m *relay.Message) { m.Data = []byte("Subject: x\r\n\r\na\r.\r\n") }, relay.Stop, "line 3 holds a bare CR"},
		{"CR at the end", nil, func(m *relay.Message) { m.Data = []byte("Subject: x\r\n\r\na\r") }, relay.Stop, "bare CR"},
		{"line too long", nil, func(m *relay.Message) { m.Data = append(m.Data, strings.Repeat("x", 999)+"\r\n"...) }, relay.Stop, "999 octets"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := smtptest.Start(t, smtptest.Options{Extensions: tt.extensions})
			c := dial(t, relayTo(t, s))
			m := messageTo("r@b.example")
			tt.change(&m)
			r := c.Send(soon(t), m)
			if r.Verdict != tt.want || r.Broken || !strings.Contains(r.Why, tt.why) {
				t.Errorf("got %v, %q, broken %v", r.Verdict, r.Why, r.Broken)
			}
			if said := s.Count("MAIL") > 0; said != (tt.want == relay.Accepted) {
				t.Errorf("MAIL said: %v", said)
			}
			// The connection serves the next reader.
			if r := c.Send(soon(t), messageTo("next@b.example")); r.Verdict != relay.Accepted {
				t.Errorf("the next: %+v", r)
			}
			noViolations(t, s)
		})
	}
}

func TestMailParameters(t *testing.T) {
	t.Parallel()
	s := smtptest.Start(t, smtptest.Options{Extensions: everything})
	c := dial(t, relayTo(t, s))
	plain, utf8 := messageTo("r@b.example"), messageTo("grüße@b.example")
	for _, m := range []relay.Message{plain, utf8} {
		if r := c.Send(soon(t), m); r.Verdict != relay.Accepted {
			t.Fatalf("%+v", r)
		}
	}
	for i, want := range []string{
		fmt.Sprintf("SIZE=%d", len(plain.Data)),
		fmt.Sprintf("SIZE=%d BODY=8BITMIME SMTPUTF8", len(utf8.Data)),
	} {
		if got := strings.Join(s.Mails()[i].Params, " "); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestContextGivesUp(t *testing.T) {
	t.Parallel()
	tests := []struct {
		step smtptest.Step
		want relay.Verdict
	}{
		{smtptest.MAIL, relay.Later},
		{smtptest.RCPT, relay.Later},
		{smtptest.DATA, relay.Later},
		{smtptest.EndOfData, relay.Unanswered},
	}
	for _, tt := range tests {
		for _, byClose := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, by closing %v", tt.step, byClose), func(t *testing.T) {
				t.Parallel()
				inModes(t, func(t *testing.T, m smtptest.Mode, o smtptest.Options) {
					want := tt.want
					switch {
					case m.Chunked && tt.step == smtptest.DATA:
						return // there is none
					case m.Chunked:
						want = relay.Unanswered // it was all on its way
					}
					testGivingUp(t, o, byClose, tt.step, want)
				})
			})
		}
	}
}

func testGivingUp(t *testing.T, o smtptest.Options, byClose bool, step smtptest.Step, want relay.Verdict) {
	t.Helper()
	reached := make(chan struct{})
	var seen atomic.Int32
	o.Script = func(e smtptest.Event) *smtptest.Action {
		if e.Step != step || seen.Add(1) == 1 {
			return nil
		}
		close(reached)
		return smtptest.Stall()
	}
	c := dial(t, relayTo(t, smtptest.Start(t, o)))
	if r := c.Send(soon(t), messageTo("before@b.example")); r.Verdict != relay.Accepted { // under a context of its own
		t.Fatalf("before: %+v", r)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ended := make(chan relay.Result)
	go func() { ended <- c.Send(ctx, messageTo("r@b.example")) }()
	<-reached
	if byClose {
		_ = c.Close()
	} else {
		cancel()
	}
	r := <-ended
	if r.Verdict != want || !r.Broken || !strings.Contains(r.Why, "given up") {
		t.Errorf("got %+v", r)
	}
	if r := c.Send(soon(t), messageTo("r@b.example")); r.Verdict != relay.Later || !r.Broken {
		t.Errorf("afterwards: %+v", r)
	}
}

func TestContextBeforeAMessage(t *testing.T) {
	t.Parallel()
	s := smtptest.Start(t, smtptest.Options{})
	r := relayTo(t, s)
	ctx, cancel := context.WithCancel(context.Background())
	c := dial(t, r)
	cancel()
	if got := c.Send(ctx, messageTo("r@b.example")); got.Verdict != relay.Later || got.Broken {
		t.Errorf("got %+v", got)
	}
	if got := c.Send(soon(t), messageTo("r@b.example")); got.Verdict != relay.Accepted {
		t.Errorf("the connection was of use: %+v", got)
	}
	var trouble *relay.Trouble
	if _, err := r.Dial(ctx); !errors.As(err, &trouble) || trouble.Hold {
		t.Errorf("got %v", err)
	}
}

func TestDialGivesUpWithItsContext(t *testing.T) {
	t.Parallel()
	s := smtptest.Start(t, smtptest.Options{Script: smtptest.On(smtptest.EHLO, smtptest.Stall())})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() {
		_, err := relayTo(t, s).Dial(ctx)
		ended <- err
	}()
	if err := s.WaitCommand(soon(t), "EHLO", 1); err != nil {
		t.Fatal(err)
	}
	cancel()
	var trouble *relay.Trouble
	if err := <-ended; !errors.As(err, &trouble) || trouble.Hold || !strings.Contains(trouble.Why, "stopped") {
		t.Errorf("got %v", err)
	}
}

// A relay that takes nothing in keeps the sender no longer than a block's time.
func TestRelayThatReadsNoMore(t *testing.T) {
	t.Parallel()
	inModes(t, func(t *testing.T, _ smtptest.Mode, o smtptest.Options) {
		o.Script = smtptest.On(smtptest.Body, smtptest.Stall().AtByte(1000))
		c := dial(t, relayTo(t, smtptest.Start(t, o), timeouts(relay.Timeouts{Block: 200 * time.Millisecond, Quit: 100 * time.Millisecond})))
		r := c.Send(soon(t), longMessage(20_000))
		if r.Verdict != relay.Later || !r.Broken || r.Why != "while sending the message: no answer in time" {
			t.Errorf("got %+v", r)
		}
	})
}

// A relay that leaves closing the connection to its client is shown the end of ours at once, while
// what it still says is read: it keeps no sender waiting.
func TestOurHalfIsClosedAfterQuit(t *testing.T) {
	t.Parallel()
	to, served := relayServedBy(t, serveUntilTheEnd)
	if err := dial(t, to).Close(); err != nil {
		t.Error(err)
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
}

// serveUntilTheEnd answers QUIT, waits for the end of what comes, and says more. Where the
// connection is closed altogether by then, what is said fails.
func serveUntilTheEnd(l net.Listener) error {
	defer func() { _ = l.Close() }()
	c, err := l.Accept()
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	lines := textproto.NewConn(c)
	for _, reply := range []string{"220 relay.test ESMTP", "250 relay.test"} {
		if err := lines.PrintfLine("%s", reply); err != nil {
			return err
		}
		if _, err := lines.ReadLine(); err != nil {
			return err
		}
	}
	if err := lines.PrintfLine("221 2.0.0 Bye"); err != nil {
		return err
	}
	if line, err := lines.ReadLine(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("after QUIT came %q, %w", line, err)
	}
	for range 20 {
		if err := lines.PrintfLine("bye"); err != nil {
			return fmt.Errorf("the connection was closed altogether: %w", err)
		}
	}
	return nil
}

// freePort is a port of loopback where nobody listens.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port
}
