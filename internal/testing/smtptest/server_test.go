package smtptest_test

import (
	"net"
	"strings"
	"testing"

	"roundup/internal/testing/smtptest"
)

func TestExtensionsAreWhatIsListed(t *testing.T) {
	t.Parallel()
	s := smtptest.Start(t, smtptest.Options{Extensions: []string{"SIZE 2000", "PIPELINING"}})
	c, greeting := call(t, s)
	if greeting != "220 mta.test ESMTP" {
		t.Errorf("greeting: %q", greeting)
	}
	if got, want := c.say("EHLO client.test"), "250-mta.test\n250-SIZE 2000\n250 PIPELINING"; got != want {
		t.Errorf("EHLO: got %q, want %q", got, want)
	}
	c.talk(
		[2]string{"STARTTLS", "503"},
		[2]string{"AUTH PLAIN AAAA", "504"},
		[2]string{"MAIL FROM:<a@example.org> SIZE=2001", "552 5.3.4"},
		[2]string{"MAIL FROM:<a@example.org> SMTPUTF8", "555"},
		[2]string{"MAIL FROM:<a@example.org> BODY=8BITMIME", "555"},
		[2]string{"MAIL FROM:<a@example.org> SIZE=2000", "250"},
		[2]string{"BDAT 3", "503"},
	)
}

func TestOrderAndSyntax(t *testing.T) {
	t.Parallel()
	s := smtptest.Start(t, smtptest.Options{})
	c, _ := call(t, s)
	c.talk(
		[2]string{"MAIL FROM:<a@example.org>", "503"},
		[2]string{"EHLO client.test", "250"},
		[2]string{"RCPT TO:<b@example.org>", "503"},
		[2]string{"DATA", "503"},
		[2]string{"MAIL FROM: <a@example.org>", "501"},
		[2]string{"MAIL FROM:<>", "250"},
		[2]string{"MAIL FROM:<a@example.org>", "503"},
		[2]string{"RCPT TO:<>", "501"},
		[2]string{"DATA", "554"},
		[2]string{"RSET", "250"},
		[2]string{"HONK", "500"},
		[2]string{"MAIL FROM:<\u00e4@example.org>", "553"},
	)
	c.write("NOOP\n")
	if got := c.hear(); !strings.HasPrefix(got, "500") {
		t.Errorf("bare LF: %q", got)
	}
	c.write("NOOP\rNOOP\r\n")
	if got := c.hear(); !strings.HasPrefix(got, "500") {
		t.Errorf("bare CR: %q", got)
	}
	c.write("NOOP " + strings.Repeat("x", 100_000) + "\r\n")
	if got := c.hear(); !strings.HasPrefix(got, "500") {
		t.Errorf("long line: %q", got)
	}
	c.write("NOOP\r\nNOOP\r\n")
	c.hear()
	c.hear()
	c.talk([2]string{"QUIT", "221"})
	if got := c.hear(); got != "EOF" {
		t.Errorf("after QUIT: %q", got)
	}
	if got := len(s.Violations()); got < 10 {
		t.Errorf("%d violations: %q", got, s.Violations())
	}
}

func TestBodyIsReadStrictly(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 998)
	tests := []struct {
		name, sent, want string
		refused          bool
	}{
		{"dots", "..\r\n...\r\n..x\r\n", ".\r\n..\r\n.x\r\n", false},
		{"empty", "", "", false},
		{"longest line", long + "\r\n", long + "\r\n", false},
		{"line too long", long + "x\r\n", "", true},
		{"bare LF", "a\nb\r\n", "", true},
		{"bare CR", "a\rb\r\n", "", true},
		{"LF dot LF does not end it", "a\n.\nb\r\n", "", true},
		{"LF dot CRLF does not end it", "a\n.\r\nb\r\n", "", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := smtptest.Start(t, smtptest.Options{})
			c := hello(t, s)
			c.talk(
				[2]string{"MAIL FROM:<a@example.org>", "250"},
				[2]string{"RCPT TO:<b@example.org>", "250"},
				[2]string{"DATA", "354"},
			)
			c.write(tt.sent)
			got := c.say(".")
			if refused := strings.HasPrefix(got, "554"); refused != tt.refused {
				t.Fatalf("got %q, refused should be %v", got, tt.refused)
			}
			if tt.refused != (len(s.Violations()) > 0) {
				t.Errorf("violations: %q", s.Violations())
			}
			if tt.refused {
				return
			}
			if mails := s.Mails(); len(mails) != 1 || string(mails[0].Data) != tt.want {
				t.Errorf("got %+v, want %q", mails, tt.want)
			}
		})
	}
}

