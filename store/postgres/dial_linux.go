package postgres

import (
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// unacknowledged bounds how long a connection waits until the server's machine has what was
// sent to it: the kernel would go on for some fifteen minutes after that has vanished.
func unacknowledged(_, _ string, c syscall.RawConn) error {
	const most = 30 * time.Second
	return c.Control(func(fd uintptr) {
		// A socket of another kind has no such option, and needs none.
		_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(most.Milliseconds()))
	})
}
