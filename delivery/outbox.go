package delivery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"roundup/delivery/relay"
)

// OutboxMail is a mail or a post that is not an issue: a confirmation, a
// welcome, a notice.
type OutboxMail struct {
	ID        int64
	Dedupe    string // the same dedupe key is never queued twice
	Kind      string // "confirmation", "welcome", "address", "moved", "notice", or KindIssue
	Transport string // "mail" or "post"
	Recipient string // an address, or the URL to post to
	Subject   string
	Text      string // with "post": the JSON body as it is
	HTML      string // "" for text only
	Attempts  int    // this one included, once claimed
}

// KindIssue is an issue that a reader asked for who was not in its audience. Its mail
// is composed of what was frozen, so that it has no text in the outbox, and nobody is
// mailed it twice: where no answer came it stays unknown.
const KindIssue = "issue"

// OutboxResult is how an attempt at an OutboxMail ended.
type OutboxResult struct {
	Done    bool          // handed over; else Error says why not
	Unknown bool          // of an issue: its reader may have it, and it is not tried again
	Error   string        // the server's words, or ours
	Pause   time.Duration // when to try again; 0 with an Error: given up
}

// Outbox is the durable queue of mail that is not an issue.
type Outbox interface {
	// ClaimOutbox marks the mail that is due as sending and returns it; due is false
	// where none is. The claim is of one attempt, counted in Attempts, and lapses after
	// OutboxLease: what an earlier process left sending is due again then, but for an
	// issue. A notice told twice is better than one not told.
	ClaimOutbox(ctx context.Context) (m OutboxMail, due bool, err error)
	// SettleOutbox records how the attempt ended that m was claimed for. Where that
	// claim is over, as the reader was erased or it lapsed, there is nothing to record.
	SettleOutbox(ctx context.Context, m OutboxMail, result OutboxResult) error
}

const (
	// attemptAtMost is how long one attempt may take: composing, connecting, and the
	// whole dialogue. SMTP's longest wait is ten minutes (RFC 5321, 4.5.3.2).
	attemptAtMost = 20 * time.Minute
	// OutboxLease is how long a claim holds: for an attempt and for putting on record
	// how it ended.
	OutboxLease = attemptAtMost + tryForResults
	// OutboxKept is how long mail that is settled stays on record, but for copies of an issue,
	// which nobody is to get twice, and notices, of which each is told once.
	OutboxKept = 90 * 24 * time.Hour
	// finishWithin is how long an attempt under way may go on once we are to stop.
	finishWithin = 10 * time.Second
)

// OutboxComposer writes the mails of the outbox. A mail that can't, or must not, be sent
// however often it is tried fails with an *UnsendableError and is given up; after any other
// error, as of a database that is away, it is tried again.
type OutboxComposer interface {
	ComposeOutbox(ctx context.Context, m OutboxMail) (relay.Message, error)
}

// UnsendableError is why a mail of the outbox is never to be sent.
type UnsendableError struct{ Err error }

// Error implements error.
func (e *UnsendableError) Error() string { return e.Err.Error() }

// Unwrap leads to the cause.
func (e *UnsendableError) Unwrap() error { return e.Err }

// Poster posts a notice; a status of 200 to 299 means it was taken.
type Poster interface {
	Post(ctx context.Context, url, contentType string, body []byte) (status int, err error)
}

// Carrier empties the outbox: mail through the relay, posts through HTTP. The
// two do not wait for each other, since mail may be what is down.
type Carrier struct {
	outbox   Outbox
	composer OutboxComposer
	mailer   Mailer
	poster   Poster
	log      *slog.Logger
}

// NewCarrier makes a carrier; a nil log says nothing.
func NewCarrier(outbox Outbox, composer OutboxComposer, mailer Mailer, poster Poster, log *slog.Logger) *Carrier {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Carrier{outbox: outbox, composer: composer, mailer: mailer, poster: poster, log: log}
}

// Flush sends what is due and returns how much was handed over. Each mail is claimed by
// itself, so that at most one is in the hands of a process that dies. What could not be
// sent is settled for a later attempt and is no error; a failing outbox is. Once ctx ends
// no other is begun.
func (c *Carrier) Flush(ctx context.Context) (int, error) {
	conn := &lazyConn{mailer: c.mailer}
	defer conn.close()
	handed := 0
	for ctx.Err() == nil {
		m, due, err := c.outbox.ClaimOutbox(ctx)
		if err != nil {
			return handed, fmt.Errorf("claim outbox: %w", err)
		}
		if !due {
			break
		}
		result := c.attempt(ctx, conn, m)
		if result.Done {
			handed++
		}
		if err := c.settle(ctx, m, result); err != nil {
			return handed, fmt.Errorf("settle outbox mail %d: %w", m.ID, err)
		}
	}
	return handed, nil
}

