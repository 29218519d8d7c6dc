package smtptest_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"roundup/internal/testing/smtptest"
)

// caller is a client that says exactly what it is told to.
type caller struct {
	t    *testing.T
	conn net.Conn
	r    *bufio.Reader
}

// call connects and reads the greeting.
func call(t *testing.T, s *smtptest.Server) (*caller, string) {
	t.Helper()
	conn, err := net.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	c := &caller{t: t, conn: conn, r: bufio.NewReader(conn)}
	return c, c.hear()
}

// hello connects and says EHLO.
func hello(t *testing.T, s *smtptest.Server) *caller {
	t.Helper()
	c, _ := call(t, s)
	if got := c.say("EHLO client.test"); !strings.HasPrefix(got, "250") {
		t.Fatalf("EHLO: %s", got)
	}
	return c
}

// write sends bytes as they are.
func (c *caller) write(text string) {
	c.t.Helper()
	if _, err := io.WriteString(c.conn, text); err != nil {
		c.t.Fatal(err)
	}
}

// hear reads one reply; its lines are joined by LF, "EOF" stands for the end
// of the connection.
func (c *caller) hear() string {
	c.t.Helper()
	var lines []string
	for {
		line, err := c.r.ReadString('\n')
		if err != nil {
			return strings.Join(append(lines, line+"EOF"), "\n")
		}
		line = strings.TrimSuffix(line, "\r\n")
		lines = append(lines, line)
		if len(line) < 4 || line[3] != '-' {
			return strings.Join(lines, "\n")
		}
	}
}

// say sends a command and reads its reply.
func (c *caller) say(line string) string {
	c.t.Helper()
	c.write(line + "\r\n")
	return c.hear()
}

// talk says each line and compares the beginning of each reply.
func (c *caller) talk(exchanges ...[2]string) {
	c.t.Helper()
	for _, e := range exchanges {
		if got := c.say(e[0]); !strings.HasPrefix(got, e[1]) {
			c.t.Fatalf("%q: got %q, want %q", e[0], got, e[1])
		}
	}
}

// patience is a context for things that happen at once.
func patience(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// trust is a TLS configuration that trusts the server's authority.
func trust(t *testing.T, s *smtptest.Server) *tls.Config {
	t.Helper()
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(s.RootPEM()) {
		t.Fatal("no certificate in RootPEM")
	}
	return &tls.Config{RootCAs: pool, ServerName: s.Host()}
}
