package outbound

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
)

var (
	// ErrTooManyRedirects says that a chain of redirects did not end.
	ErrTooManyRedirects = errors.New("too many redirects")
	// ErrScheme says that an address, or one a redirect led to, is not http or https.
	ErrScheme = errors.New("only http and https addresses are fetched")
	// ErrDowngrade says that a redirect led from https to http.
	ErrDowngrade = errors.New("redirected from https to unprotected http")

	errLocation = errors.New("redirected to an address that can't be read")
)

// unreadableLocation begins what net/http says of such an address, with all of the
// address in it, as a text: there is no error within.
const unreadableLocation = "failed to parse Location header "

// harmless headers may follow a redirect to another host; whatever else the
// caller set could be a secret.
var harmless = []string{"Accept", "Accept-Encoding", "Accept-Language", "If-Modified-Since", "If-None-Match", "User-Agent"}

// redirectPolicy decides about each hop; the address of the hop is checked by
// the dialer as any other.
func redirectPolicy(maxHops int) func(*http.Request, []*http.Request) error {
	return func(next *http.Request, via []*http.Request) error {
		last := via[len(via)-1].URL
		if len(via) > maxHops {
			return fmt.Errorf("%w: more than %d, the last to %s", ErrTooManyRedirects, maxHops, origin(next.URL))
		}
		if err := checkScheme(next.URL); err != nil {
			return fmt.Errorf("redirected to %s: %w", origin(next.URL), err)
		}
		if last.Scheme == "https" && next.URL.Scheme == "http" {
			return fmt.Errorf("%w: %s", ErrDowngrade, origin(next.URL))
		}
		next.Header.Del("Referer") // the query of a feed's address may hold its key
		if next.URL.Host != via[0].URL.Host {
			for name := range next.Header {
				if !slices.Contains(harmless, name) {
					next.Header.Del(name)
				}
			}
		}
		return nil
	}
}

func checkScheme(u *url.URL) error {
	if u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("%w, not %q", ErrScheme, u.Scheme+":")
	}
	if u.Hostname() == "" {
		return fmt.Errorf("%w, and this address names no host", ErrScheme)
	}
	return nil
}

// origin is what errors name of an address: the rest of it may hold a key.
func origin(u *url.URL) string { return u.Scheme + "://" + u.Host }

// permanent reports whether every redirect that led to this response was
// permanent: then its address is where the resource now lives.
func permanent(resp *http.Response) bool {
	hops := 0
	for r := resp.Request; r.Response != nil; r = r.Response.Request {
		if s := r.Response.StatusCode; s != http.StatusMovedPermanently && s != http.StatusPermanentRedirect {
			return false
		}
		hops++
	}
	return hops > 0
}
