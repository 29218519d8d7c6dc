package relay

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"roundup/internal/oneline"
)

// Conn is one connection to the relay, for one goroutine. After a result whose
// Broken is true it is of no further use and must be closed.
type Conn interface {
	// Send hands over one message and reports how that ended. It never
	// panics and never blocks beyond its own time limits (RFC 5321, 4.5.3.2).
	// When ctx ends, the message is given up at once: Later before its last byte
	// was written, Unanswered after it. To let it finish, leave ctx alone.
	Send(ctx context.Context, m Message) Result
	// Close ends the connection; with a message in flight, as ctx ending does.
	io.Closer
}

// conn is an open connection to the relay. Send belongs to one goroutine;
// Close may come from another, which gives up the message in flight.
//
// A message takes four round trips: MAIL, RCPT, DATA and the message. Where the
// relay offers PIPELINING it takes two, and with CHUNKING as well, one. There is
// no NOOP and no RSET but after a refusal. Replies are read here and not by
// go-mail's client, which knows neither a limit to their size nor whether the
// last byte of a message was written when an error comes.
type conn struct {
	relay  *Relay
	wire   *wire
	client *smtp.Client
	said   *extensions

	size       int  // the largest message taken, in octets; 0 when not said
	sizes      bool // MAIL may say SIZE (RFC 1870)
	eightBit   bool // 8BITMIME (RFC 6152)
	utf8       bool // SMTPUTF8 (RFC 6531)
	pipelining bool // commands may be sent ahead (RFC 2920)
	chunking   bool // BDAT (RFC 3030)

	out []byte // what is written next, to be used again

	mu      sync.Mutex
	busy    bool            // a message is in flight
	under   context.Context // which that or the last one is sent under; nil before the first
	release func() bool     // no longer waits for the end of it
	broken  bool            // of no further use
	closed  bool
}

func newConn(r *Relay, w *wire, said *extensions) *conn {
	c := &conn{relay: r, wire: w, client: said.client, said: said, release: func() bool { return false }}
	var limit string
	limit, c.sizes = said.find("SIZE")
	if n, err := strconv.Atoi(strings.TrimSpace(limit)); err == nil && n > 0 {
		c.size = n
	}
	_, c.eightBit = said.find("8BITMIME")
	_, c.utf8 = said.find("SMTPUTF8")
	_, c.pipelining = said.find("PIPELINING")
	_, c.chunking = said.find("CHUNKING")
	return c
}

// Send hands over one message. When ctx ends, the message is given up at once:
// the verdict is Later before its last byte was written and Unanswered after it.
func (c *conn) Send(ctx context.Context, m Message) Result {
	start := c.relay.settings.Now()
	result := c.send(ctx, m)
	result.Duration = c.relay.settings.Now().Sub(start)
	return result
}

func (c *conn) send(ctx context.Context, m Message) Result {
	traits := m.Traits
	if !traits.inspected {
		traits = Inspect(m.Data)
	}
	if verdict, why := c.unfit(m, traits); why != "" {
		return Result{Verdict: verdict, Why: why}
	}
	if ctx.Err() != nil {
		return Result{Verdict: Later, Why: stoppedBefore}
	}
	if !c.begin(ctx) {
		return Result{Verdict: Later, Why: "the connection had ended", Broken: true}
	}
	if ctx.Err() != nil { // since it was looked at: too early for giveUp
		c.end(false)
		return Result{Verdict: Later, Why: stoppedBefore}
	}
	result := c.transact(m, traits)
	c.end(result.Broken)
	return result
}

const stoppedBefore = "stopped before the message was begun"

// begin begins a message; false when the connection is of no use any more. The end of ctx
// is waited for once for all messages that are sent under it.
func (c *conn) begin(ctx context.Context) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed || c.broken {
		return false
	}
	c.busy = true
	if ctx != c.under {
		c.release()
		c.under = ctx
		c.release = context.AfterFunc(ctx, func() { c.giveUp(ctx) })
	}
	return true
}

// end ends it.
func (c *conn) end(broken bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.busy = false
	c.broken = c.broken || broken
}

// giveUp ends the connection for the sake of a message that is sent under ctx, unless it
// is over.
func (c *conn) giveUp(ctx context.Context) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.busy && c.under == ctx {
		c.broken = true
		_ = c.wire.Close()
	}
}

// Close sends QUIT and closes. With a message in flight in another goroutine
// it closes at once, as when Send's context ends.
func (c *conn) Close() error {
	c.mu.Lock()
	polite, again := !c.busy && !c.broken, c.closed
	c.closed = true
	c.release()
	c.mu.Unlock()
	if again {
		return nil
	}
	if polite {
		// The relay has every message it answered for, whatever becomes of QUIT.
		if _, err := c.exchange("QUIT", "QUIT", c.relay.settings.Timeouts.Quit); err == nil {
			c.awaitClose()
		}
	}
	return c.wire.Close()
}

// awaitClose waits for the relay to close the connection, as it must after QUIT (RFC
// 5321, 4.1.1.10): until then it counts, and the next one would be too many. Our half is
// closed first, for a relay that leaves closing to its client.
func (c *conn) awaitClose() {
	if half, ok := c.wire.Conn.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite() // if it fails, reading does, too
	}
	rest := make([]byte, 256)
	for err := c.wire.arm(min(c.relay.settings.Timeouts.Quit, 2*time.Second), mostOfReply); err == nil; {
		_, err = c.wire.Read(rest)
	}
}

// unfit says why a message can't be sent over this connection at all; "" when
// it can. A size, and an address of ours, are every reader's trouble.
func (c *conn) unfit(m Message, t Traits) (Verdict, string) {
	utf8 := "the relay has no SMTPUTF8, which an address with non-ASCII letters before the @ needs"
	switch {
	case m.From != "" && !isPath(m.From):
		return Stop, "the return path can't be said in SMTP: " + oneline.Of(m.From, 100)
	case !isPath(m.To):
		return Unsendable, "the address can't be said in SMTP: " + oneline.Of(m.To, 100)
	case t.Flaw != "":
		return Stop, "the message is malformed: " + t.Flaw
	case c.size > 0 && len(m.Data) > c.size:
		return Stop, fmt.Sprintf("the message has %d octets and the relay takes at most %d", len(m.Data), c.size)
	case c.utf8:
		return 0, ""
	case !IsASCII(m.From):
		return Stop, utf8
	case !IsASCII(m.To) || t.Header8Bit:
		return Unsendable, utf8
	case t.Body8Bit && !c.eightBit:
		return Stop, "the message holds 8-bit text and the relay has no 8BITMIME"
	}
	return 0, ""
}
