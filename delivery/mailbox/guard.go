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
}

// allow lets the server send so many octets from now on.
func (g *guard) allow(octets int64) { g.left.Store(octets) }

func (g *guard) Read(b []byte) (int, error) {
	if g.first != "" {
		n := copy(b, g.first)
		g.first = g.first[n:]
		return n, nil
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
	if g.lists.deeper(b[:n]) > maxDepth {
		return 0, errTooDeep
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

// nesting counts how deep the lists of an answer are. Literals, such as a mail, are not
// looked into; what stands in quotes may count.
type nesting struct {
	skip    int64 // octets of a literal that are to come
	size    int64 // of a literal that is being announced
	inSize  bool
	closed  bool // the announcement is whole, and the end of its line to come
	depth   int
	deepest int
}

// deeper looks at more of what a server sends, and returns the greatest depth so far.
func (n *nesting) deeper(b []byte) int {
	for i := 0; i < len(b); i++ {
		if n.skip > 0 {
			part := min(n.skip, int64(len(b)-i))
			n.skip -= part
			i += int(part) - 1
			continue
		}
		n.octet(b[i])
	}
	return n.deepest
}

func (n *nesting) octet(c byte) {
	switch {
	case c == '{':
		n.inSize, n.closed, n.size = true, false, 0
	case n.inSize && c >= '0' && c <= '9' && n.size < 1<<50:
		n.size = n.size*10 + int64(c-'0')
	case n.inSize && c == '}':
		n.inSize, n.closed = false, true
	case n.closed && c == '\r':
	case c == '\n':
		if n.closed {
			n.skip = n.size
		} else {
			n.depth = 0
		}
		n.inSize, n.closed = false, false
	default:
		n.inSize, n.closed = false, false
		switch c {
		case '(':
			n.depth++
			n.deepest = max(n.deepest, n.depth)
		case ')':
			n.depth = max(n.depth-1, 0)
		}
	}
}
