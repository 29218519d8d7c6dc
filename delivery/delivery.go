// Package delivery owns everything between a frozen issue and its readers: the
// state machine of a delivery, the protocol of the ledger, the sender, the outbox and
// the report. How a mail is written is in delivery/mail, the SMTP dialogue in
// delivery/relay, what comes back in delivery/inbox.
//
// It must not know SQL or templates: the ledger is an interface, and what it
// mails comes rendered.
//
// Start reading here, with the machine, then sender.go and run.go: a run takes
// turns, in which it judges what came back (judge.go), records it and claims more
// (exchange.go), over connections that only obey (connection.go). What it goes by is in
// parts that know nothing of each other: how many connections (valve.go), how fast
// (pace.go, quota.go), whose fault a refusal is (streak.go), what is owed (owed.go), which ranges of the
// audience the run has open (ranges.go).
package delivery

import "time"

// State says where one issue stands with one subscriber.
type State string

const (
	// Queued: owed, not tried or given back without blame. Out: sending, skipped.
	Queued State = "queued"
	// Sending: claimed, durable before the message's first byte. Out: sent,
	// failed, deferred, unknown, queued.
	Sending State = "sending"
	// Sent: the next MTA answered 250 to the end of the message. Final.
	Sent State = "sent"
	// Deferred: a 4yz about this recipient; tried again after a pause. Out:
	// sending, failed, skipped.
	Deferred State = "deferred"
	// Failed: a 5yz about this recipient, or given up. Final, but for a run of
	// equal refusals that proves to be about us, which goes back to queued.
	Failed State = "failed"
	// Unknown: the connection, or we, died after the message's last byte and
	// before a reply was recorded. Out: sending, once; sent or queued, by a person.
	Unknown State = "unknown"
	// Skipped: unsubscribed, suppressed, erased or cancelled before it was sent. Final,
	// but for a cancelling that a person takes back. Out: queued, deferred.
	Skipped State = "skipped"
)

// Transition is one lawful step of a delivery.
type Transition struct {
	From, To State
	When     string // what causes it
}

// Transitions is the machine, written down once: the store refuses any other
// step, the sender takes no other, and the property test walks these.
func Transitions() []Transition {
	all := transitions()
	return all[:]
}

// transitions is an array: each result asks whether it is lawful, and a slice would be made anew.
func transitions() [16]Transition {
	return [...]Transition{
		{Queued, Sending, "claimed: durable before the message's first byte"},
		{Sending, Sent, "250 after the last byte, whatever happens to the connection next"},
		{Sending, Failed, "5yz about this recipient"},
		{Sending, Deferred, "4yz about this recipient"},
		{Sending, Unknown, "no reply recorded after the last byte"},
		{Sending, Queued, "the last byte was never written, or the fault was ours: no blame"},
		{Deferred, Sending, "after its pause"},
		{Deferred, Failed, "after give_up_after"},
		{Unknown, Sending, "resend: at most once per delivery, same Message-ID"},
		{Unknown, Sent, "settled by a person"},
		{Unknown, Queued, "a person asks for it to be sent again"},
		{Queued, Skipped, "unsubscribed, suppressed, erased or cancelled"},
		{Deferred, Skipped, "unsubscribed, suppressed, erased or cancelled"},
		{Skipped, Queued, "a person takes the cancelling back"},
		{Skipped, Deferred, "a person takes the cancelling back"},
		{Failed, Queued, "one of a run of equal refusals that was about us: no blame"},
	}
}

// States lists every state of a delivery.
func States() []State {
	return []State{Queued, Sending, Sent, Deferred, Failed, Unknown, Skipped}
}

// Lawful reports whether a delivery may go from one state to the other.
func Lawful(from, to State) bool {
	for _, t := range transitions() {
		if t.From == from && t.To == to {
			return true
		}
	}
	return false
}

// UnknownPolicy says what is done with an unknown delivery.
type UnknownPolicy string

const (
	Resend UnknownPolicy = "resend" // once, with the same Message-ID
	Hold   UnknownPolicy = "hold"   // left for "deliveries N resolve"
)

// Tally counts an issue's deliveries by state.
type Tally struct {
	Queued, Sending, Sent, Deferred, Failed, Unknown, Skipped int
	// Resendable is how many of Unknown may still be sent again.
	Resendable int
	// NextDue is when the earliest deferred delivery may be tried; zero for none.
	NextDue time.Time
	// WaitingSince is since when the status is waiting; zero when it is not.
	WaitingSince time.Time

	// Held is what of it is in ranges that workers hold: nobody else claims it.
	Held Held
}

// Held is what there is to do in ranges that are held.
type Held struct {
	Queued, Resendable, Deferred int
	InFlight                     int
	NextFree                     time.Time // when the earliest deferred delivery of the other ranges is due, where some are in these
}

// Any reports whether there is anything to do in them.
func (h Held) Any() bool { return h.Queued+h.Resendable+h.Deferred+h.InFlight > 0 }

// nextFree is when the earliest deferred delivery is due that nobody holds; zero for none.
func (t Tally) nextFree() time.Time {
	if t.Held.Deferred > 0 {
		return t.Held.NextFree
	}
	return t.NextDue
}

// In is the number of deliveries in a state.
func (t Tally) In(s State) int {
	return map[State]int{
		Queued: t.Queued, Sending: t.Sending, Sent: t.Sent, Deferred: t.Deferred,
		Failed: t.Failed, Unknown: t.Unknown, Skipped: t.Skipped,
	}[s]
}

// Audience is the number of readers the issue was frozen for.
func (t Tally) Audience() int {
	return t.Queued + t.Sending + t.Sent + t.Deferred + t.Failed + t.Unknown + t.Skipped
}

// Owed is the number of deliveries that are not final: with policy Hold an
// unknown delivery is final for the sender.
func (t Tally) Owed(p UnknownPolicy) int {
	n := t.Queued + t.Sending + t.Deferred
	if p == Resend {
		n += t.Resendable
	}
	return n
}
