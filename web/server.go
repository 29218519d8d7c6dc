// Package web owns what every server has that Roundup runs: its limits. What it
// answers is in the rooms below, one for each who opens it: readers and editors.
//
// It must not know what is served.
//
// Start reading with NewServer.
package web

import (
	"net"
	"net/http"
	"time"

	"golang.org/x/net/netutil"
)

// maxHeader is how many octets a request's header may have.
const maxHeader = 16 << 10

// maxConnections is how many browsers may be connected at a time; more wait. Each may
// take the memory of its header and body, and a file of the process.
const maxConnections = 500

// Longest is how long a request may take at most, from its first octet to the last of its
// answer: a server that has stopped accepting has answered all it accepted within it. Two
// seconds are left of the 30 in which a process that is asked to end does.
const Longest = 28 * time.Second

// Limit lets only so many connections through at a time that strangers can't take all
// the memory and files there are.
func Limit(l net.Listener) net.Listener { return netutil.LimitListener(l, maxConnections) }

// NewServer is an HTTP server with every limit set: strangers reach it.
func NewServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       Longest,
		WriteTimeout:      Longest,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    maxHeader,
	}
}
