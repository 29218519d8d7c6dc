package relay_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"roundup/delivery/relay"
	"roundup/internal/testing/smtptest"
)

// everything is what a capable relay offers.
var everything = []string{"STARTTLS", "AUTH PLAIN LOGIN", "SIZE 10485760", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"}

// relayTo is a relay on that MTA, without TLS unless changed.
func relayTo(t *testing.T, s *smtptest.Server, change ...func(*relay.Settings)) *relay.Relay {
	t.Helper()
	settings := relay.Settings{Host: s.Host(), Port: s.Port(), TLS: relay.NoTLS, LocalName: "sender.test"}
	for _, c := range change {
		c(&settings)
	}
	r, err := relay.New(settings)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// relayServedBy is a relay whose one session is served by hand, and how that ended.
func relayServedBy(t *testing.T, serve func(net.Listener) error) (to *relay.Relay, served <-chan error) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- serve(l) }()
	at := l.Addr().(*net.TCPAddr)
	to, err = relay.New(relay.Settings{Host: at.IP.String(), Port: at.Port, TLS: relay.NoTLS, LocalName: "sender.test"})
	if err != nil {
		t.Fatal(err)
	}
	return to, ended
}

// secured turns TLS on and trusts the MTA's own authority.
func secured(t *testing.T, s *smtptest.Server, mode relay.TLSMode) func(*relay.Settings) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, s.RootPEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	return func(r *relay.Settings) { r.TLS, r.CAFile = mode, file }
}

func signedIn(r *relay.Settings) { r.Username, r.Password = "weekly", "s3cret-pass" }

func timeouts(limits relay.Timeouts) func(*relay.Settings) {
	return func(r *relay.Settings) { r.Timeouts = limits }
}

// soon is a context for what must happen at once.
func soon(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// dial opens a connection that must open.
func dial(t *testing.T, r *relay.Relay) relay.Conn {
	t.Helper()
	c, err := r.Dial(soon(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// dialTrouble opens a connection that must not open.
func dialTrouble(t *testing.T, r *relay.Relay) *relay.Trouble {
	t.Helper()
	c, err := r.Dial(soon(t))
	if err == nil {
		_ = c.Close()
		t.Fatal("the connection opened")
	}
	var trouble *relay.Trouble
	if !errors.As(err, &trouble) {
		t.Fatalf("%v is no *Trouble", err)
	}
	return trouble
}

// messageTo is a small mail.
func messageTo(to string) relay.Message {
	return relay.Message{
		From: "bounces@magazine.example",
		To:   to,
		Data: []byte("From: weekly@magazine.example\r\nTo: " + to + "\r\nSubject: Issue 12\r\n\r\nHello.\r\n"),
	}
}

// verbs are the commands of all connections, in order.
func verbs(s *smtptest.Server) string {
	var all []string
	for _, c := range s.Commands() {
		all = append(all, c.Verb())
	}
	return strings.Join(all, " ")
}

// noViolations fails the test when the MTA has something to complain of.
func noViolations(t *testing.T, s *smtptest.Server) {
	t.Helper()
	if v := s.Violations(); len(v) > 0 {
		t.Errorf("violations: %q", v)
	}
}

// writeFile writes a file that goes with the test.
func writeFile(t *testing.T, data []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
