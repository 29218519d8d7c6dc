package relay_test

import (
	"bufio"
	"net"
	"strings"
	"testing"
	"time"

	"roundup/delivery/relay"
)

// TestRepliesOutOfCount: replies that can't be told apart blame nobody, and no
// message follows them. The relay answers the first write after EHLO at once,
// with as many replies as it likes.
func TestRepliesOutOfCount(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, extensions, replies string
		want                      relay.Verdict
		words                     string
	}{
		{"one too many and all agree", "PIPELINING", "250 a|250 b|354 c|250 d", relay.Later, "without being asked"},
		{"one too many and one refuses", "PIPELINING", "250 a|550 5.1.1 b|503 c|250 d", relay.Later, "without being asked"},
		{"a refusal and a goodbye", "PIPELINING", "250 a|550 5.1.1 b|503 c|421 d", relay.RefusedReader, "550 5.1.1 b"},
		{"one too few", "PIPELINING", "250 a|250 b", relay.Later, "after DATA: no answer in time"},
		{"one too few after a refusal", "PIPELINING", "250 a|550 5.1.1 b", relay.RefusedReader, "550 5.1.1 b"},
		{"MAIL refused and the rest taken", "PIPELINING", "552 5.3.4 a|250 b|250 c", relay.Stop, "552 5.3.4 a"},
		{"DATA answered 250", "PIPELINING", "250 a|250 b|250 c", relay.Later, "unexpected reply 250"},
		{"goodbye for DATA", "PIPELINING", "250 a|250 b|421 c", relay.Later, "421 c"},
		{"refused and taken", "PIPELINING CHUNKING", "250 a|550 5.1.1 b|250 c", relay.Unanswered, "refused RCPT and took the message"},
		{"MAIL refused and taken", "PIPELINING CHUNKING", "552 5.3.4 a|250 b|250 c", relay.Unanswered, "refused MAIL and took the message"},
		{"one too many after a yes", "PIPELINING CHUNKING", "250 a|250 b|250 c|554 d", relay.Unanswered, "more replies than"},
		{"a yes and a goodbye", "PIPELINING CHUNKING", "250 a|250 b|250 c|421 d", relay.Accepted, "250 c"},
		{"one too few, and all yes", "PIPELINING CHUNKING", "250 a|250 b", relay.Unanswered, "no answer in time"},
		{"one too few after a no", "PIPELINING CHUNKING", "250 a|550 5.1.1 b", relay.RefusedReader, "550 5.1.1 b"},
		{"goodbye for RCPT", "PIPELINING CHUNKING", "250 a|421 b", relay.Later, "421 b"},
		{"RCPT answered 354", "PIPELINING CHUNKING", "250 a|354 b", relay.Unanswered, "decides nothing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			short := 300 * time.Millisecond
			r, err := relay.New(relay.Settings{
				Host: "127.0.0.1", Port: parrot(t, tt.extensions, tt.replies), TLS: relay.NoTLS, LocalName: "sender.test",
				Timeouts: relay.Timeouts{Data: short, EndOfData: short, Reset: short, Quit: short},
			})
			if err != nil {
				t.Fatal(err)
			}
			got := dial(t, r).Send(soon(t), messageTo("r@b.example"))
			if got.Verdict != tt.want || !got.Broken || !strings.Contains(got.Reply.String()+got.Why, tt.words) {
				t.Errorf("got %+v, want %v with %q", got, tt.want, tt.words)
			}
		})
	}
}

// parrot is a relay that answers the first MAIL with all of these replies,
// between bars, and says no more. It returns its port.
func parrot(t *testing.T, extensions, replies string) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer func() { _ = c.Close() }()
		say := func(lines string) { _, _ = c.Write([]byte(strings.ReplaceAll(lines, "|", "\r\n") + "\r\n")) }
		say("220 parrot")
		in := bufio.NewScanner(c)
		for in.Scan() {
			switch verb, _, _ := strings.Cut(in.Text(), " "); verb {
			case "EHLO":
				say("250-parrot|250-" + strings.ReplaceAll(extensions, " ", "|250-") + "|250 8BITMIME")
			case "MAIL":
				say(replies)
			}
		}
	}()
	return l.Addr().(*net.TCPAddr).Port
}
