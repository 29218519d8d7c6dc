package mailbox

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"

	"roundup/delivery/relay"
)

// session is a connection on which the mailbox is open.
type session struct {
	o        Options
	client   *imapclient.Client
	guard    *guard
	stop     func() bool // no longer closes the connection when the context ends
	validity uint32
	exists   uint32
	caps     imap.CapSet
	names    map[string]string // what the server calls mailboxes, where that is not as they are
	made     map[string]error  // what making a folder ended with
}

// goodbye is how long the server may take over our leaving.
const goodbye = 5 * time.Second

// open connects, signs in and opens the mailbox.
func open(ctx context.Context, o Options, change bool) (*session, error) {
	s := &session{o: o, guard: &guard{}, stop: func() bool { return true }, names: map[string]string{}, made: map[string]error{}}
	token := ""
	if o.Token != nil {
		var err error
		if token, err = o.Token(ctx); err != nil {
			return nil, &Trouble{Code: NoToken, Fact: err.Error()}
		}
	}
	err := s.connect(ctx)
	if err == nil {
		err = s.login(ctx, token)
	}
	if err == nil {
		err = s.learn(ctx)
	}
	if err == nil {
		err = s.choose(ctx, change)
	}
	if err != nil {
		s.drop()
		if ctx.Err() != nil {
			err = s.cut(ctx)
		}
		return nil, err
	}
	return s, nil
}

// cut is why a reading ends when its context does: its time is over, or we are asked to stop.
func (s *session) cut(ctx context.Context) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return &Trouble{Code: Slow}
	}
	return context.Cause(ctx)
}

// within waits for an answer as long as the context lasts: a client that a server brings to
// a standstill is left behind.
func within[T any](ctx context.Context, s *session, refused Code, octets int64, do func() (T, error)) (T, error) {
	type answer struct {
		value T
		err   error
	}
	s.guard.allow(octets)
	answered := make(chan answer, 1)
	go func() {
		value, err := do()
		answered <- answer{value, err}
	}()
	select {
	case a := <-answered:
		if a.err != nil && ctx.Err() != nil {
			return a.value, s.cut(ctx)
		}
		return a.value, s.trouble(a.err, refused)
	case <-ctx.Done():
		var none T
		return none, s.cut(ctx)
	}
}

// ask is within for a command that has no answer but that it was done.
func (s *session) ask(ctx context.Context, refused Code, do func() error) error {
	_, err := within(ctx, s, refused, maxAnswer, func() (struct{}, error) { return struct{}{}, do() })
	return err
}

func (s *session) connect(ctx context.Context) error {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", net.JoinHostPort(s.o.Host, strconv.Itoa(s.o.Port)))
	if err != nil {
		return &Trouble{Code: Unreachable, Fact: err.Error()}
	}
	s.guard.Conn = conn
	s.stop = context.AfterFunc(ctx, func() { _ = conn.Close() })
	if s.o.TLS == "starttls" {
		if err := s.startTLS(); err != nil {
			return err
		}
	}
	if s.o.TLS != "none" {
		roots, err := relay.Trusted(s.o.CAFile)
		if err != nil {
			return &Trouble{Code: Certificate, Fact: err.Error()}
		}
		encrypted := tls.Client(conn, &tls.Config{ServerName: s.o.Host, RootCAs: roots, MinVersion: tls.VersionTLS12})
		if err := s.ask(ctx, NoTLS, func() error {
			ctx, cancel := context.WithTimeout(ctx, maxSilence)
			defer cancel()
			return encrypted.HandshakeContext(ctx)
		}); err != nil {
			return err
		}
		s.guard.Conn = encrypted
	}
	s.guard.allow(maxAnswer) // the client begins to read by itself
	s.client = imapclient.New(s.guard, nil)
	return s.ask(ctx, Unreachable, s.client.WaitGreeting)
}

