package mailbox

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"strings"

	"github.com/emersion/go-imap/v2"

	"roundup/internal/oneline"
)

// maxFact is how much is told of what a server says, in octets.
const maxFact = 500

// Code names what is the matter with a mailbox.
type Code string

// Codes. Each says where its Fact comes from.
const (
	Unreachable Code = "unreachable"    // nobody answers at the host and port: the system's words
	NoTLS       Code = "no TLS"         // the server does not encrypt, and must: its words
	Certificate Code = "certificate"    // the server's is not trusted, has run out or is another's: the verifier's words
	NoToken     Code = "no token"       // token_command gave none: its words
	Login       Code = "login"          // user name, password or token: the server's words
	NoMailbox   Code = "no mailbox"     // Fact is the server's words
	NoFolder    Code = "no folder"      // the folder About is missing and can't be made: the server's words
	NotMoved    Code = "not moved"      // a mail was taken and stays where it was: the server's words
	Copied      Code = "copied"         // a mail was taken and copied, and stays where it was, too: the server's words
	Withheld    Code = "withheld"       // the server has a mail and does not give it: its words
	Busy        Code = "busy"           // the server gives no mails for now: its words
	NotTaken    Code = "not taken"      // what a mail says could not be recorded: the error's words
	Closed      Code = "closed"         // in the middle
	Slow        Code = "slow"           // it did not answer in time
	TooMuch     Code = "too much"       // it sent more than was asked for
	Broken      Code = "not understood" // what it said: the parser's words
)

// Codes are all there are.
func Codes() []Code {
	return []Code{Unreachable, NoTLS, Certificate, NoToken, Login, NoMailbox, NoFolder, NotMoved, Copied, Withheld, Busy, NotTaken, Closed, Slow, TooMuch, Broken}
}

// Trouble is what keeps a mailbox, or one of its mails, from being read.
type Trouble struct {
	Code  Code
	About string            // a folder; "" for nothing
	Fact  string            // in somebody else's words, foreign text; "" for none
	said  imap.ResponseCode // the server's (RFC 5530), in capitals; "" for none
}

// Error names the trouble for a log.
func (t *Trouble) Error() string { return "mailbox: " + t.Says() }

// Says is the code, what it is about and the fact, without control characters.
func (t *Trouble) Says() string {
	text := string(t.Code)
	if t.About != "" {
		text += " " + t.About
	}
	if t.Fact != "" {
		text += ": " + oneline.Of(t.Fact, maxFact)
	}
	return text
}

// OfOneMail reports whether the other mails can be read all the same.
func (c Code) OfOneMail() bool {
	switch c {
	case NotMoved, Copied, NoFolder, Withheld:
		return true
	}
	return false
}

// trouble says what an error of the connection means: what the guard saw, else what the
// server said, else that it was not understood.
func (s *session) trouble(err error, refused Code) error {
	var said *imap.Error
	var certificate *tls.CertificateVerificationError
	var plain tls.RecordHeaderError
	switch {
	case err == nil:
		return nil
	case s.guard.over.Load(), errors.Is(err, errTooMuch):
		return &Trouble{Code: TooMuch}
	case s.guard.late.Load(), errors.Is(err, os.ErrDeadlineExceeded):
		return &Trouble{Code: Slow}
	case errors.As(err, &said):
		code := imap.ResponseCode(strings.ToUpper(string(said.Code)))
		if refused == Withheld && forNow(code) {
			refused = Busy
		}
		return &Trouble{Code: refused, Fact: said.Text, said: code}
	case errors.As(err, &certificate):
		return &Trouble{Code: Certificate, Fact: certificate.Err.Error()}
	case errors.As(err, &plain):
		return &Trouble{Code: NoTLS, Fact: plain.Msg}
	case s.guard.ended.Load(), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed):
		return &Trouble{Code: Closed}
	}
	// What the client's parser says may end in a stack.
	fact, _, _ := strings.Cut(err.Error(), "\n")
	return &Trouble{Code: Broken, Fact: fact}
}

// forNow reports whether a server refuses not this mail, but any for a while (RFC 5530).
func forNow(code imap.ResponseCode) bool {
	switch code {
	case imap.ResponseCodeUnavailable, imap.ResponseCodeInUse, imap.ResponseCodeLimit:
		return true
	}
	return false
}
