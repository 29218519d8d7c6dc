// Package measure is for tests that hold a bound of processor time or memory. It is test
// code, and must not be imported by the program.
//
// Start reading with Spent.
package measure

import (
	"syscall"
	"time"
)

// Spent is the processor time that this process has used.
func Spent() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err) // it fails for wrong arguments alone: getrusage(2)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
