package relay_test

import (
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"roundup/delivery/relay"
)

// blackHole is a port of loopback whose connections are never answered: its
// queue is full, so that the kernel drops what comes next.
func blackHole(t *testing.T) int {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Close(fd) })
	err = syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}})
	if err == nil {
		err = syscall.Listen(fd, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	name, err := syscall.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	port := name.(*syscall.SockaddrInet4).Port
	for range 10 {
		c, err := net.DialTimeout("tcp", fmt.Sprintf("127.0.0.1:%d", port), 100*time.Millisecond)
		if os.IsTimeout(err) {
			return port
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
	}
	t.Skip("this system's queue never fills")
	return 0
}

// S1: a host that swallows packets is given up after Connect, and it is nobody's fault.
func TestBlackHole(t *testing.T) {
	t.Parallel()
	r, err := relay.New(relay.Settings{
		Host: "127.0.0.1", Port: blackHole(t), TLS: relay.NoTLS, Timeouts: relay.Timeouts{Connect: 200 * time.Millisecond},
	})
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	trouble := dialTrouble(t, r)
	if trouble.Hold || !strings.Contains(trouble.Why, "connect to 127.0.0.1") || time.Since(begun) > 5*time.Second {
		t.Errorf("after %s: %+v", time.Since(begun), trouble)
	}
}
