package listener_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/textproto"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"roundup/delivery/inbox"
	"roundup/delivery/listener"
)

// taken is what a listener handed on.
type taken struct {
	body     string
	envelope inbox.Envelope
}

// scene is a listener and a client of it.
type scene struct {
	*textproto.Conn
	address net.Addr
	server  *listener.Server
	ended   chan error

	mu    sync.Mutex
	taken []taken
	fail  func(to string) error // what taking fails with; nil for never
}

// serve starts a listener.
func serve(t *testing.T, lmtp bool, fail func(to string) error) *scene {
	t.Helper()
	s := &scene{ended: make(chan error, 1), fail: fail}
	s.server = listener.New(listener.Options{
		LMTP: lmtp, Name: "news.example", Addresses: []string{"bounces@magazine.example", "leave@magazine.example"},
		Log: slog.New(slog.DiscardHandler),
		Take: func(_ context.Context, mail io.Reader, envelope inbox.Envelope) error {
			body, err := io.ReadAll(mail)
			if err == nil && s.fail != nil {
				err = s.fail(envelope.To)
			}
			if err != nil {
				return err
			}
			s.mu.Lock()
			defer s.mu.Unlock()
			s.taken = append(s.taken, taken{string(body), envelope})
			return nil
		},
	})
	network, at := "tcp", "127.0.0.1:0"
	if lmtp {
		network, at = "unix", filepath.Join(t.TempDir(), "s")
	}
	l, err := listener.Open(t.Context(), network, at)
	if err != nil {
		t.Fatal(err)
	}
	s.address = l.Addr()
	go func() { s.ended <- s.server.Serve(l) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
		defer cancel()
		if err := errors.Join(s.server.Shutdown(ctx), <-s.ended); err != nil {
			t.Error(err)
		}
	})
	s.Conn = s.dial(t)
	return s
}

