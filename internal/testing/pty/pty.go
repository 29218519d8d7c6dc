//go:build linux

// Package pty makes pseudo-terminals, for tests of what a person sees on one. It must
// not be used outside tests.
package pty

import (
	"os"
	"strconv"
	"syscall"
	"testing"
	"unsafe"
)

// Open makes a pseudo-terminal: our end, and that of a program.
func Open(t testing.TB) (ours, theirs *os.File) {
	t.Helper()
	ours, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no pseudo-terminals here: ", err)
	}
	t.Cleanup(func() { _ = ours.Close() })
	var unlocked, number uint32
	for request, at := range map[uintptr]*uint32{syscall.TIOCSPTLCK: &unlocked, syscall.TIOCGPTN: &number} {
		if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, ours.Fd(), request, uintptr(unsafe.Pointer(at))); errno != 0 {
			t.Skip("no pseudo-terminals here: ", errno)
		}
	}
	theirs, err = os.OpenFile("/dev/pts/"+strconv.Itoa(int(number)), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no pseudo-terminals here: ", err)
	}
	return ours, theirs
}