// startTLS asks for encryption (RFC 9051, 6.2.1). Nothing else is sent before it, a login
// least of all, and nothing that was said before it is believed.
func (s *session) startTLS() error {
	s.guard.allow(maxAnswer)
	greeting, err := s.line()
	switch {
	case err != nil:
		return s.trouble(err, Broken)
	case isReply(greeting, "* BYE"):
		return &Trouble{Code: Unreachable, Fact: greeting}
	case !isReply(greeting, "* OK"): // already signed in, as who knows whom
		return &Trouble{Code: NoTLS, Fact: greeting}
	}
	if _, err := io.WriteString(s.guard, "A STARTTLS\r\n"); err != nil {
		return s.trouble(err, Broken)
	}
	for {
		reply, err := s.line()
		switch {
		case err != nil:
			return s.trouble(err, Broken)
		case isReply(reply, "A OK"):
			s.guard.lists = nesting{}            // what was said before counts for nothing
			s.guard.first = "* OK encrypted\r\n" // the greeting that the client waits for
			return nil
		case isReply(reply, "A"):
			return &Trouble{Code: NoTLS, Fact: reply}
		}
	}
}

// line reads one line, and not an octet more: what follows may be encrypted.
func (s *session) line() (string, error) {
	var line []byte
	octet := make([]byte, 1)
	for {
		if _, err := io.ReadFull(s.guard, octet); err != nil {
			return "", err
		}
		if octet[0] == '\n' {
			return strings.TrimRight(string(line), "\r"), nil
		}
		line = append(line, octet[0])
	}
}

// isReply reports whether a line begins with words.
func isReply(line, words string) bool {
	rest, ok := strings.CutPrefix(strings.ToUpper(line), words)
	return ok && (rest == "" || rest[0] == ' ')
}

func (s *session) login(ctx context.Context, token string) error {
	offered, err := s.offers(ctx)
	if err != nil {
		return err
	}
	mechanism := &xoauth2{user: s.o.Username, token: token}
	err = s.ask(ctx, Login, func() error {
		switch {
		case token != "":
			return s.client.Authenticate(mechanism)
		case offered.Has(imap.AuthCap(sasl.Plain)):
			return s.client.Authenticate(sasl.NewPlainClient("", s.o.Username, s.o.Password))
		}
		return s.client.Login(s.o.Username, s.o.Password).Wait()
	})
	var trouble *Trouble
	if errors.As(err, &trouble) && trouble.Code == Login && mechanism.said != "" {
		trouble.Fact += ": " + mechanism.said
	}
	if err == nil {
		s.caps, err = s.offers(ctx) // more than before
	}
	return err
}

// offers are the server's capabilities.
func (s *session) offers(ctx context.Context) (imap.CapSet, error) {
	return within(ctx, s, Broken, maxAnswer, func() (imap.CapSet, error) { return s.client.Caps(), nil })
}

func (s *session) choose(ctx context.Context, change bool) error {
	selected, err := within(ctx, s, NoMailbox, maxAnswer, func() (*imap.SelectData, error) {
		return s.client.Select(s.name(s.o.Mailbox), &imap.SelectOptions{ReadOnly: !change}).Wait()
	})
	if err != nil {
		return err
	}
	if s.validity, s.exists = selected.UIDValidity, selected.NumMessages; s.validity == 0 {
		return &Trouble{Code: Broken, Fact: "the mailbox has no UIDVALIDITY"}
	}
	return nil
}

// end leaves.
func (s *session) end() {
	ctx, cancel := context.WithTimeout(context.Background(), goodbye)
	defer cancel()
	_ = s.ask(ctx, Closed, func() error { return s.client.Logout().Wait() }) // all is done: it may leave as it likes
	s.drop()
}

// drop closes the connection as it is.
func (s *session) drop() {
	s.stop()
	if s.guard.Conn != nil {
		_ = s.guard.Close()
	}
}

// xoauth2 signs in with an access token, the way Gmail and Microsoft 365 want it:
// https://developers.google.com/workspace/gmail/imap/xoauth2-protocol.
type xoauth2 struct {
	user, token string
	said        string // what the server says of a token that it refuses
}

func (x *xoauth2) Start() (mechanism string, first []byte, err error) {
	return "XOAUTH2", []byte("user=" + x.user + "\x01auth=Bearer " + x.token + "\x01\x01"), nil
}

// Next answers the server's account of why it refuses with nothing, and hears the refusal.
func (x *xoauth2) Next(challenge []byte) ([]byte, error) {
	x.said = string(challenge[:min(len(challenge), 500)])
	return nil, nil
}
