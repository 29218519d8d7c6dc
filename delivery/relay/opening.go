package relay

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"strings"

	"github.com/wneessen/go-mail/smtp"
)

// The steps of opening a connection, as troubles name them.
const (
	stepConnect  = "connect"
	stepTLS      = "TLS"
	stepGreeting = "greeting"
	stepHello    = "EHLO"
	stepStartTLS = "STARTTLS"
	stepAuth     = "AUTH"
)

var (
	errNoStartTLS = errors.New("STARTTLS is required and not offered")
	errInjected   = errors.New("plain text followed the reply to STARTTLS")
	errStopped    = errors.New("stopped")
)

// opening is a connection on its way from TCP to ready to send. The dialogue is
// go-mail's own client's, step by step, so that each step has its time limit and
// a fault can be named.
type opening struct {
	relay *Relay
	step  string // the step under way
	wire  *wire
}

// open goes through the steps. Nothing is said of mail or passwords before TLS
// is on where it is required.
func (o *opening) open(ctx context.Context) (*conn, error) {
	if err := o.connect(ctx); err != nil {
		return nil, err
	}
	settle := context.AfterFunc(ctx, func() { _ = o.wire.Close() })
	said, err := o.converse(ctx)
	if !settle() {
		return nil, errStopped
	}
	if err != nil {
		return nil, err
	}
	return newConn(o.relay, o.wire, said), nil
}

func (o *opening) connect(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, o.relay.settings.Timeouts.Connect)
	defer cancel()
	conn, err := o.relay.settings.Dial(ctx, "tcp", o.relay.address)
	if err != nil {
		return err
	}
	o.wire = newWire(conn, o.relay.settings.Now)
	return nil
}

func (o *opening) converse(ctx context.Context) (*extensions, error) {
	limits, settings := o.relay.settings.Timeouts, o.relay.settings
	var conn net.Conn = o.wire
	if settings.TLS == ImplicitTLS {
		o.step = stepTLS
		if err := o.wire.arm(limits.TLS, mostOfHandshake); err != nil {
			return nil, err
		}
		secured := tls.Client(o.wire, o.relay.tls)
		if err := secured.HandshakeContext(ctx); err != nil {
			return nil, err
		}
		conn = secured
	}
	o.step = stepGreeting
	if err := o.wire.arm(limits.Greeting, mostOfReply); err != nil {
		return nil, err
	}
	client, err := smtp.NewClient(conn, settings.Host)
	if err := o.ended(err); err != nil {
		return nil, err
	}
	o.step = stepHello
	if err := o.wire.arm(limits.Hello, mostOfReply); err != nil {
		return nil, err
	}
	if err := o.ended(client.Hello(settings.LocalName)); err != nil {
		return nil, err
	}
	if settings.TLS == StartTLS {
		if err := o.startTLS(client); err != nil {
			return nil, err
		}
	}
	said := &extensions{client: client} // what was said before TLS counts no more (RFC 3207, 4.2)
	return said, o.authenticate(said)
}

// startTLS upgrades the connection or fails: it never goes on in the clear.
func (o *opening) startTLS(client *smtp.Client) error {
	o.step = stepStartTLS
	if _, offered := o.needed(&extensions{client: client}, "STARTTLS"); !offered {
		return errNoStartTLS
	}
	if err := o.wire.arm(o.relay.settings.Timeouts.TLS, mostOfHandshake); err != nil {
		return err
	}
	plain := client.Text
	if err := o.ended(client.StartTLS(o.relay.tls)); err != nil {
		return err
	}
	// What a man in the middle put behind the plain 220 was never part of the
	// encrypted dialogue (CVE-2011-0411), but somebody is tampering.
	if plain.R.Buffered() > 0 {
		return errInjected
	}
	return nil
}

func (o *opening) authenticate(said *extensions) error {
	settings := o.relay.settings
	if settings.Username == "" {
		return nil
	}
	o.step = stepAuth
	mechanisms, offered := o.needed(said, "AUTH")
	if !offered {
		return errNoMechanism
	}
	if err := o.wire.arm(settings.Timeouts.Auth, mostOfReply); err != nil {
		return err
	}
	return o.ended(said.client.Auth(&login{
		username: settings.Username, password: settings.Password,
		offered: strings.Fields(mechanisms),
		clear:   settings.TLS == NoTLS,
	}))
}

// ended is how a step of go-mail's client ended: a failure of the connection
// that textproto kept to itself is one all the same.
func (o *opening) ended(err error) error {
	if err == nil {
		return o.wire.failed
	}
	return err
}
