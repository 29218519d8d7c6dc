// Package listener takes mails that come back over SMTP (RFC 5321) or LMTP (RFC 2033),
// from the MTA beside it: for the return path, with a token or without, and for the address
// that readers leave by. It is the only user of go-smtp's server.
//
// It must not relay, read what a mail says, or answer 250 before whoever takes a mail has
// it on record.
//
// Start reading with Server; session.go is one connection's dialogue.
package listener

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/emersion/go-smtp"
	"golang.org/x/net/netutil"

	"roundup/delivery/inbox"
)

// Limits of what is taken.
const (
	maxConnections = 20
	maxRecipients  = 100
	maxMessage     = 16 << 20 // octets; a larger one is refused (552)
	// maxLine is no limit of its own within a mail: systems return mails of a single line, and
	// go-smtp, which takes 2,000 octets unless told, has no answer that is for good.
	maxLine  = maxMessage + 64<<10
	patience = 5 * time.Minute
	longest  = 30 * time.Minute // a connection's life
)

// Take has a mail on record, durably, when it returns nil. ErrRefused is for good, and
// whoever sent the mail hears of it; any other error is trouble of ours, and the MTA tries
// again.
type Take func(ctx context.Context, mail io.Reader, envelope inbox.Envelope) error

// ErrRefused says that a mail is not taken and will not be.
var ErrRefused = errors.New("not taken")

// Options are what a Server is made from.
type Options struct {
	LMTP      bool
	Name      string   // it greets with it
	Addresses []string // whose mail it takes: the return path, and where readers leave
	Take      Take
	Log       *slog.Logger
}

// Server takes mails until it is shut down.
type Server struct {
	options Options
	smtp    *smtp.Server
	ctx     context.Context // of what is being taken
	stop    context.CancelFunc

	taking sync.RWMutex // held for reading while a mail is taken

	mu    sync.Mutex
	conns map[net.Conn]bool
}

// New makes a server.
func New(o Options) *Server {
	s := &Server{options: o, conns: map[net.Conn]bool{}}
	s.ctx, s.stop = context.WithCancel(context.Background())
	s.smtp = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{server: s}, nil }))
	s.smtp.LMTP, s.smtp.Domain = o.LMTP, o.Name
	s.smtp.MaxRecipients, s.smtp.MaxMessageBytes = maxRecipients, maxMessage
	s.smtp.MaxLineLength = maxLine
	s.smtp.ReadTimeout, s.smtp.WriteTimeout = patience, patience
	s.smtp.EnableSMTPUTF8, s.smtp.EnableDSN = true, true
	s.smtp.ErrorLog = logger{o.Log}
	return s
}

// Serve takes mails of whoever connects to l. It returns nil after Shutdown.
func (s *Server) Serve(l net.Listener) error {
	return s.smtp.Serve(limited{netutil.LimitListener(l, maxConnections), s})
}

// Shutdown takes no further connection, waits for the mails that are being taken, until
// ctx ends, and closes the connections: what was not answered for is sent again.
func (s *Server) Shutdown(ctx context.Context) error {
	ended, cancel := context.WithCancel(ctx)
	cancel()
	err := s.smtp.Shutdown(ended) // closes the listener
	if errors.Is(err, context.Canceled) || errors.Is(err, smtp.ErrServerClosed) {
		err = nil
	}
	quiet := make(chan struct{})
	go func() { s.taking.Lock(); close(quiet) }()
	select {
	case <-quiet:
	case <-ctx.Done():
	}
	s.stop()
	s.mu.Lock()
	for conn := range s.conns {
		_ = conn.Close()
	}
	s.mu.Unlock()
	<-quiet
	s.taking.Unlock()
	return err
}

// Open listens at an address: host:port, or the path of a socket. A socket that a process
// left behind which is no more is taken away; one that answers is not.
func Open(ctx context.Context, network, address string) (net.Listener, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, network, address)
	if network != "unix" {
		return l, err
	}
	if errors.Is(err, syscall.EADDRINUSE) && deserted(ctx, address) {
		if err := os.Remove(address); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		l, err = lc.Listen(ctx, network, address)
	}
	if err != nil {
		return nil, err
	}
	// Like a port of loopback it is for every user of the machine: the MTA has one of its own.
	if err := os.Chmod(address, 0o666); err != nil { //nolint:gosec // see above
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// deserted reports whether a path is a socket that nobody listens at.
func deserted(ctx context.Context, path string) bool {
	info, err := os.Lstat(path)
	if err != nil || info.Mode().Type() != fs.ModeSocket {
		return false
	}
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", path)
	if err == nil {
		_ = conn.Close()
	}
	return errors.Is(err, syscall.ECONNREFUSED)
}

// limited gives each connection a longest life, and knows those that are open.
type limited struct {
	net.Listener
	server *Server
}

func (l limited) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	m := &mortal{Conn: conn, server: l.server}
	m.end = time.AfterFunc(longest, func() { _ = conn.Close() })
	l.server.mu.Lock()
	l.server.conns[conn] = true
	l.server.mu.Unlock()
	return m, nil
}

type mortal struct {
	net.Conn
	server *Server
	end    *time.Timer
}

// Read has an error of the end of what a client says, which go-smtp takes for the end of a
// chunk (BDAT, RFC 3030), and half a mail for a whole one.
func (m *mortal) Read(b []byte) (int, error) {
	n, err := m.Conn.Read(b)
	if errors.Is(err, io.EOF) {
		err = fmt.Errorf("the client went away: %w", net.ErrClosed)
	}
	return n, err
}

func (m *mortal) Close() error {
	m.end.Stop()
	m.server.mu.Lock()
	delete(m.server.conns, m.Conn)
	m.server.mu.Unlock()
	return m.Conn.Close()
}

// logger writes what go-smtp says.
type logger struct{ log *slog.Logger }

func (l logger) Printf(format string, v ...any) {
	l.log.Warn("listener for bounces", "what", strings.TrimSpace(fmt.Sprintf(format, v...)))
}

func (l logger) Println(v ...any) {
	l.log.Warn("listener for bounces", "what", strings.TrimSpace(fmt.Sprintln(v...)))
}
