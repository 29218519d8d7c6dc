package delivery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"roundup/delivery/mail"
	"roundup/delivery/relay"
	"roundup/digest"
)

// Settings are how an issue is sent.
type Settings struct {
	Relay                 string        // what reports call the relay; "" for "the relay"
	Connections           int           // at most so many at once; less than 1 is 1
	Rate                  float64       // messages begun a second over all connections; 0: no limit
	PerHour               int           // messages begun in any hour, of all runs where Tallies is a Recent too; 0: no limit
	MessagesPerConnection int           // then it is replaced; 0: no limit
	Unknown               UnknownPolicy // "" is Resend
	GiveUpAfter           time.Duration // of sending time since a reader's first deferral; more than 0
	Wait                  time.Duration // how long to stay with nothing to do but wait; negative: until all is final
	LeaveDeferred         bool          // do not stay for deferred readers alone: a later Send has them
	CatchUp               time.Duration // an issue waiting longer is held; 0: never
	Shared                bool          // other processes send to Relay too, where Tallies is Others: limits are of all of them
	DrainLimit            time.Duration // to finish what is in flight once stopped; 0 is 25 seconds
	CallLimit             time.Duration // of one call of the ledger, with Shared, until it is tried again; 0 is 20 seconds
	// Hard, when done, abandons what is in flight at once (a second Ctrl-C);
	// nil for never.
	Hard context.Context
}

func (s Settings) withDefaults() Settings {
	s.Connections = max(s.Connections, 1)
	if s.Relay == "" {
		s.Relay = "the relay"
	}
	if s.Unknown == "" {
		s.Unknown = Resend
	}
	if s.DrainLimit <= 0 {
		s.DrainLimit = 25 * time.Second
	}
	if s.Hard == nil {
		s.Hard = context.Background()
	}
	return s
}

// Lasting is a context for what is to be on record when ctx is over. It ends a while after
// Hard: what was on the wire then is recorded, unless the database does not answer.
func (s Settings) Lasting(ctx context.Context) (context.Context, context.CancelFunc) {
	if s.Hard == nil {
		return context.WithCancel(context.WithoutCancel(ctx))
	}
	return outlasting(ctx, s.Hard, graceAfterHard)
}

// Call is ctx for one call of a database on a server, which may never answer: it ends after
// CallLimit.
func (s Settings) Call(ctx context.Context) (context.Context, context.CancelFunc) {
	limit := s.CallLimit
	if limit <= 0 {
		limit = 20 * time.Second
	}
	return context.WithTimeout(ctx, limit)
}

// outlasting is ctx without its end: it ends some time after another.
func outlasting(ctx, ending context.Context, by time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ending, func() { time.AfterFunc(by, cancel) })
	return ctx, func() {
		stop()
		cancel()
	}
}

// Mailer opens connections to the relay.
type Mailer interface {
	// Dial connects, secures and authenticates. Its error is a *relay.Trouble, which
	// says whether to wait or to hold the issue.
	Dial(ctx context.Context) (relay.Conn, error)
}

// Letters writes each reader's mail. It is used by every connection at once.
// Its error fails that reader's delivery, in these words.
type Letters interface {
	Compose(mail.Reader) (relay.Message, error)
}

// Sender hands issues to the relay: it claims, sends and records.
type Sender struct {
	settings Settings
	ledger   Ledger
	tallies  Tallies
	mailer   Mailer
	now      func() time.Time
	log      *slog.Logger
}

// NewSender makes a sender. now is the calendar: it dates nothing, but pauses
// and ages are measured by it; timers run in real time. A nil log says nothing.
func NewSender(s Settings, ledger Ledger, tallies Tallies, mailer Mailer, now func() time.Time, log *slog.Logger) *Sender {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Sender{settings: s.withDefaults(), ledger: ledger, tallies: tallies, mailer: mailer, now: now, log: log}
}

// Send sends what is owed of an issue: to the end, or until it is held, the
// waiting takes longer than Settings.Wait, or ctx is done. ctx done means: begin
// nothing, finish what is in flight, record it all. Summary tells how far it
// came; Summary.Owed is what a later Send goes on with.
//
// An error means that the ledger could not be written (after trying for ten
// minutes where results are at stake), that it refused (at once) or, as
// ErrLeaseLost, that another sender took over. Whatever the ending, a delivery is in doubt only where a message
// was on the wire, and it is unknown once the next sender has the lease.
func (s *Sender) Send(ctx context.Context, lease Lease, issue digest.Issue, letters Letters, progress func(Progress)) (Summary, error) {
	return s.SendRanges(ctx, lease, issue, nil, letters, progress)
}

// SendRanges is Send that begins with ranges which are open already. Where others send
// too (Settings.Shared), it ends once there is nothing that they leave.
func (s *Sender) SendRanges(ctx context.Context, lease Lease, issue digest.Issue, held []*Range, letters Letters, progress func(Progress)) (Summary, error) {
	r := newRun(s, lease, issue, held, letters, progress)
	defer r.connections.release()
	lasting, end := s.settings.Lasting(ctx)
	defer end()
	r.lasting = lasting
	var tally Tally
	err := r.try(ctx, func(ctx context.Context) (err error) {
		tally, err = s.tallies.Tally(ctx, issue.ID)
		return err
	})
	if err != nil {
		return r.summary(ctx), fmt.Errorf("issue %d: count deliveries: %w", issue.Number, err)
	}
	if issue.Status == digest.Sending || issue.Status == digest.Waiting {
		if err = r.remember(ctx); err == nil {
			err = r.deliver(ctx, tally)
		}
	}
	return r.summary(ctx), err
}

// ExitCode is what a program ends with (promise 7): 0 done, 1 held, 3 when
// deliveries are still owed. Readers that failed are no failure of the program.
func ExitCode(s Summary) int {
	switch {
	case s.Status == string(digest.Held):
		return 1
	case s.Status == string(digest.Sending), s.Status == string(digest.Waiting):
		return 3
	}
	return 0
}

// mayPass reports whether a ledger call that failed is worth trying again.
func mayPass(err error) bool { return errors.Is(err, ErrLedgerAway) }
