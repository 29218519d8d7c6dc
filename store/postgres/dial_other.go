//go:build !linux

package postgres

import "syscall"

// unacknowledged is for Linux, where there is a bound to set.
func unacknowledged(string, string, syscall.RawConn) error { return nil }
