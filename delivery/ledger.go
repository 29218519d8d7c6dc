package delivery

import (
	"context"
	"errors"
	"time"

	"roundup/delivery/mail"
	"roundup/delivery/relay"
	"roundup/digest"
	"roundup/subscribers"
)

// ErrLeaseLost is returned by every ledger call whose lease is no longer the
// current one: another sender took over, and nothing was written.
var ErrLeaseLost = errors.New("another sender has taken over")

// ErrUnlawful is returned for a step that Transitions does not list; nothing
// of the call was written.
var ErrUnlawful = errors.New("unlawful step of a delivery")

// ErrOwed is returned by Mark when an issue is to become sent while deliveries of it
// are not final; nothing was written.
var ErrOwed = errors.New("deliveries of the issue are still owed")

// ErrLedgerAway is what a ledger's errors wrap when its disk or its lock is what
// failed: it may work again in a while. Any other error is an answer, which stays
// the same however often it is asked for.
var ErrLedgerAway = errors.New("the ledger can't be reached")

// Lease is the right to send, taken under the process lock. Its epoch grows
// with every acquisition; whoever held a range before holds none any more.
type Lease struct {
	Holder string // "host pid 123, since 2026-11-20 07:00", for people
	Epoch  int64
	Worker int64             // its row where several send at a time (Settings.Shared); 0 for none
	By     subscribers.Actor // on whose behalf: what happens to an issue is put on record as theirs
}

// Claim is a delivery this process has marked sending.
type Claim struct {
	mail.Reader
	SubscriberID int64
	Attempts     int           // this one included
	Resend       bool          // it was unknown before
	DeferredFor  time.Duration // issue's sending time since its first deferral; 0 for none
	At           time.Time     // before the exchange that made it: it expires, see claimLife
}

// Outcome is the result of a claimed delivery.
type Outcome struct {
	SubscriberID int64
	To           State
	Reply        relay.Reply   // the server's words; zero when there were none
	Why          string        // in our words, where the server said nothing: "connection lost after the last byte"
	Pause        time.Duration // with Deferred: how long to leave it
}

// Ledger is the durable record of an issue's deliveries, in ranges of which a sender
// holds some. Every method is one transaction that is on disk when it returns. A call
// that failed may be made again, as often as need be: it is applied once.
type Ledger interface {
	// OpenRange takes the next range of an issue in which there is something to send now and
	// that is not among held; nil when there is none. First come ranges with readers who
	// were never claimed or were given back, then those with deferred readers whose pause
	// is over, then those with unknown ones that policy lets be sent again. What an
	// earlier holder left on the wire is unknown from then on, and counted in Left. It
	// fails with ErrLeaseLost when lease is not the current one.
	OpenRange(ctx context.Context, lease Lease, issue int64, held []*Range, policy UnknownPolicy) (*Range, error)

	// Exchange records outcomes, then claims up to want deliveries of the ranges held, of
	// each in the order queued, deferred whose pause is over, unknown that policy lets be
	// sent again. A reader who is no longer active, or is suppressed, is skipped
	// instead of claimed. An outcome whose step is unlawful fails the whole call
	// with ErrUnlawful; a range that another has taken, with ErrLeaseLost. The issue's
	// articles become carried with its first delivery sent or unknown. With a status other
	// than sending or waiting (a person held or cancelled the issue) outcomes are recorded,
	// nothing is claimed and the status is returned; a waiting issue's claims are its
	// probes. The ranges change only where it succeeds: with the same ones and Want.Again, a
	// call whose answer was lost is recognised, and answered again, whatever changed meanwhile.
	Exchange(ctx context.Context, issue int64, held []*Range, outcomes []Outcome, want Want) ([]Claim, digest.Status, error)

	// CloseRanges gives ranges back and counts their deliveries. What is in flight in one is
	// unknown from then on. Under a policy that sends unknown ones again, a range that
	// has some is not done. It fails with ErrLeaseLost where another has taken a range in
	// which something is in flight.
	CloseRanges(ctx context.Context, held []*Range, policy UnknownPolicy) error

	// Reopen gives failed deliveries of a run of equal refusals back to queued; those of
	// ranges that are held are counted there.
	Reopen(ctx context.Context, lease Lease, issue int64, held []*Range, subscriberIDs []int64) error
}

// Want says what Exchange may claim.
type Want struct {
	Count  int
	Policy UnknownPolicy
	// Active is how long the issue was being sent since it was told last; it is added to
	// the issue's sending time, from which DeferredFor counts.
	Active time.Duration
	// Again says that this call was made before, with the same ranges and outcomes, and that no
	// answer came: it may have been applied.
	Again bool
}

// Tallies counts deliveries and keeps an issue's status.
type Tallies interface {
	// Tally takes no lease and may be called by anyone.
	Tally(ctx context.Context, issue int64) (Tally, error)

	// Mark sets the issue's status and why; Sent only when every delivery is
	// final, else ErrOwed (of unknown ones the caller's policy decides). A status that a
	// person set meanwhile, held or cancelled, is left as it is without an error:
	// the next Exchange tells. Waiting that goes on keeps its beginning.
	Mark(ctx context.Context, lease Lease, issue int64, status digest.Status, why string) error
}
