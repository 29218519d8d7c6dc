// Package mailbox reads the mails of an IMAP mailbox (RFC 9051, RFC 3501), each once, and
// moves them into one of two others: those that were understood, and those that were not.
// It is the only user of go-imap.
//
// It must not know what a mail means, or delete one. Servers may be hostile: what they send
// is cut off, and whatever they do ends in a Trouble, with a code and the server's words.
//
// Start reading with Read; session.go opens a connection, names.go has what the server calls
// a mailbox, mails.go what is done with a mail, trouble.go what can be the matter, guard.go
// and nesting.go the limits.
package mailbox

import (
	"bytes"
	"context"
	"errors"
	"io"
	"time"

	"github.com/emersion/go-imap/v2"
)

// Options say which mailbox is read and how it is reached.
type Options struct {
	Host      string
	Port      int
	TLS       string // "implicit", "starttls" or "none"
	CAFile    string // certificates to trust besides the system's, as PEM; "" for none
	Username  string
	Password  string
	Token     func(context.Context) (string, error) // an OAuth access token, in place of a password; nil for none
	Mailbox   string                                // that is read; what all of the user's begin with on this server may be left out, here and below
	Processed string                                // where mails go that were understood; made where it is missing
	Unknown   string                                // where the others go
	Limit     int64                                 // how much of a mail is read, in octets
}

// Position is how far a mailbox was read: mails up to UID Last, as long as the server
// counts them as it did then (RFC 9051, 2.3.1.1).
type Position struct {
	Validity uint32 // UIDVALIDITY
	Last     uint32 // a UID
}

// Take takes a mail and reports whether it was understood. A mail is moved once it returns
// without an error, and a mail that is taken twice must change nothing more.
type Take func(ctx context.Context, mail io.Reader) (understood bool, err error)

// Done is what a reading did.
type Done struct {
	Understood int
	Unknown    int
	Left       int  // of those: they could not be moved and are where they were
	Withheld   int  // that the server has and does not give
	More       bool // there are more: one reading takes so many
}

// taken is how many mails the server gave.
func (d Done) taken() int { return d.Understood + d.Unknown }

// Moved reports whether a mail was moved.
func (d Done) Moved() bool { return d.taken() > d.Left }

// maxMails is how many mails one reading takes.
const maxMails = 2000

// patience is how long a reading may last.
const patience = 15 * time.Minute

// Read takes each mail of a mailbox that is after a position, and moves it. It remembers each
// step, so that no mail is read twice, whatever happens; where the server counts anew it
// begins anew. A mail that can't be moved, or that the server does not give, stays where it
// is, keeps no other waiting, and is an error in the end. What the server does not give is
// asked for again until it gives a later one in the same reading: a server that is throttled
// gives none at all.
func Read(ctx context.Context, o Options, from Position, take Take, remember func(context.Context, Position) error) (Done, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var done Done
	s, err := open(ctx, o, true)
	if err != nil {
		return done, err
	}
	defer s.end()
	at := Position{Validity: s.validity}
	if from.Validity == at.Validity {
		at.Last = from.Last
	}
	uids, more, err := s.after(ctx, at.Last)
	if err != nil {
		return done, err
	}
	done.More = more
	var last error // of a mail that keeps no other waiting
	held := false  // the position, where mails are withheld and none was given since
	for _, uid := range uids {
		was := done
		err := s.one(ctx, uid, take, &done)
		var trouble *Trouble
		switch {
		case err == nil:
		case errors.As(err, &trouble) && trouble.Code.OfOneMail():
			last = err
		default:
			return done, err
		}
		switch {
		case done.Withheld > was.Withheld:
			held = true
		case done.taken() > was.taken():
			held = false
		}
		if held {
			continue
		}
		at.Last = uint32(uid)
		if err := remember(ctx, at); err != nil {
			return done, err
		}
	}
	return done, last
}

// one takes one mail and moves it.
func (s *session) one(ctx context.Context, uid imap.UID, take Take, done *Done) error {
	body, err := s.fetch(ctx, uid)
	if err != nil {
		var trouble *Trouble
		if errors.As(err, &trouble) && trouble.Code == Withheld {
			done.Withheld++
		}
		return err
	}
	if body == nil {
		return nil // somebody else took it away
	}
	understood, err := take(ctx, bytes.NewReader(body))
	if err != nil {
		return err
	}
	folder := s.o.Unknown
	if understood {
		folder = s.o.Processed
		done.Understood++
	} else {
		done.Unknown++
	}
	if err := s.move(ctx, uid, s.name(folder)); err != nil {
		done.Left++
		return err
	}
	return nil
}

// Look opens a mailbox without changing anything, and says how many mails are in it.
func Look(ctx context.Context, o Options) (mails int, err error) {
	s, err := open(ctx, o, false)
	if err != nil {
		return 0, err
	}
	defer s.end()
	return int(s.exists), nil
}
