// Package relay owns the SMTP dialogue with the MTA that mail is handed to:
// opening a connection, one transaction after the other in as few round trips as
// the relay allows, and what each of its replies means.
//
// It must not know the ledger, nor how a mail is written: it is given messages
// ready for the wire and gives back a Result for each.
//
// Start reading here, then opening.go (from TCP to ready), conn.go and
// transaction.go (one message), and classify.go (whose fault a refusal is).
package relay

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"

	"roundup/internal/loopback"
)

// TLSMode is how a connection to the relay is encrypted.
type TLSMode string

// The modes of TLS. Nothing ever falls back from one to another.
const (
	// StartTLS upgrades a plain connection and gives it up where that fails (RFC 3207).
	StartTLS TLSMode = "starttls"
	// ImplicitTLS speaks TLS from the first byte (RFC 8314, port 465).
	ImplicitTLS TLSMode = "implicit"
	// NoTLS sends in the clear: to loopback, or with Settings.Insecure.
	NoTLS TLSMode = "none"
)

// Settings is where the relay is and how to speak to it.
type Settings struct {
	Host      string
	Port      int
	TLS       TLSMode
	Insecure  bool   // allow NoTLS, and a password over it, off loopback
	Username  string // "" to send without authentication
	Password  string
	CAFile    string // PEM bundle to trust besides the system's; "" for none
	LocalName string // EHLO name; "" for the machine's
	Timeouts  Timeouts
	// Dial opens the network connection; nil for TCP. Tests have one of their own.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)

	// Now is the machine's clock, for deadlines on sockets and the duration of
	// results; nil means time.Now. It is never the clock of a rehearsal.
	Now func() time.Time
}

// Timeouts limit each step of the dialogue; a zero field means its default.
type Timeouts struct {
	Connect   time.Duration // TCP: 30 s
	TLS       time.Duration // the handshake: 1 min
	Greeting  time.Duration // 5 min
	Hello     time.Duration // EHLO: 5 min
	Auth      time.Duration // the whole exchange: 2 min
	Mail      time.Duration // 5 min
	Rcpt      time.Duration // 5 min
	Data      time.Duration // until 354: 2 min
	Block     time.Duration // each block of the message: 3 min
	EndOfData time.Duration // 10 min: giving up too early is how readers get two copies
	Reset     time.Duration // RSET after a refusal: 1 min
	Quit      time.Duration // 5 s: nothing hangs on it
}

// withDefaults fills in the times of RFC 5321, 4.5.3.2, where it names one.
func (t Timeouts) withDefaults() Timeouts {
	for _, d := range []struct {
		field *time.Duration
		value time.Duration
	}{
		{&t.Connect, 30 * time.Second}, {&t.TLS, time.Minute},
		{&t.Greeting, 5 * time.Minute}, {&t.Hello, 5 * time.Minute}, {&t.Auth, 2 * time.Minute},
		{&t.Mail, 5 * time.Minute}, {&t.Rcpt, 5 * time.Minute}, {&t.Data, 2 * time.Minute},
		{&t.Block, 3 * time.Minute}, {&t.EndOfData, 10 * time.Minute},
		{&t.Reset, time.Minute}, {&t.Quit, 5 * time.Second},
	} {
		if *d.field <= 0 {
			*d.field = d.value
		}
	}
	return t
}

// Relay is the MTA that mail is handed to. It is a delivery.Mailer, and safe for
// concurrent use: each connection is one goroutine's.
type Relay struct {
	settings Settings
	address  string // host:port
	tls      *tls.Config
}

// New checks the settings; it does not connect.
func New(s Settings) (*Relay, error) {
	if s.Now == nil {
		s.Now = time.Now //nolint:forbidigo // a socket's deadline is a time of the machine, whatever the calendar is set to
	}
	if s.Dial == nil {
		s.Dial = (&net.Dialer{}).DialContext
	}
	s.Timeouts = s.Timeouts.withDefaults()
	if s.LocalName == "" {
		s.LocalName = machineName()
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	roots, err := Trusted(s.CAFile)
	if err != nil {
		return nil, fmt.Errorf("relay: authorities: %w", err)
	}
	return &Relay{
		settings: s,
		address:  net.JoinHostPort(s.Host, strconv.Itoa(s.Port)),
		tls:      &tls.Config{ServerName: s.Host, RootCAs: roots, MinVersion: tls.VersionTLS12},
	}, nil
}

func (s Settings) check() error {
	switch {
	case s.Host == "" || !isWord(s.Host):
		return fmt.Errorf("relay: %q is not a host", s.Host)
	case s.Port < 1 || s.Port > 65535:
		return fmt.Errorf("relay: %d is not a port", s.Port)
	case !isWord(s.LocalName):
		return fmt.Errorf("relay: %q can't be said in EHLO", s.LocalName)
	}
	switch s.TLS {
	case StartTLS, ImplicitTLS:
		return nil
	case NoTLS:
		if loopback.Is(s.Host) || s.Insecure {
			return nil
		}
		return fmt.Errorf("relay: %s without TLS is allowed on loopback only", s.Host)
	}
	return fmt.Errorf("relay: unknown kind of TLS %q", s.TLS)
}

// Dial connects, secures and authenticates. Its error is a *Trouble. When ctx
// ends first, the connection is given up at once.
func (r *Relay) Dial(ctx context.Context) (Conn, error) {
	c, err := r.dial(ctx)
	if err != nil {
		return nil, err
	}
	return c, nil
}

func (r *Relay) dial(ctx context.Context) (*conn, error) {
	o := &opening{relay: r, step: stepConnect}
	c, err := o.open(ctx)
	if err == nil {
		return c, nil
	}
	if o.wire != nil {
		_ = o.wire.Close()
	}
	if ctx.Err() != nil {
		return nil, &Trouble{Why: fmt.Sprintf("%s to %s: stopped", o.step, r.address)}
	}
	return nil, o.trouble(err)
}

// machineName is this machine's name as EHLO takes it.
func machineName() string {
	name, err := os.Hostname()
	if err != nil || !isWord(name) {
		return "localhost"
	}
	return name
}

// Trusted is the system's authorities and those of the file; nil means the
// system's alone.
func Trusted(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%q holds no PEM certificate", file)
	}
	return pool, nil
}

// isWord reports whether s is printable ASCII without a space: what may be said
// in a command where one word is expected.
func isWord(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return s != ""
}
