package delivery_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"roundup/delivery"
	"roundup/delivery/relay"
	"roundup/digest"
)

// answer is what the relay does with one attempt at one reader.
type answer string

const (
	accept     answer = "accept"
	acceptDrop answer = "accept, then drop the connection"
	refuse     answer = "refuse"
	deferIt    answer = "defer"
	takeMute   answer = "take it and say nothing"
	loseMute   answer = "lose it and say nothing"
	breakOff   answer = "break off before the last byte"
	close421   answer = "421"
	slowDown   answer = "ask for less"
)

// plan is one random life of an issue.
type plan struct {
	Connections int
	Limit       int // messages a connection
	Policy      delivery.UnknownPolicy
	Answers     [][]answer // by reader; the last one for good
	Leaves      []int      // readers who unsubscribe when half of the messages are sent
	Outages     []int      // dials that fail
	Crashes     []crash    // one a run, while there are any
	Failures    []int      // ledger calls that fail once
	Lost        []int      // ledger calls that are written, and whose answer is lost
	Range       int        // readers in a range of the audience
	Stall       int        // this message takes longer than a claim lives; 0 for none
}

// crash kills the sender at the nth event of a run.
type crash struct {
	Event     int
	Committed bool // at a ledger call: after it was on disk
	Arrives   bool // what was on the wire reaches its reader
}

func drawPlan(t *rapid.T) plan {
	some := rapid.SampledFrom([]answer{acceptDrop, deferIt, takeMute, loseMute, breakOff, close421, slowDown})
	last := rapid.SampledFrom([]answer{accept, accept, accept, accept, acceptDrop, refuse, loseMute, takeMute})
	reader := rapid.Custom(func(t *rapid.T) []answer {
		return append(rapid.SliceOfN(some, 0, 6).Draw(t, "first"), last.Draw(t, "then"))
	})
	life := rapid.Custom(func(t *rapid.T) crash {
		return crash{rapid.IntRange(1, 120).Draw(t, "event"), rapid.Bool().Draw(t, "committed"), rapid.Bool().Draw(t, "arrives")}
	})
	p := plan{
		Connections: rapid.IntRange(1, 4).Draw(t, "connections"),
		Limit:       rapid.IntRange(0, 6).Draw(t, "messages per connection"),
		Policy:      rapid.SampledFrom([]delivery.UnknownPolicy{delivery.Resend, delivery.Hold}).Draw(t, "policy"),
		Answers:     rapid.SliceOfN(reader, 1, 50).Draw(t, "readers"),
		Outages:     rapid.SliceOfN(rapid.IntRange(1, 20), 0, 8).Draw(t, "outages"),
		Crashes:     rapid.SliceOfN(life, 0, 6).Draw(t, "crashes"),
		Failures:    rapid.SliceOfN(rapid.IntRange(1, 200), 0, 5).Draw(t, "ledger failures"),
		Lost:        rapid.SliceOfN(rapid.IntRange(1, 200), 0, 5).Draw(t, "lost answers"),
		Range:       rapid.SampledFrom([]int{1, 2, 7, 2000}).Draw(t, "readers in a range"),
		Stall:       rapid.SampledFrom([]int{0, 2, 3, 5, 8, 13, 21}).Draw(t, "stall"),
	}
	p.Leaves = rapid.SliceOfN(rapid.IntRange(0, len(p.Answers)-1), 0, 5).Draw(t, "leaves")
	return p
}

// life runs a plan until the issue is sent.
type life struct {
	*scene
	plan
	mu       sync.Mutex // of what follows; taken after the ledger's and the relay's
	tried    map[string]int
	messages int
	events   int
	calls    int
	answers  int  // of the ledger
	begun    int  // messages
	dead     bool // this run's sender
	arrives  bool
	faults   []string
}

func (l *life) faultf(format string, args ...any) {
	l.faults = append(l.faults, fmt.Sprintf(format, args...))
}

// event counts an event and reports whether the sender dies of it.
func (l *life) event(committed bool) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.dead {
		return true
	}
	if len(l.Crashes) == 0 || l.Crashes[0].Committed != committed {
		return false
	}
	if l.events++; l.events < l.Crashes[0].Event {
		return false
	}
	l.dead, l.arrives = true, l.Crashes[0].Arrives
	l.Crashes, l.events = l.Crashes[1:], 0
	return true
}

// onTheWire says whether what a dead sender had on the wire reaches its reader.
func (l *life) onTheWire() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.arrives
}

var errOutage = &relay.Trouble{Why: "connect to relay:587: connection refused"}

