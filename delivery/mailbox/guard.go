package mailbox

import (
	"errors"
	"io"
	"net"
	"os"
	"sync/atomic"
	"time"
)

// How much a server may send until something else is asked for, besides a mail, how deep
// its lists may be, and how long it may be silent.
const (
	maxAnswer  = 1 << 20 // octets
	maxSearch  = 4 << 20 // octets: a server that can't give ranges names each mail
	maxDepth   = 100
	maxSilence = time.Minute
)

var (
	errTooMuch = errors.New("more than was asked for")
	errTooDeep = errors.New("lists within lists")
	errOpen    = errors.New("a response code without an end")
)

// guard is a connection on which a server can't go on for ever, nor send lists so deep that
// the client's parser, which has no limit of its own, ends the whole program.
type guard struct {
	net.Conn
	first string       // what is read before the connection
	left  atomic.Int64 // octets that the server may still send
	over  atomic.Bool  // it sent more
	late  atomic.Bool  // it was silent for too long
	ended atomic.Bool  // it closed
	lists nesting
	unfit error // what the lists have seen
}

// allow lets the server send so many octets from now on.
func (g *guard) allow(octets int64) { g.left.Store(octets) }

func (g *guard) Read(b []byte) (int, error) {
	if g.first != "" {
		n := copy(b, g.first)
		g.first = g.first[n:]
		return n, nil
	}
	if g.unfit != nil {
		return 0, g.unfit // the client asks again after an error
	}
	left := g.left.Load()
	if left <= 0 {
		g.over.Store(true)
		return 0, errTooMuch
	}
	if err := g.Conn.SetReadDeadline(time.Now().Add(maxSilence)); err != nil { //nolint:forbidigo // a deadline is the machine's, not the calendar's
		return 0, err
	}
	n, err := g.Conn.Read(b[:min(int64(len(b)), left)])
	g.left.Add(-int64(n))
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		g.late.Store(true)
	case errors.Is(err, io.EOF):
		g.ended.Store(true)
	}
	if g.unfit = g.lists.read(b[:n]); g.unfit != nil {
		return 0, g.unfit
	}
	return n, err
}

func (g *guard) Write(b []byte) (int, error) {
	if err := g.Conn.SetWriteDeadline(time.Now().Add(maxSilence)); err != nil { //nolint:forbidigo // as above
		return 0, err
	}
	return g.Conn.Write(b)
}

// The client's deadlines are others: it waits without one between two answers.

func (g *guard) SetDeadline(time.Time) error      { return nil }
func (g *guard) SetReadDeadline(time.Time) error  { return nil }
func (g *guard) SetWriteDeadline(time.Time) error { return nil }
