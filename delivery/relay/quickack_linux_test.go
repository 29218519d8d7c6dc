package relay_test

import (
	"bufio"
	"io"
	"net"
	"net/textproto"
	"strconv"
	"strings"
	"testing"
	"time"

	"roundup/delivery/relay"
)

// TestRepliesAreAcknowledgedAtOnce sends to a relay that writes as Postfix does:
// two replies, and a third that Nagle's algorithm keeps until the first are
// acknowledged. Without our asking the kernel puts that off for 40 ms on every
// message but the first few, so that the quickest of the last hundred tells, however
// busy the machine is.
func TestRepliesAreAcknowledgedAtOnce(t *testing.T) {
	t.Parallel()
	to, served := relayServedBy(t, serveLikePostfix)
	conn, err := to.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	quickest := time.Hour
	for n := range 150 {
		r := conn.Send(t.Context(), messageTo("r@b.example"))
		if r.Verdict != relay.Accepted {
			t.Fatalf("message %d: %+v", n, r)
		}
		if n >= 50 {
			quickest = min(quickest, r.Duration)
		}
	}
	if quickest > 20*time.Millisecond {
		t.Errorf("the quickest message took %s: the relay waits for our acknowledgements", quickest)
	}
	if err := conn.Close(); err != nil {
		t.Error(err)
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
}

// serveLikePostfix is one session of a relay with PIPELINING and CHUNKING.
func serveLikePostfix(l net.Listener) error {
	defer func() { _ = l.Close() }()
	c, err := l.Accept()
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	if err := c.(*net.TCPConn).SetNoDelay(false); err != nil {
		return err
	}
	r := bufio.NewReader(c)
	lines := textproto.NewReader(r)
	reply := "220 relay.test ESMTP\r\n"
	for {
		if _, err := io.WriteString(c, reply); err != nil {
			return err
		}
		line, err := lines.ReadLine()
		if err != nil {
			return err
		}
		switch verb, rest, _ := strings.Cut(line, " "); verb {
		case "EHLO":
			reply = "250-relay.test\r\n250-PIPELINING\r\n250-CHUNKING\r\n250 8BITMIME\r\n"
		case "MAIL":
			reply = "" // goes out with the next
		case "RCPT":
			reply = "250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n"
		case "BDAT":
			size, err := strconv.Atoi(strings.TrimSuffix(rest, " LAST"))
			if err != nil {
				return err
			}
			if _, err := r.Discard(size); err != nil {
				return err
			}
			reply = "250 2.0.0 Ok: queued\r\n"
		case "QUIT":
			_, err := io.WriteString(c, "221 2.0.0 Bye\r\n")
			return err
		}
	}
}
