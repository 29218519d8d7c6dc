package delivery

import (
	"context"
	"io"
	"sync"
	"time"
)

// Message is one mail ready for the wire: everything that can fail has been
// done before a Conn sees it.
type Message struct {
	From string // envelope sender (return path), "" for the null sender
	To   string // envelope recipient, domain as A-labels
	Data []byte // headers and body, CRLF lines of at most 998 octets, not dot-stuffed

	traits    traits // of Data, where inspected
	inspected bool
	whole     []byte     // Data, with room before it to say the commands in; nil for none
	spare     *sync.Pool // where Data goes when the message has ended; nil for nowhere
}

// ended gives Data up to be written over: nobody may look at it any more.
func (m *Message) ended() {
	switch {
	case m.spare == nil:
	case m.whole != nil:
		m.spare.Put(&m.whole)
	default:
		m.spare.Put(&m.Data)
	}
}

// lead is the room before a message, in octets: enough for MAIL, RCPT and BDAT
// with the longest addresses that can be said (isPath).
const lead = 1024

// Mailer opens connections to the relay.
type Mailer interface {
	// Dial connects, secures and authenticates. Its error is a *Trouble, which
	// says whether to wait or to hold the issue.
	Dial(ctx context.Context) (Conn, error)
}

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

// Result is how one SMTP transaction ended.
type Result struct {
	Verdict  Verdict
	Reply    Reply  // the deciding reply; zero when none came
	Why      string // in our words where Reply is zero: "connection reset while sending the body"
	Broken   bool   // the connection can't be used again
	Duration time.Duration
}

// Verdict sorts results by what follows from them.
type Verdict int

const (
	// Accepted: 250 after the last byte.
	Accepted Verdict = iota + 1
	// RefusedReader: 5yz about this recipient.
	RefusedReader
	// DeferredReader: 4yz about this recipient, greylisting among them.
	DeferredReader
	// Unanswered: no reply to the last byte.
	Unanswered
	// Later: the relay can't take mail now: 421, 454, rate and quota words in a
	// 4yz, or a connection lost before the last byte. Nobody is blamed; the issue waits.
	Later
	// Stop: the relay will not take our mail: 530, 535, a 5yz at MAIL, words
	// about our right to send, a message larger than it takes. Nobody is blamed;
	// the issue is held.
	Stop
	// Unsendable: this message can't be sent to this server as it is (its reader's
	// address needs SMTPUTF8): the reader's delivery fails, the issue goes on.
	Unsendable
)

// String is the verdict's name, for logs and tests.
func (v Verdict) String() string {
	names := [...]string{
		Accepted: "accepted", RefusedReader: "refused reader", DeferredReader: "deferred reader",
		Unanswered: "unanswered", Later: "later", Stop: "stop", Unsendable: "unsendable",
	}
	if v < Accepted || int(v) >= len(names) {
		return "no verdict"
	}
	return names[v]
}

// Trouble is an error of the connection or the relay that concerns no reader.
//
//nolint:errname // it is what happened to the relay, and people read it as such
type Trouble struct {
	Hold  bool   // a person must act; else the issue waits and goes on alone
	Reply Reply  // zero when the server said nothing
	Why   string // what happened: "connect to relay:587: connection refused"
	Hint  string // what to do; "" when there is nothing but to wait
}

func (t *Trouble) Error() string {
	if t.Reply.Code == 0 {
		return t.Why
	}
	return t.Why + ": " + t.Reply.String()
}
