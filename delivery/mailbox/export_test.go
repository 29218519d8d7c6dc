package mailbox

import "net"

// MaxDepth is how deep lists may be.
const MaxDepth = maxDepth

// Guarded is a connection that may send octets, and is guarded.
func Guarded(conn net.Conn, octets int64) net.Conn {
	g := &guard{Conn: conn}
	g.allow(octets)
	return g
}
