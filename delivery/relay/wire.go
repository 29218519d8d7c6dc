package relay

import (
	"errors"
	"fmt"
	"net"
	"syscall"
	"time"
)

// wire is the TCP connection to the relay: each exchange over it has a deadline
// and an amount it may read, below TLS and below every buffer, so that no relay
// can keep a sender waiting or fill its memory.
type wire struct {
	net.Conn
	raw    syscall.RawConn // of it, below TLS; nil where it has none
	now    func() time.Time
	left   int   // octets that may still be read in this exchange
	heard  bool  // something was read since the last write
	failed error // of the first read that failed: nothing is read or written after it
}

// What may be read in one exchange, in octets: a reply, or a TLS handshake with
// its certificates and the replies around it.
const (
	mostOfReply     = 2 * maxReply // room for TLS around it
	mostOfHandshake = 256 << 10
)

func newWire(conn net.Conn, now func() time.Time) *wire {
	w := &wire{Conn: conn, now: now}
	if tcp, ok := conn.(syscall.Conn); ok {
		w.raw, _ = tcp.SyscallConn() // which fails where it is closed: so does what follows
	}
	return w
}

// arm begins an exchange that may take this long and read so much.
func (w *wire) arm(limit time.Duration, octets int) error {
	w.left = octets
	return w.SetDeadline(w.now().Add(limit))
}

// Read reads within the exchange's amount; beyond it is ErrReply. A failure is
// final: textproto takes half a line before a timeout for a whole one, and what
// came next would be taken for the answer to another command.
func (w *wire) Read(p []byte) (int, error) {
	if w.failed != nil {
		return 0, w.failed
	}
	if w.left <= 0 {
		w.failed = fmt.Errorf("%w: more than %d octets", ErrReply, maxReply)
		return 0, w.failed
	}
	if w.heard {
		w.acknowledge()
	}
	n, err := w.Conn.Read(p[:min(len(p), w.left)])
	w.heard = true
	w.left -= n
	w.failed = err
	return n, err
}

// Write writes unless a read has failed.
func (w *wire) Write(p []byte) (int, error) {
	if w.failed != nil {
		return 0, w.failed
	}
	w.heard = false
	return w.Conn.Write(p)
}

// pending reports whether there is something to read, the end of the connection
// among it, without waiting for it or taking it. It sees below TLS.
func (w *wire) pending() bool {
	if w.raw == nil {
		return false
	}
	pending := false
	err := w.raw.Read(func(fd uintptr) bool {
		var one [1]byte
		_, _, err := syscall.Recvfrom(int(fd), one[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		pending = !errors.Is(err, syscall.EAGAIN) && !errors.Is(err, syscall.EINTR)
		return true
	})
	return pending || err != nil
}