func TestPipeliningAndChunking(t *testing.T) {
	t.Parallel()
	s := smtptest.Start(t, smtptest.Options{Extensions: []string{"PIPELINING", "CHUNKING"}})
	c := hello(t, s)
	before := s.Turns()
	c.write("MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nBDAT 4\r\nab\r\nBDAT 3 LAST\r\n.\r\n")
	for _, want := range []string{"250 2.1.0", "250 2.1.5", "250 2.0.0 4 octets", "250 2.0.0 ok: queued"} {
		if got := c.hear(); !strings.HasPrefix(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := s.Mails(); len(got) != 1 || string(got[0].Data) != "ab\r\n.\r\n" {
		t.Errorf("mails: %+v", got)
	}
	c.talk([2]string{"QUIT", "221"})
	if got := s.Turns() - before; got != 1 {
		t.Errorf("%d turns, want 1", got)
	}
	if v := s.Violations(); len(v) > 0 {
		t.Errorf("violations: %q", v)
	}
}

func TestSendingAheadIsAViolation(t *testing.T) {
	t.Parallel()
	s := smtptest.Start(t, smtptest.Options{})
	c := hello(t, s)
	c.write("MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\n")
	c.hear()
	c.hear()
	if v := s.Violations(); len(v) != 1 || !strings.Contains(v[0], "without PIPELINING") {
		t.Errorf("violations: %q", v)
	}
}

func TestMessagesPerConnection(t *testing.T) {
	t.Parallel()
	s := smtptest.Start(t, smtptest.Options{MessagesPerConnection: 2})
	c := hello(t, s)
	for range 2 {
		deliver(c, "b@example.org")
	}
	c.talk([2]string{"MAIL FROM:<a@example.org>", "421"})
	if got := c.hear(); got != "EOF" {
		t.Errorf("after 421: %q", got)
	}
	deliver(hello(t, s), "b@example.org")
	if got := s.Kept(); got != 3 {
		t.Errorf("%d kept, want 3", got)
	}
}

func TestMaxConnections(t *testing.T) {
	t.Parallel()
	s := smtptest.Start(t, smtptest.Options{MaxConnections: 1})
	first := hello(t, s)
	if _, greeting := call(t, s); !strings.HasPrefix(greeting, "421") {
		t.Errorf("second: %q", greeting)
	}
	first.talk([2]string{"QUIT", "221"})
	if err := s.WaitIdle(patience(t)); err != nil {
		t.Fatal(err)
	}
	hello(t, s)
	if s.Connections() != 3 || s.MostOpen() != 2 {
		t.Errorf("%d connections, at most %d at once", s.Connections(), s.MostOpen())
	}
}

func TestCloseEndsEverything(t *testing.T) {
	t.Parallel()
	s := smtptest.Start(t, smtptest.Options{Script: smtptest.On(smtptest.NOOP, smtptest.Stall())})
	c := hello(t, s)
	c.write("NOOP\r\n")
	if err := s.WaitCommand(patience(t), "NOOP", 1); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("second time: %v", err)
	}
	if got := c.hear(); got != "EOF" {
		t.Errorf("client heard %q", got)
	}
	if conn, err := net.Dial("tcp", s.Addr()); err == nil {
		_ = conn.Close()
		t.Error("still listening")
	}
}

// deliver sends one small mail.
func deliver(c *caller, to string) {
	c.t.Helper()
	c.talk(
		[2]string{"MAIL FROM:<a@example.org>", "250"},
		[2]string{"RCPT TO:<" + to + ">", "250"},
		[2]string{"DATA", "354"},
		[2]string{"Subject: x\r\n\r\nhello\r\n.", "250"},
	)
}