func (l *life) script() {
	l.ledger.fail = func(string) error {
		if l.event(false) {
			return delivery.ErrLeaseLost
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.calls++; slices.Contains(l.Failures, l.calls) {
			return errDiskFull
		}
		return nil
	}
	l.ledger.after = func(string) error {
		if l.event(true) {
			return delivery.ErrLeaseLost
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.answers++; slices.Contains(l.Lost, l.answers) {
			return errDiskFull
		}
		return nil
	}
	l.relay.dial = func(n int) error {
		if slices.Contains(l.Outages, n) {
			return errOutage
		}
		return nil
	}
	l.relay.send = func(_ *fakeConn, m relay.Message) relay.Result { return l.answer(m) }
	l.relay.slow = l.begin
}

// begin looks at a message's beginning, and says whether it takes longer than the next
// claim lives. It holds the relay's lock.
func (l *life) begin(m relay.Message) time.Duration {
	var reader int
	if _, err := fmt.Sscanf(m.To, "reader%d@", &reader); err != nil {
		l.faultf("recipient %q: %v", m.To, err)
		return 0
	}
	l.ledger.mu.Lock()
	defer l.ledger.mu.Unlock()
	if age := time.Since(l.ledger.rows[reader-1].claimed); age > 30*time.Second {
		l.faultf("reader %d was mailed %s after the claim", reader, age)
	}
	if l.begun++; l.begun == l.Stall {
		return 80 * time.Second
	}
	return 0
}

// answer is the relay's, at the end of a message. It holds the relay's lock.
func (l *life) answer(m relay.Message) relay.Result {
	if l.event(false) {
		// The sender is dead: nobody hears the answer, but the mail may be there.
		if l.onTheWire() {
			return accepted
		}
		return silent
	}
	var reader int
	if _, err := fmt.Sscanf(m.To, "reader%d@", &reader); err != nil {
		l.faultf("recipient %q: %v", m.To, err)
	}
	if l.messages++; l.messages == len(l.Answers)/2 {
		l.ledger.mu.Lock()
		for _, i := range l.Leaves {
			l.ledger.rows[i].left = true
		}
		l.ledger.mu.Unlock()
	}
	answers := l.Answers[reader-1]
	n := min(l.tried[m.To], len(answers)-1)
	l.tried[m.To]++
	switch answers[n] {
	case acceptDrop:
		r := accepted
		r.Broken = true
		return r
	case refuse: // each in words of their own, as dead addresses' are not about us
		return refusal("no such user " + strings.Repeat("x", reader))
	case deferIt:
		return greylisted()
	case takeMute:
		l.relay.copies[m.To]++
		return silent
	case loseMute:
		return silent
	case breakOff:
		return lost
	case close421:
		return closing
	case slowDown:
		return slower
	}
	return accepted
}

// live sends, crash after crash, until the issue is sent.
func (l *life) live(t *testing.T) {
	for run := 0; ; run++ {
		l.dead, l.relay.open = false, 0
		before := l.ledger.in(delivery.Sending)
		if before > 2*l.Connections {
			l.faultf("a crash left %d deliveries sending over %d connections", before, l.Connections)
		}
		sum, err := l.run(t.Context())
		switch {
		case l.dead, errors.Is(err, errDiskFull):
			continue // started again, under a new lease
		case err != nil:
			l.faultf("send: %v", err)
			return
		case sum.Status == string(digest.Sent):
			return
		case sum.Status == string(digest.Held):
			l.ledger.set(digest.Sending) // a person looks, and releases it
		}
		if run > 200 {
			l.faultf("not finished after %d runs: %+v", run, sum)
			return
		}
		time.Sleep(10 * time.Minute) // the timer's
	}
}

// judge compares what the readers have with what the ledger says.
func (l *life) judge() {
	for _, r := range l.ledger.rows {
		copies := l.relay.copies[addressOf(r.reader)]
		answers := l.Answers[r.reader-1]
		switch r.state {
		case delivery.Sent:
			if copies == 0 {
				l.faultf("reader %d is sent and has no copy: %v", r.reader, r.path)
			}
		case delivery.Failed:
			if answers[len(answers)-1] != refuse {
				l.faultf("reader %d was blamed: %v", r.reader, r.path)
			}
		case delivery.Unknown:
			if l.Policy == delivery.Resend && r.resends == 0 && !r.left {
				l.faultf("reader %d is unknown and was not sent again: %v", r.reader, r.path)
			}
		case delivery.Skipped:
			if !r.left {
				l.faultf("reader %d was skipped: %v", r.reader, r.path)
			}
		default:
			l.faultf("reader %d is %s, but the issue is sent: %v", r.reader, r.state, r.path)
		}
		if copies > 1+r.resends || r.resends > 1 || l.Policy == delivery.Hold && r.resends > 0 {
			l.faultf("reader %d has %d copies after %d resends: %v", r.reader, copies, r.resends, r.path)
		}
		if !slices.Contains(r.path, delivery.Unknown) && copies > 1 {
			l.faultf("reader %d has %d copies and was never unknown: %v", r.reader, copies, r.path)
		}
	}
	if l.ledger.mostOpen > 2*l.Connections {
		l.faultf("%d deliveries sending at once over %d connections", l.ledger.mostOpen, l.Connections)
	}
	if l.relay.mostBusy > l.Connections {
		l.faultf("%d messages at once over %d connections", l.relay.mostBusy, l.Connections)
	}
}

// TestNobodyLostNobodyTwice lives random lives: a relay that misbehaves at any
// message, a ledger that fails, or writes and does not say so, crashes between any two
// steps, a message that takes long. The fake ledger
// panics at a step that delivery.Transitions does not list.
func TestNobodyLostNobodyTwice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		p := drawPlan(rt)
		l := &life{plan: p, scene: newScene(len(p.Answers)), tried: map[string]int{}}
		l.ledger.split(p.Range)
		l.settings.Connections, l.settings.MessagesPerConnection, l.settings.Unknown = p.Connections, p.Limit, p.Policy
		synctest.Test(t, func(t *testing.T) {
			l.script()
			l.live(t)
			l.judge()
		})
		if len(l.faults) > 0 {
			rt.Fatalf("%s", strings.Join(l.faults, "\n"))
		}
	})
}
