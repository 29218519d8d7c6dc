// Package outbound owns the one HTTP client through which Roundup fetches: feeds,
// articles' pages, and the notices it posts. Every address is checked when it is
// dialled, on every hop, so that no feed, redirect or name server can lead it
// into the operator's own network; every body has a cap on the wire and another
// once decompressed, and everything together has a deadline.
//
// It must not know what a feed is, and never uses a proxy from the environment:
// behind one, the address dialled would no longer be the address asked for.
//
// Start reading with Client.Get; address.go says what is refused.
package outbound

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// Defaults of Options.
const (
	DefaultTimeout      = 30 * time.Second
	DefaultMaxRedirects = 5
)

const (
	dialTimeout    = 10 * time.Second
	maxHeaderBytes = 256 << 10
)

// Options are the settings of a Client.
type Options struct {
	AllowPrivate bool           // reach loopback, private and link-local addresses too
	UserAgent    string         // sent with every request
	Timeout      time.Duration  // for one Get or Post, from dialling to the last byte over all redirects; 0: DefaultTimeout
	MaxRedirects int            // 0: DefaultMaxRedirects
	RootCAs      *x509.CertPool // nil: the system's
}

// Client fetches and posts within the bounds of its Options. It keeps no
// cookies, and is safe for concurrent use.
type Client struct {
	http      *http.Client
	userAgent string
	timeout   time.Duration
}

// New builds a Client.
func New(o Options) *Client {
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	if o.MaxRedirects <= 0 {
		o.MaxRedirects = DefaultMaxRedirects
	}
	transport := &http.Transport{
		Proxy:                  nil,
		DialContext:            guardedDialer(o.AllowPrivate).DialContext,
		TLSClientConfig:        &tls.Config{RootCAs: o.RootCAs, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    dialTimeout,
		DisableCompression:     true, // decode in body.go, where both sizes are counted
		MaxResponseHeaderBytes: maxHeaderBytes,
		MaxIdleConns:           16,
		IdleConnTimeout:        30 * time.Second,
		ForceAttemptHTTP2:      true,
	}
	return &Client{
		http:      &http.Client{Transport: transport, CheckRedirect: redirectPolicy(o.MaxRedirects)},
		userAgent: o.UserAgent,
		timeout:   o.Timeout,
	}
}

// guardedDialer checks the address itself, after the name is resolved and right
// before the connection is made: a second answer of the name server can't slip
// in between.
func guardedDialer(allowPrivate bool) *net.Dialer {
	return &net.Dialer{
		Timeout: dialTimeout,
		ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
			target, err := netip.ParseAddrPort(address)
			if err != nil {
				return err
			}
			return CheckAddress(target.Addr(), allowPrivate)
		},
	}
}
