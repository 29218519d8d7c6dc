package delivery

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"roundup/delivery/relay"
	"roundup/internal/maildomain"
)

// claimsAhead is how many deliveries one connection may have claimed: the one
// on the wire and the next. A crash leaves at most so many unknown.
const claimsAhead = 2

// order is what the run tells a connection.
type order struct {
	do    orderKind
	claim Claim         // with doSend
	in    time.Duration // with doSend: not before
}

type orderKind int

const (
	doSend      orderKind = iota + 1 // send this, it is durable
	doDial                           // connect
	doClose                          // give back what was not begun, and close
	doQuit                           // the same, and end
	doCheckGate                      // the gate may have changed
)

// The gate of a connection says whether it may begin a message it has claimed.
const (
	gateOpen   int32 = iota
	gatePaused       // the ledger can't be written: begin nothing, keep what is claimed
	gateShut         // give back what was not begun
)

// claimLife is how long after the exchange that made it a claim may be begun. Then it is
// handed back: a process that was stopped, or a message that took minutes, must not send
// to somebody who has left since.
const claimLife = 30 * time.Second

// expired reports whether a claim may not be begun any more, by whichever clock says so:
// one stands still while the machine sleeps, the other can be set.
func (c Claim) expired(now time.Time) bool {
	age := max(now.Sub(c.At), now.Round(0).Sub(c.At.Round(0)))
	return age > claimLife || age < -claimLife
}

// report is what a connection tells the run.
type report struct {
	from    *connection
	up      bool           // connected, secured, authenticated
	closing bool           // it is being closed and takes no more claims
	down    bool           // it is closed
	trouble *relay.Trouble // dialling failed
	ended   *ended
	back    []Claim // claimed and never begun
}

// ended is one message's end.
type ended struct {
	claim  Claim
	domain string // of the recipient
	result relay.Result
	took   time.Duration // to be sent; 0 where nothing was
}

// pending is a delivery claimed and not begun.
type pending struct {
	claim Claim
	due   <-chan time.Time // tells when it may begin; nil for now
}

// connection is one of the connections a run may have, and the goroutine that dials it,
// sends over it and closes it, as it is told. It decides nothing.
type connection struct {
	mailer  Mailer
	letters Letters
	now     func() time.Time
	limit   int // messages before it is replaced; 0: no limit
	orders  chan order
	reports chan<- report
	gate    atomic.Int32

	queue []pending // not begun; the goroutine's own
	leave orderKind // why it is to be closed; the goroutine's own

	known // the run's own
}

// known is what the run knows of a connection, from its reports and from the
// orders it was given.
type known struct {
	state  connectionState
	inHand int  // claims given and not judged
	quota  int  // claims it may still be given before it is replaced; -1: no limit
	proven bool // it has answered about a reader since it was dialled
	since  time.Time
}

type connectionState int

const (
	down connectionState = iota
	dialling
	up
	closing
)

// note takes over what a connection reported.
func (c *connection) note(rep report, now time.Time) {
	if rep.up {
		c.state, c.proven, c.since, c.quota = up, false, now, c.limit
		if c.quota <= 0 {
			c.quota = -1
		}
	}
	if rep.ended != nil {
		c.inHand--
		c.since = now
	}
	c.inHand -= len(rep.back)
	if c.quota >= 0 {
		c.quota += len(rep.back)
	}
	if rep.closing && c.state == up {
		c.state = closing
	}
	if rep.down {
		c.state = down
	}
}

// mayTake reports whether the connection may be given a claim beyond the depth it
// has in hand: the second only once it has answered.
func (c *connection) mayTake(depth int) bool {
	return c.state == up && c.inHand <= depth && (c.quota < 0 || c.quota > depth-c.inHand) && (depth == 0 || c.proven)
}

// give hands over a claim, to be begun after a while.
func (c *connection) give(claim Claim, in time.Duration) {
	c.inHand++
	if c.quota > 0 {
		c.quota--
	}
	c.gate.Store(gateOpen)
	c.orders <- order{do: doSend, claim: claim, in: in}
}

