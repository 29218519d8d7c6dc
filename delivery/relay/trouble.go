package relay

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"os"
	"strings"
	"syscall"

	"roundup/internal/oneline"
)

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

// trouble says what an error of the opening means and what to do about it.
func (o *opening) trouble(err error) *Trouble {
	t := &Trouble{Why: fmt.Sprintf("%s to %s", o.step, o.relay.address)}
	if reply, ok := o.reply(err); ok {
		t.Reply = reply
		t.Hold, t.Hint = o.judge(reply)
		return t
	}
	t.Why += ": " + oneline.Of(o.mask().off(uncut(err)), mostOfFault)
	t.Hold, t.Hint = o.judgeFault(err)
	return t
}

// mask hides our login from what is said once it may have been sent.
func (o *opening) mask() mask {
	if o.step != stepAuth {
		return mask{}
	}
	return mask{secrets: []string{o.relay.settings.Password, o.relay.settings.Username}, answers: true}
}

// reply is the server's reply in an error of go-mail's client, without our login
// should the server repeat it.
func (o *opening) reply(err error) (Reply, bool) {
	var said *textproto.Error
	if !errors.As(err, &said) || said.Code < 200 || said.Code > 599 {
		return Reply{}, false
	}
	reply := newReply(said.Code, strings.Split(o.mask().off(said.Msg), "\n"))
	reply.Command = o.step
	return reply, true
}

// judge decides whether a reply during the opening needs a person. A greeting
// never does: relays that are full or restarting refuse with 554 as well as
// with 421, and an issue that waits too long is held in the end.
func (o *opening) judge(r Reply) (hold bool, hint string) {
	if r.class() != 5 {
		return false, ""
	}
	switch o.step {
	case stepGreeting:
		return false, "the relay refuses connections from this machine"
	case stepHello:
		return true, "the relay does not take this machine's name: set smtp.local_name to a full host name"
	case stepStartTLS:
		return true, "the relay offers STARTTLS and refuses it: ask its operator, or use smtp.tls: implicit with port 465"
	}
	return true, "check smtp.username and smtp.password; nothing was sent"
}

// judgeFault decides the same for an error without a reply.
func (o *opening) judgeFault(err error) (hold bool, hint string) {
	var (
		unknown *tls.CertificateVerificationError
		plain   tls.RecordHeaderError
		op      *net.OpError
	)
	switch {
	case errors.Is(err, errNoStartTLS):
		return true, "nothing was sent. Use smtp.tls: implicit with port 465 if the relay has it; someone on the way may also be hiding STARTTLS"
	case errors.Is(err, errInjected):
		return true, "someone between this machine and the relay may be tampering with the connection; nothing was sent"
	case errors.Is(err, errNoMechanism):
		return true, "the relay takes PLAIN, LOGIN, CRAM-MD5 or SCRAM here, or mail without smtp.username"
	case errors.As(err, &unknown):
		return true, "nothing was sent. Correct smtp.host, have the relay's certificate renewed, or name its authority in smtp.ca_file"
	case errors.As(err, &plain):
		return true, "the relay does not speak TLS at once on this port: use smtp.tls: starttls (port 587), or implicit (port 465)"
	case errors.As(err, &op) && op.Op == "remote error", strings.HasPrefix(err.Error(), "tls: "):
		return true, "the relay and Roundup share no safe version of TLS: the relay must offer TLS 1.2 or newer"
	case errors.Is(err, syscall.ECONNREFUSED):
		return false, "nothing listens there: is the relay running? if so, correct smtp.host and smtp.port"
	case o.step == stepGreeting && o.relay.settings.Port == 465:
		return false, "port 465 is for smtp.tls: implicit"
	}
	return false, ""
}

// mostOfFault is how much of an error is told, in octets.
const mostOfFault = 200

// explain is an error of a connection in words that are the same each time it
// happens: without addresses and ports of its own.
func explain(err error) string { return oneline.Of(uncut(err), mostOfFault) }

// uncut is explain at full length: a secret that was cut is harder to find.
func uncut(err error) string {
	var (
		expired  x509.CertificateInvalidError
		name     x509.HostnameError
		unknown  x509.UnknownAuthorityError
		lookup   *net.DNSError
		op       *net.OpError
		protocol textproto.ProtocolError
		plain    tls.RecordHeaderError
	)
	switch {
	case errors.As(err, &expired) && expired.Reason == x509.Expired:
		return "the relay's certificate has expired or is not valid yet"
	case errors.As(err, &name):
		return "the relay's certificate is for another host: " + name.Error()
	case errors.As(err, &unknown):
		return "the relay's certificate is signed by an unknown authority"
	case errors.As(err, &plain):
		return "the relay does not answer in TLS"
	case errors.As(err, &lookup):
		return "look up " + lookup.Name + ": " + lookup.Err
	case errors.Is(err, os.ErrDeadlineExceeded), isTimeout(err):
		return "no answer in time"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the relay closed the connection"
	case errors.Is(err, net.ErrClosed):
		return "the connection was given up"
	case errors.As(err, &protocol):
		return ErrReply.Error() + ": " + string(protocol)
	case errors.As(err, &op):
		var system *os.SyscallError
		if errors.As(op.Err, &system) {
			return system.Err.Error() // "connection refused"
		}
		return op.Err.Error()
	}
	return err.Error()
}

func isTimeout(err error) bool {
	var timed net.Error
	return errors.As(err, &timed) && timed.Timeout()
}
