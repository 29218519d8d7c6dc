package delivery_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"roundup/delivery/mail"
	"roundup/delivery/relay"
)

// fakeRelay is a delivery.Mailer whose behaviour a test scripts.
type fakeRelay struct {
	mu       sync.Mutex
	latency  time.Duration // of a message
	dial     func(n int) error
	send     func(c *fakeConn, m relay.Message) relay.Result
	slow     func(m relay.Message) time.Duration // how much longer a message takes that begins
	dials    []time.Time
	begun    []time.Time // of each message
	open     int
	mostOpen int
	mostBusy int
	busy     int
	copies   map[string]int // accepted, by recipient
}

func newRelay() *fakeRelay {
	return &fakeRelay{latency: 10 * time.Millisecond, copies: map[string]int{}}
}

// fakeConn is one connection to it.
type fakeConn struct {
	relay *fakeRelay
	n     int // the how manieth connection, from 1
	sent  int // messages tried on it, this one included
}

func (f *fakeRelay) Dial(ctx context.Context) (relay.Conn, error) {
	f.mu.Lock()
	f.dials = append(f.dials, time.Now())
	n := len(f.dials)
	script := f.dial
	f.mu.Unlock()
	if err := pause(ctx, 5*time.Millisecond); err != nil {
		return nil, err
	}
	if script != nil {
		if err := script(n); err != nil {
			return nil, err
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.open++
	f.mostOpen = max(f.mostOpen, f.open)
	return &fakeConn{relay: f, n: n}, nil
}

func (c *fakeConn) Send(ctx context.Context, m relay.Message) relay.Result {
	f := c.relay
	f.mu.Lock()
	f.begun = append(f.begun, time.Now())
	f.busy++
	f.mostBusy = max(f.mostBusy, f.busy)
	c.sent++
	script := f.send
	latency := f.latency
	if f.slow != nil {
		latency += f.slow(m)
	}
	f.mu.Unlock()
	err := pause(ctx, latency)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.busy--
	if err != nil {
		return relay.Result{Verdict: relay.Later, Why: "given up before the last byte", Broken: true}
	}
	result := accepted
	if script != nil {
		result = script(c, m)
	}
	if result.Verdict == relay.Accepted {
		f.copies[m.To]++
	}
	return result
}

func (c *fakeConn) Close() error {
	c.relay.mu.Lock()
	defer c.relay.mu.Unlock()
	c.relay.open--
	return nil
}

// messages is how many were begun.
func (f *fakeRelay) messages() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.begun)
}

// pause waits in the test's own time.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Replies of the scripts.
var (
	accepted = relay.Result{Verdict: relay.Accepted, Reply: relay.Reply{Code: 250, Text: "queued", Command: "end of data"}}
	silent   = relay.Result{Verdict: relay.Unanswered, Why: "connection reset after the last byte", Broken: true}
	lost     = relay.Result{Verdict: relay.Later, Why: "connection reset while sending the body", Broken: true}
	closing  = relay.Result{Verdict: relay.Later, Reply: relay.Reply{Code: 421, Text: "closing", Command: "MAIL"}, Broken: true}
	slower   = relay.Result{Verdict: relay.Later, Reply: relay.Reply{Code: 450, Enhanced: "4.7.0", Text: "rate limit exceeded", Command: "RCPT"}}
	away     = &relay.Trouble{Why: "connect to relay:587: connection refused"}
)

func refusal(text string) relay.Result {
	return relay.Result{Verdict: relay.RefusedReader, Reply: relay.Reply{Code: 550, Enhanced: "5.7.1", Text: text, Command: "RCPT"}}
}

func greylisted() relay.Result {
	return relay.Result{Verdict: relay.DeferredReader, Reply: relay.Reply{Code: 450, Enhanced: "4.7.1", Text: "greylisted", Command: "RCPT"}}
}

// letters composes a message of nothing but its recipient.
type letters struct {
	fail   func(mail.Reader) error
	domain func(reader int64) string // nil: addressOf's
}

func (l letters) Compose(r mail.Reader) (relay.Message, error) {
	if l.fail != nil {
		if err := l.fail(r); err != nil {
			return relay.Message{}, err
		}
	}
	digits, _, _ := strings.Cut(strings.TrimPrefix(r.Email, "reader"), "@")
	reader, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return relay.Message{}, err
	}
	to := r.Email
	if l.domain != nil {
		to = fmt.Sprintf("reader%d@%s", reader, l.domain(reader))
	}
	return relay.Message{From: "bounces@magazine.example", To: to, Data: fmt.Appendf(nil, "Subject: %d\r\n\r\n", reader)}, nil
}
