// Package loopback knows this machine by its name.
//
// It must not ask a resolver: a name that needs one is another machine's.
package loopback

import (
	"net/netip"
	"strings"
)

// Is reports whether a host can only be this machine: "localhost" in any case, with
// or without its final dot, or a loopback address, in brackets or not. Names below
// .localhost are not: RFC 6761, 6.3, would have them so, but resolvers differ.
func Is(host string) bool {
	if strings.EqualFold(strings.TrimSuffix(host, "."), "localhost") {
		return true
	}
	if inner, ok := strings.CutPrefix(host, "["); ok {
		if host, ok = strings.CutSuffix(inner, "]"); !ok {
			return false
		}
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}
