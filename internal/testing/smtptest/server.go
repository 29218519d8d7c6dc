// Package smtptest owns a scripted MTA: an SMTP server on a real TCP port of
// loopback (or a Pipe, for tests in synctest's time) that speaks ESMTP strictly and misbehaves, at any step and for any
// recipient, exactly as its script says. It records every command and every
// mail it kept, so that a test can compare what was accepted with what a client
// believes.
//
// It must not be used outside tests and "roundup demo", whose mail catcher it
// is: it relays nothing and knows no other room.
//
// Start reading with Options and Server, then Action (script.go) for what can
// go wrong; session.go is the dialogue itself (RFC 5321, with RFC 3207, 4954,
// 1870, 6152, 6531, 2034, 2920 and 3030 where offered).
package smtptest

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// Options says how a Server behaves. The zero value is a well-behaved server
// without TLS and authentication.
type Options struct {
	// Addr is where to listen; "" means any free port of 127.0.0.1.
	Addr string
	// Listener is what to accept connections from instead, such as a Pipe.
	Listener net.Listener
	// Hostname is the server's name in its greeting; "" means "mta.test".
	Hostname string
	// Extensions are the lines of the EHLO reply after the first, and what is
	// listed works: "STARTTLS", "AUTH PLAIN LOGIN", "SIZE 10485760", "8BITMIME",
	// "SMTPUTF8", "ENHANCEDSTATUSCODES", "PIPELINING", "CHUNKING". What is not
	// listed is refused, and using it is a violation. Nil means
	// DefaultExtensions; an empty slice means none.
	Extensions []string

	// ImplicitTLS wraps the connection in TLS from its first byte (RFC 8314).
	ImplicitTLS bool
	// Certificate is what TLS shows; nil means one made for 127.0.0.1, ::1 and
	// localhost by an authority of the server's own (see Server.RootPEM).
	Certificate *tls.Certificate
	// MaxTLS is the newest TLS version spoken; 0 means no limit.
	MaxTLS uint16
	// RequireTLS refuses MAIL and AUTH with 530 until TLS is on.
	RequireTLS bool

	// Users maps names to passwords; nil accepts anyone who tries.
	Users map[string]string
	// RequireAuth refuses MAIL with 530 until a user has authenticated.
	RequireAuth bool

	// Script decides what happens at each step; nil, or a nil Action from it,
	// means the well-behaved answer. It is called by one goroutine for each
	// connection, so it must be safe for concurrent use.
	Script Script

	// MessagesPerConnection answers 421 and closes once so many mails were
	// accepted on a connection; 0 means no limit.
	MessagesPerConnection int
	// RoundTrip is added to every turn of the dialogue, as a far-away relay
	// would: each time the server has answered all it was sent.
	RoundTrip time.Duration
	// MaxConnections answers 421 and closes when so many are open; 0 means no limit.
	MaxConnections int

	// Sink is given every mail kept, before its reply is sent; an error is
	// answered with 451. Nil keeps mails in memory only. See Files and Maildir.
	Sink Sink
	// Forget keeps no mail and no command in memory, only their number.
	Forget bool

	// Now is the clock of what is recorded; nil means time.Now.
	Now func() time.Time
}

// DefaultExtensions is what a server without Options.Extensions offers.
func DefaultExtensions() []string {
	return []string{"8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"}
}

// Server is a scripted MTA. Its methods are safe for concurrent use.
type Server struct {
	*Record
	options  Options
	listener net.Listener
	tls      *tls.Config
	rootPEM  []byte

	done  chan struct{} // closed by Close
	close sync.Once
	wg    sync.WaitGroup

	mu       sync.Mutex
	closed   bool
	sessions map[*session]struct{}
	lastConn int
	lastMail int
}

// New starts a server. It listens once New has returned, until Close.
func New(o Options) (*Server, error) {
	o = withDefaults(o)
	s := &Server{
		Record:   newRecord(o.Forget),
		options:  o,
		done:     make(chan struct{}),
		sessions: map[*session]struct{}{},
	}
	if err := s.prepareTLS(); err != nil {
		return nil, fmt.Errorf("prepare TLS: %w", err)
	}
	if s.listener = o.Listener; s.listener == nil {
		l, err := net.Listen("tcp", o.Addr)
		if err != nil {
			return nil, err
		}
		s.listener = l
	}
	s.wg.Go(s.accept)
	return s, nil
}

// test is what Start needs of a testing.TB, which the demo is built without.
type test interface {
	Helper()
	Fatal(args ...any)
	Cleanup(do func())
}

// Start starts a server that ends with a test.
func Start(t test, o Options) *Server {
	t.Helper()
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func withDefaults(o Options) Options {
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	if o.Hostname == "" {
		o.Hostname = "mta.test"
	}
	if o.Extensions == nil {
		o.Extensions = DefaultExtensions()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

func (s *Server) prepareTLS() error {
	cert := s.options.Certificate
	if cert == nil {
		now := time.Now() // a client checks a certificate by the machine's clock, whatever the calendar's
		authority, err := NewAuthority(now)
		if err != nil {
			return err
		}
		leaf, err := authority.Issue(now.Add(-time.Hour), now.Add(24*time.Hour), "127.0.0.1", "::1", "localhost")
		if err != nil {
			return err
		}
		cert, s.rootPEM = &leaf, authority.PEM()
	}
	s.tls = &tls.Config{
		Certificates: []tls.Certificate{*cert},
		MinVersion:   tls.VersionTLS10, //nolint:gosec // a test must be able to offer what a client has to refuse
		MaxVersion:   s.options.MaxTLS,
	}
	return nil
}

// Addr is the server's address, "127.0.0.1:43210".
func (s *Server) Addr() string { return s.listener.Addr().String() }

// Host is the host part of Addr.
func (s *Server) Host() string {
	host, _, _ := net.SplitHostPort(s.Addr())
	return host
}

// Port is the port part of Addr.
func (s *Server) Port() int { return s.listener.Addr().(*net.TCPAddr).Port }

// RootPEM is the certificate of the authority that signed the server's own
// certificate; nil when Options.Certificate was given.
func (s *Server) RootPEM() []byte { return s.rootPEM }

// Close stops listening, drops every connection and returns once all of them
// have ended. It may be called more than once.
func (s *Server) Close() error {
	var err error
	s.close.Do(func() {
		close(s.done)
		err = s.listener.Close()
		s.mu.Lock()
		s.closed = true
		s.mu.Unlock()
		s.DropAll()
		s.wg.Wait()
	})
	return err
}

// DropAll drops every connection that is open at this moment, as a relay that
// is restarted does; the server goes on listening.
func (s *Server) DropAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.sessions {
		_ = c.raw.Close()
	}
}

func (s *Server) accept() {
	for {
		c, err := s.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue // the client went away between its SYN and our accept
		}
		s.start(c)
	}
}

// start gives a connection its session, unless the server is closing.
func (s *Server) start(c net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		_ = c.Close()
		return
	}
	s.lastConn++
	ses := newSession(s, c, s.lastConn)
	limit := s.options.MaxConnections
	ses.refused = limit > 0 && len(s.sessions) >= limit
	s.sessions[ses] = struct{}{}
	s.opened()
	s.wg.Go(func() {
		ses.run()
		s.mu.Lock()
		delete(s.sessions, ses)
		s.mu.Unlock()
		s.ended() // before the client can know, who may come back at once
		_ = c.Close()
	})
}

// nextMail numbers the transactions of the server, from 1.
func (s *Server) nextMail() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lastMail++
	return s.lastMail
}
