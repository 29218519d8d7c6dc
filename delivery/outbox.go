package delivery

import (
	"context"
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
	// ClaimOutbox marks up to n mails that are due as sending and returns them,
	// those that an earlier process left sending among them, but for issues: a
	// notice told twice is better than one not told.
	ClaimOutbox(ctx context.Context, n int) ([]OutboxMail, error)
	// SettleOutbox records how a claimed mail's attempt ended.
	SettleOutbox(ctx context.Context, id int64, result OutboxResult) error
}

// OutboxComposer writes the mails of the outbox. Its error is of one that can't, or
// must not, be sent.
type OutboxComposer interface {
	ComposeOutbox(ctx context.Context, m OutboxMail) (relay.Message, error)
}

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

// outboxBatch is how many mails are claimed at a time: few, since a crash
// leaves them to be sent once more.
const outboxBatch = 10

// Flush sends what is due and returns how much was handed over. What could not
// be sent is settled for a later attempt and is no error; a failing outbox is.
func (c *Carrier) Flush(ctx context.Context) (int, error) {
	conn := &lazyConn{mailer: c.mailer}
	defer conn.close()
	handed := 0
	for ctx.Err() == nil {
		batch, err := c.outbox.ClaimOutbox(ctx, outboxBatch)
		if err != nil {
			return handed, fmt.Errorf("claim outbox: %w", err)
		}
		if len(batch) == 0 {
			break
		}
		n, err := c.carry(ctx, conn, batch)
		handed += n
		if err != nil {
			return handed, err
		}
	}
	return handed, nil
}

// carry sends one batch and settles each of it.
func (c *Carrier) carry(ctx context.Context, conn *lazyConn, batch []OutboxMail) (int, error) {
	handed := 0
	for _, m := range batch {
		var result OutboxResult
		if m.Transport == "post" {
			result = c.post(ctx, m)
		} else {
			result = c.mail(ctx, conn, m)
		}
		result.Error = relay.Nameless(result.Error) // it outlives the reader, here and in the log
		if result.Done {
			handed++
		} else {
			c.log.Warn("outbox: not handed over", "kind", m.Kind, "transport", m.Transport,
				"attempt", m.Attempts, "error", result.Error, "again_in", result.Pause)
		}
		// What was sent must be on record even when the caller is being stopped.
		if err := c.outbox.SettleOutbox(context.WithoutCancel(ctx), m.ID, result); err != nil {
			return handed, fmt.Errorf("settle outbox mail %d: %w", m.ID, err)
		}
	}
	return handed, nil
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
	if err != nil {
		return OutboxResult{Error: err.Error()}
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

// lazyConn is a connection opened for the first maic. A relay that could not be
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