// setGate sets the gate, and wakes a connection that waits at a paused one.
func (c *connection) setGate(gate int32) {
	if c.gate.Swap(gate) == gatePaused && len(c.orders) == 0 {
		c.orders <- order{do: doCheckGate}
	}
}

// run obeys orders until it is told to quit. Contexts: dialling ends when the
// sender stops, sending only when it must stop at once.
func (c *connection) run(dialling, sending context.Context) {
	for c.leave != doQuit {
		switch o := <-c.orders; o.do {
		case doDial:
			c.leave = 0
			c.use(dialling, sending)
		case doSend:
			// These were on their way while the connection went down.
			c.tell(report{back: []Claim{o.claim}})
		case doQuit:
			return
		}
	}
}

// use dials, serves and closes.
func (c *connection) use(dialling, sending context.Context) {
	conn, err := c.mailer.Dial(dialling)
	if err != nil {
		c.tell(report{down: true, trouble: asTrouble(err)})
		return
	}
	c.tell(report{up: true})
	c.serve(sending, conn)
	// Every result is reported by now; whether QUIT succeeds does not matter.
	_ = conn.Close()
	c.tell(report{down: true})
}

// serve sends what it is given until the connection is used up or told to leave.
func (c *connection) serve(ctx context.Context, conn relay.Conn) {
	for sent := 1; ; sent++ {
		claim, ok := c.next()
		if !ok {
			return
		}
		e := c.send(ctx, conn, claim)
		last := e.result.Broken || e.result.Reply.Closes() || sent == c.limit
		r := report{ended: &e, closing: last}
		if last {
			r.back = c.emptyQueue()
		}
		c.tell(r)
		if last {
			return
		}
	}
}

// send composes one reader's mail and hands it over.
func (c *connection) send(ctx context.Context, conn relay.Conn, claim Claim) ended {
	m, err := c.letters.Compose(claim.Reader)
	if err != nil {
		return ended{claim: claim, domain: maildomain.Of(claim.Email), result: relay.Result{Verdict: relay.Unsendable, Why: err.Error()}}
	}
	defer m.Ended()
	begun := c.now()
	result := conn.Send(ctx, m)
	return ended{claim, maildomain.Of(m.To), result, max(c.now().Sub(begun), 0)}
}

// next is the claim to send now; false when it is time to leave.
func (c *connection) next() (Claim, bool) {
	for {
		c.collect()
		shut := c.gate.Load() == gateShut
		if len(c.queue) > 0 && (shut || c.leave != 0) {
			c.tell(report{back: c.emptyQueue()})
		}
		if c.leave != 0 {
			c.tell(report{closing: true})
			return Claim{}, false
		}
		var due <-chan time.Time
		if len(c.queue) > 0 && c.gate.Load() == gateOpen {
			first := c.queue[0]
			if first.due == nil {
				c.queue = c.queue[1:]
				if !first.claim.expired(c.now()) {
					return first.claim, true
				}
				c.tell(report{back: []Claim{first.claim}})
				continue
			}
			due = first.due
		}
		select {
		case o := <-c.orders:
			c.obey(o)
		case <-due:
			c.queue[0].due = nil
		}
	}
}

// emptyQueue takes out what was not begun.
func (c *connection) emptyQueue() []Claim {
	var back []Claim
	for _, p := range c.queue {
		back = append(back, p.claim)
	}
	c.queue = nil
	return back
}

// collect takes the orders that are there without waiting for any.
func (c *connection) collect() {
	for {
		select {
		case o := <-c.orders:
			c.obey(o)
		default:
			return
		}
	}
}

func (c *connection) obey(o order) {
	switch o.do {
	case doSend:
		p := pending{claim: o.claim}
		if o.in > 0 {
			p.due = time.After(o.in)
		}
		c.queue = append(c.queue, p)
	case doClose, doQuit:
		c.leave = o.do
	}
}

func (c *connection) tell(r report) {
	r.from = c
	c.reports <- r
}

// asTrouble is the Trouble in err; any other error is one that passes.
func asTrouble(err error) *relay.Trouble {
	var t *relay.Trouble
	if errors.As(err, &t) {
		return t
	}
	return &relay.Trouble{Why: err.Error()}
}