// attempt tries one mail. It ends within attemptAtMost, so that the claim holds all the
// while, and goes on for a moment once ctx ends: a message cut off after its last byte may
// have arrived, or not.
func (c *Carrier) attempt(ctx context.Context, conn *lazyConn, m OutboxMail) OutboxResult {
	ctx, end := finishing(ctx, attemptAtMost)
	defer end()
	var result OutboxResult
	if m.Transport == "post" {
		result = c.post(ctx, m)
	} else {
		result = c.mail(ctx, conn, m)
	}
	result.Error = relay.Nameless(result.Error) // it outlives the reader, here and in the log
	if !result.Done {
		c.log.Warn("outbox: not handed over", "kind", m.Kind, "transport", m.Transport,
			"attempt", m.Attempts, "error", result.Error, "again_in", result.Pause)
	}
	return result
}

// settle records how an attempt ended, again and again while the database is away: what
// is not on record is sent twice, and an issue never again.
func (c *Carrier) settle(ctx context.Context, m OutboxMail, result OutboxResult) error {
	patience, end := finishing(ctx, tryForResults)
	defer end()
	pauses := backoff{first: tryFirst, most: tryMost}
	for {
		err := c.outbox.SettleOutbox(context.WithoutCancel(ctx), m, result)
		if err == nil || !mayPass(err) {
			return err
		}
		pause := time.NewTimer(pauses.next())
		select {
		case <-pause.C:
		case <-patience.Done():
			pause.Stop()
			return err
		}
	}
}

// finishing is a context for what must not be cut off: it ends after most, or finishWithin
// after ctx ends.
func finishing(ctx context.Context, most time.Duration) (context.Context, context.CancelFunc) {
	lasting, end := outlasting(ctx, ctx, finishWithin)
	lasting, stop := context.WithTimeout(lasting, most)
	return lasting, func() { stop(); end() }
}

// post hands a notice to a URL.
func (c *Carrier) post(ctx context.Context, m OutboxMail) OutboxResult {
	status, err := c.poster.Post(ctx, m.Recipient, "application/json", []byte(m.Text))
	switch {
	case err != nil:
		return tryAgain(m, err.Error())
	case status >= 200 && status < 300:
		return OutboxResult{Done: true}
	}
	return tryAgain(m, fmt.Sprintf("the server answered with status %d", status))
}

// mail hands a mail to the relay.
func (c *Carrier) mail(ctx context.Context, conn *lazyConn, m OutboxMail) OutboxResult {
	message, err := c.composer.ComposeOutbox(ctx, m)
	switch {
	case errors.As(err, new(*UnsendableError)):
		return OutboxResult{Error: err.Error()}
	case err != nil:
		return tryAgain(m, err.Error())
	}
	result, err := conn.send(ctx, message)
	if err != nil {
		return tryAgain(m, err.Error())
	}
	switch result.Verdict {
	case relay.Accepted:
		return OutboxResult{Done: true}
	case relay.RefusedReader, relay.Unsendable:
		return OutboxResult{Error: result.Words()}
	case relay.Unanswered:
		if m.Kind == KindIssue {
			return OutboxResult{Unknown: true, Error: result.Words()}
		}
	}
	return tryAgain(m, result.Words())
}

// tryAgain settles a mail for another attempt, after a pause that grows, until it
// was tried for about two days.
func tryAgain(m OutboxMail, why string) OutboxResult {
	pauses := []time.Duration{
		time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute,
		time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 12 * time.Hour, 24 * time.Hour,
	}
	if m.Attempts > len(pauses) {
		return OutboxResult{Error: fmt.Sprintf("given up after %d attempts: %s", m.Attempts, why)}
	}
	return OutboxResult{Error: why, Pause: pauses[max(m.Attempts, 1)-1]}
}

// lazyConn is a connection opened for the first mail. A relay that could not be
// reached is not tried again in the same Flush.
type lazyConn struct {
	mailer Mailer
	conn   relay.Conn
	failed error
}

func (c *lazyConn) send(ctx context.Context, m relay.Message) (relay.Result, error) {
	if c.failed != nil {
		return relay.Result{}, c.failed
	}
	if c.conn == nil {
		if c.conn, c.failed = c.mailer.Dial(ctx); c.failed != nil {
			c.conn = nil
			return relay.Result{}, c.failed
		}
	}
	result := c.conn.Send(ctx, m)
	if result.Broken {
		c.close()
	}
	return result, nil
}

func (c *lazyConn) close() {
	if c.conn != nil {
		// Whether QUIT succeeds does not matter: every result is settled by then.
		_ = c.conn.Close()
		c.conn = nil
	}
}
