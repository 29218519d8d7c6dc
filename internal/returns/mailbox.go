package returns

import (
	"context"
	"errors"
	"io"
	"time"

	"roundup/delivery/inbox"
	"roundup/delivery/mailbox"
	"roundup/internal/oneline"
	"roundup/store"
)

// ErrNotInCharge is returned where the database is not the one that sends: the other is the
// one to know what came back.
var ErrNotInCharge = errors.New("the database is not the one that sends")

// Mailbox reads a mailbox by IMAP.
type Mailbox struct {
	Taker
	Name    string // it is remembered by
	Options mailbox.Options
	Store   *store.Store
}

// Fetch takes the mails that came since the last reading, and has on record how it went: a
// fault of one mail until another was moved. A *mailbox.Trouble is the mailbox's, any other
// error is ours.
func (m Mailbox) Fetch(ctx context.Context) (mailbox.Done, error) {
	standing, err := m.Store.Standing(ctx)
	if err == nil && !standing.Sends() {
		err = ErrNotInCharge
	}
	if err != nil {
		return mailbox.Done{}, err
	}
	was, err := m.Store.Mailbox(ctx, m.Name)
	if err != nil {
		return mailbox.Done{}, err
	}
	done, err := mailbox.Read(ctx, m.Options, mailbox.Position{Validity: was.Validity, Last: was.Last},
		func(ctx context.Context, mail io.Reader) (bool, error) { return m.Take(ctx, mail, inbox.Envelope{}) },
		func(ctx context.Context, at mailbox.Position) error {
			return m.Store.SaveMailboxPosition(ctx, m.Name, at.Validity, at.Last)
		})
	fault := mailbox.Trouble{}
	var trouble *mailbox.Trouble
	switch {
	case errors.As(err, &trouble):
		fault = *trouble
	case err != nil && ctx.Err() != nil:
		return done, err // we are asked to stop
	case err != nil:
		fault = mailbox.Trouble{Code: mailbox.NotTaken, Fact: err.Error()}
	case mailbox.Code(was.Fault).OfOneMail() && !done.Moved():
		// That no mail came says nothing of whether one can be given and moved by now.
		fault = mailbox.Trouble{Code: mailbox.Code(was.Fault), About: was.About, Fact: was.Fact}
	}
	saved := m.Store.SaveMailboxReading(context.WithoutCancel(ctx), m.Name, string(fault.Code), fault.About, oneline.Of(fault.Fact, maxFact))
	return done, errors.Join(err, saved)
}

// maxFact is how much is kept of what somebody else says of a trouble, in octets.
const maxFact = 500

// Run reads the mailbox every so often until ctx ends; told hears of each reading.
func (m Mailbox) Run(ctx context.Context, every time.Duration, told func(mailbox.Done, error)) {
	for {
		done, err := m.Fetch(ctx)
		if ctx.Err() != nil {
			return
		}
		told(done, err)
		pause := every
		if done.More && err == nil {
			pause = 0
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}
