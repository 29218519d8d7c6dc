package relay

import "time"

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

// Words are the server's words, or ours where it said nothing.
func (r Result) Words() string {
	if r.Reply.Code != 0 {
		return r.Reply.String()
	}
	return r.Why
}