// dial greets the listener.
func (s *scene) dial(t *testing.T) *textproto.Conn {
	t.Helper()
	conn, err := net.DialTimeout(s.address.Network(), s.address.String(), 10*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.SetDeadline(time.Now().Add(2 * time.Minute)); err != nil {
		t.Fatal(err)
	}
	c := textproto.NewConn(conn)
	t.Cleanup(func() { _ = c.Close() })
	if _, _, err := c.ReadResponse(220); err != nil {
		t.Fatal(err)
	}
	verb := "EHLO"
	if s.address.Network() == "unix" {
		verb = "LHLO"
	}
	say(t, c, 250, "%s mta.example", verb)
	return c
}

// say gives a command and wants an answer.
func say(t *testing.T, c *textproto.Conn, want int, format string, args ...any) string {
	t.Helper()
	if err := c.PrintfLine(format, args...); err != nil {
		t.Fatal(err)
	}
	return hear(t, c, want)
}

func hear(t *testing.T, c *textproto.Conn, want int) string {
	t.Helper()
	code, message, err := c.ReadResponse(0)
	if err != nil || code != want {
		t.Fatalf("got %d %s, %v; want %d", code, message, err, want)
	}
	return message
}

func (s *scene) data(t *testing.T, body string) {
	t.Helper()
	say(t, s.Conn, 354, "DATA")
	w := s.DotWriter()
	if _, err := io.WriteString(w, body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestOnlyOwnAddresses takes mail for the return path, with a token or without, and for
// those who leave; nothing is relayed.
func TestOnlyOwnAddresses(t *testing.T) {
	t.Parallel()
	s := serve(t, false, nil)
	say(t, s.Conn, 250, "MAIL FROM:<>")
	for to, want := range map[string]int{
		"bounces@magazine.example":         250,
		"Bounces@Magazine.EXAMPLE":         250,
		"bounces+abc_-09@magazine.example": 250,
		"leave@magazine.example":           250,
		"bounces+@magazine.example":        550,
		"bouncesx@magazine.example":        550,
		"bounces+x@elsewhere.example":      550,
		"r1@readers.example":               550,
		"postmaster@magazine.example":      550,
	} {
		message := say(t, s.Conn, want, "RCPT TO:<%s>", to)
		if want == 550 && !strings.HasPrefix(message, "5.1.1 ") {
			t.Errorf("%s: %s", to, message)
		}
	}
	s.data(t, "Subject: x\r\n\r\n.x\r\n")
	hear(t, s.Conn, 250)
	want := []taken{}
	for _, to := range []string{"bounces@magazine.example", "Bounces@Magazine.EXAMPLE", "bounces+abc_-09@magazine.example", "leave@magazine.example"} {
		want = append(want, taken{"Subject: x\r\n\r\n.x\r\n", inbox.Envelope{Null: true, To: to}})
	}
	less := func(a, b taken) int { return strings.Compare(a.envelope.To, b.envelope.To) }
	slices.SortFunc(want, less)
	slices.SortFunc(s.taken, less)
	if !slices.Equal(s.taken, want) {
		t.Errorf("got %+v", s.taken)
	}
}

// TestAnswersAreTrue has 250 only for what was taken: trouble of ours is for later.
func TestAnswersAreTrue(t *testing.T) {
	t.Parallel()
	fail := func(to string) error {
		switch to {
		case "bounces+later@magazine.example":
			return errors.New("disk full")
		case "bounces+never@magazine.example":
			return fmt.Errorf("a mail: %w", listener.ErrRefused)
		}
		return nil
	}
	t.Run("SMTP", func(t *testing.T) {
		t.Parallel()
		for to, want := range map[string]int{"later": 451, "never": 554, "now": 250} {
			s := serve(t, false, fail)
			say(t, s.Conn, 250, "MAIL FROM:<a@b.example>")
			say(t, s.Conn, 250, "RCPT TO:<bounces+%s@magazine.example>", to)
			s.data(t, "Subject: x\r\n\r\n")
			hear(t, s.Conn, want)
		}
	})
	t.Run("LMTP", func(t *testing.T) {
		t.Parallel()
		s := serve(t, true, fail)
		say(t, s.Conn, 250, "MAIL FROM:<>")
		for _, to := range []string{"now", "later", "never", "now"} {
			say(t, s.Conn, 250, "RCPT TO:<bounces+%s@magazine.example>", to)
		}
		s.data(t, "Subject: x\r\n\r\n")
		for _, want := range []int{250, 451, 554, 250} {
			hear(t, s.Conn, want)
		}
		if len(s.taken) != 2 {
			t.Errorf("%d were taken", len(s.taken))
		}
	})
}

// TestHalfAMailIsNone takes nothing of a client that goes away in the middle, nor more than
// is allowed.
func TestHalfAMailIsNone(t *testing.T) {
	t.Parallel()
	s := serve(t, false, nil)
	say(t, s.Conn, 250, "MAIL FROM:<>")
	say(t, s.Conn, 250, "RCPT TO:<bounces@magazine.example>")
	say(t, s.Conn, 354, "DATA")
	if err := s.PrintfLine("Subject: x\r\n\r\nhalf"); err != nil {
		t.Fatal(err)
	}
	_ = s.Close()

	other := s.dial(t)
	say(t, other, 552, "MAIL FROM:<> SIZE=100000000")
	say(t, other, 250, "MAIL FROM:<>")
	say(t, other, 250, "RCPT TO:<bounces@magazine.example>")
	say(t, other, 354, "DATA")
	w := other.DotWriter()
	line := strings.Repeat("x", 998) + "\r\n"
	for range 17 << 10 {
		if _, err := io.WriteString(w, line); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	hear(t, other, 552)

	// A large one is whole.
	say(t, other, 250, "MAIL FROM:<>")
	say(t, other, 250, "RCPT TO:<bounces@magazine.example>")
	say(t, other, 354, "DATA")
	w = other.DotWriter()
	for range 8 << 10 {
		if _, err := io.WriteString(w, line); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	hear(t, other, 250)
	if len(s.taken) != 1 || len(s.taken[0].body) != 8<<10*len(line) {
		t.Errorf("%d mails were taken", len(s.taken))
	}
}

// TestHalfAChunkIsNone: the end of a connection is not the end of a mail that comes in
// chunks (BDAT, RFC 3030).
func TestHalfAChunkIsNone(t *testing.T) {
	t.Parallel()
	for _, lmtp := range []bool{false, true} {
		s := serve(t, lmtp, nil)
		for half, command := range map[string]string{"Subject: half": "BDAT 100 LAST", "": "BDAT 100 LAST", "Subject: other half": "BDAT 100"} {
			c := s.dial(t)
			say(t, c, 250, "MAIL FROM:<> SIZE=100")
			say(t, c, 250, "RCPT TO:<bounces@magazine.example>")
			if err := c.PrintfLine("%s\r\n%s", command, half); err != nil {
				t.Fatal(err)
			}
			_ = c.Close()
		}
		for _, chunks := range [][]string{{"Subject: x\r\n\r\nwhole"}, {"Subject: x\r\n", "\r\nwhole"}} {
			say(t, s.Conn, 250, "MAIL FROM:<>")
			say(t, s.Conn, 250, "RCPT TO:<bounces@magazine.example>")
			for i, chunk := range chunks {
				last := ""
				if i == len(chunks)-1 {
					last = " LAST"
				}
				if _, err := fmt.Fprintf(s.W, "BDAT %d%s\r\n%s", len(chunk), last, chunk); err != nil {
					t.Fatal(err)
				}
				if err := s.W.Flush(); err != nil {
					t.Fatal(err)
				}
				hear(t, s.Conn, 250)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		if err := s.server.Shutdown(ctx); err != nil {
			t.Fatal(err)
		}
		s.mu.Lock()
		for _, one := range s.taken {
			if one.body != "Subject: x\r\n\r\nwhole" {
				t.Errorf("LMTP %v: %q was taken", lmtp, one.body)
			}
		}
		if len(s.taken) != 2 {
			t.Errorf("LMTP %v: %d mails were taken", lmtp, len(s.taken))
		}
		s.mu.Unlock()
	}
}

// TestLongLines takes a mail of a single line, however long it is; what is too long for a
// mail is refused for good.
func TestLongLines(t *testing.T) {
	t.Parallel()
	for _, lmtp := range []bool{false, true} {
		s := serve(t, lmtp, nil)
		for _, tt := range []struct{ octets, want int }{{2001, 250}, {100 << 10, 250}, {16<<20 - 100, 250}, {16<<20 + 100, 552}} {
			c := s.dial(t)
			say(t, c, 250, "MAIL FROM:<>")
			say(t, c, 250, "RCPT TO:<bounces@magazine.example>")
			say(t, c, 354, "DATA")
			w := c.DotWriter()
			if _, err := io.WriteString(w, "Subject: x\r\n\r\n"+strings.Repeat("x", tt.octets)+"\r\n"); err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			hear(t, c, tt.want)
		}
	}
}

// TestNoDialogueBeyondMail offers no login and nothing else to abuse.
func TestNoDialogueBeyondMail(t *testing.T) {
	t.Parallel()
	s := serve(t, false, nil)
	greeting := say(t, s.Conn, 250, "EHLO again.example")
	if strings.Contains(greeting, "AUTH") {
		t.Errorf("it offers %q", greeting)
	}
	for _, command := range []string{"AUTH PLAIN AAA=", "RCPT TO:<bounces@magazine.example>", "DATA", "NONSENSE"} {
		if err := s.PrintfLine("%s", command); err != nil {
			t.Fatal(err)
		}
		if code, message, err := s.ReadResponse(0); err != nil || code/100 != 5 {
			t.Errorf("%s: got %d %s, %v; want a refusal", command, code, message, err)
		}
	}
}

// TestShutdown waits for the mail that is being taken.
func TestShutdown(t *testing.T) {
	t.Parallel()
	begun, goOn := make(chan struct{}), make(chan struct{})
	s := serve(t, false, func(string) error { close(begun); <-goOn; return nil })
	say(t, s.Conn, 250, "MAIL FROM:<>")
	say(t, s.Conn, 250, "RCPT TO:<bounces@magazine.example>")
	s.data(t, "Subject: x\r\n\r\n")
	<-begun
	closed := make(chan error, 1)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
		defer cancel()
		closed <- s.server.Shutdown(ctx)
	}()
	select {
	case <-closed:
		t.Fatal("it did not wait")
	case <-s.ended: // nobody can connect any more
		s.ended <- nil
	}
	close(goOn)
	if err := <-closed; err != nil {
		t.Error(err)
	}
	if len(s.taken) != 1 {
		t.Errorf("%d were taken", len(s.taken))
	}
}

// TestOpen takes over a socket that nobody listens at, and no other file.
func TestOpen(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "s")
	first, err := listener.Open(t.Context(), "unix", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := listener.Open(t.Context(), "unix", path); err == nil {
		t.Error("two listen at one socket")
	}
	first.(*net.UnixListener).SetUnlinkOnClose(false) // as if it had been killed
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second, err := listener.Open(t.Context(), "unix", path)
	if err != nil {
		t.Fatal(err)
	}
	_ = second.Close()
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := listener.Open(t.Context(), "unix", path); err == nil {
		t.Error("a file was taken away")
	}
}
