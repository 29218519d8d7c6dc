package delivery

import (
	"context"
	"sync"
	"time"
)

// idleLimit is how long a connection may stand open with nothing to send:
// shorter than any server's patience.
const idleLimit = 30 * time.Second

// connections are all that a run may have, open or not. One goroutine, the run's,
// gives their orders and takes their reports.
type connections struct {
	all      []*connection
	reports  chan report
	working  sync.WaitGroup
	dialling context.Context // ends when nothing new is begun
	sending  context.Context // ends when what is in flight is abandoned

	stopDialling, stopSending context.CancelFunc
}

func newConnections(s *Sender, letters Letters) *connections {
	cs := &connections{reports: make(chan report, 8*s.settings.Connections)}
	cs.dialling, cs.stopDialling = context.WithCancel(context.Background())
	cs.sending, cs.stopSending = context.WithCancel(context.Background())
	for range s.settings.Connections {
		cs.all = append(cs.all, &connection{
			mailer: s.mailer, letters: letters, now: s.now, limit: s.settings.MessagesPerConnection,
			// Two of claims, one each of dial, close, quit and check the gate: a push never blocks.
			orders: make(chan order, 8), reports: cs.reports,
		})
	}
	return cs
}

func (cs *connections) start() {
	for _, c := range cs.all {
		cs.working.Go(func() { c.run(cs.dialling, cs.sending) })
	}
}

// quit ends the connections' goroutines. One that is stuck in a message that was
// abandoned is left behind.
func (cs *connections) quit() {
	for _, c := range cs.all {
		c.orders <- order{do: doQuit}
	}
	if cs.busy() {
		return
	}
	cs.working.Wait()
}

func (cs *connections) release() {
	cs.stopDialling()
	cs.stopSending()
}

// abandoned reports whether what is in flight was given up.
func (cs *connections) abandoned() bool { return cs.sending.Err() != nil }

// inFlight is how many claims connections have in hand.
func (cs *connections) inFlight() int {
	n := 0
	for _, c := range cs.all {
		n += c.inHand
	}
	return n
}

// busy reports whether a connection may still report something.
func (cs *connections) busy() bool {
	for _, c := range cs.all {
		if c.inHand > 0 || c.state != down {
			return true
		}
	}
	return false
}

// quiet reports whether nothing is claimed and nothing is being dialled.
func (cs *connections) quiet() bool {
	for _, c := range cs.all {
		if c.inHand > 0 || c.state == dialling {
			return false
		}
	}
	return true
}

// in is how many connections are in a state.
func (cs *connections) in(s connectionState) int {
	n := 0
	for _, c := range cs.all {
		if c.state == s {
			n++
		}
	}
	return n
}

// othersProven is how many connections besides this one are open and have answered.
func (cs *connections) othersProven(than *connection) int {
	n := 0
	for _, c := range cs.all {
		if c != than && c.state == up && c.proven {
			n++
		}
	}
	return n
}

// idle reports whether one that is open could be given a claim at once.
func (cs *connections) idle() bool {
	for _, c := range cs.all {
		if c.state == up && c.inHand == 0 && c.quota != 0 {
			return true
		}
	}
	return false
}

// free lists who could take a claim, one entry a claim, connections with nothing
// in hand first.
func (cs *connections) free() []taker {
	var takers []taker
	for depth := range claimsAhead {
		for _, c := range cs.all {
			if c.mayTake(depth) {
				takers = append(takers, taker{connection: c})
			}
		}
	}
	return takers
}

// closeBeyond closes connections with nothing in hand: those beyond a number, and
// those that stood idle for too long.
func (cs *connections) closeBeyond(most int, now time.Time) {
	seen := cs.in(up) + cs.in(dialling) // by the relay, or about to be
	for _, c := range cs.all {
		if c.state != up || c.inHand > 0 {
			continue
		}
		if seen > most || now.Sub(c.since) >= idleLimit {
			c.state = closing
			c.orders <- order{do: doClose}
			seen--
		}
	}
}

// dial opens connections as long as one more is wanted.
func (cs *connections) dial(wanted func() bool) {
	for _, c := range cs.all {
		if c.state == down && wanted() {
			c.state = dialling
			c.orders <- order{do: doDial}
		}
	}
}

// shut lets nothing begin; what is claimed comes back.
func (cs *connections) shut() {
	for _, c := range cs.all {
		c.setGate(gateShut)
	}
}

// pause keeps connections from beginning what they have claimed.
func (cs *connections) pause() {
	for _, c := range cs.all {
		c.gate.CompareAndSwap(gateOpen, gatePaused)
	}
}

// unpause ends a pause.
func (cs *connections) unpause(gate int32) {
	for _, c := range cs.all {
		if c.gate.Load() == gatePaused {
			c.setGate(gate)
		}
	}
}

// reopen ends what shut began, where it is over.
func (cs *connections) reopen(gate int32) {
	for _, c := range cs.all {
		if c.gate.Load() == gateShut { // a look costs nothing, a swap of what connections read does
			c.gate.CompareAndSwap(gateShut, gate)
		}
	}
}
