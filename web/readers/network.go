package readers

import (
	"hash/maphash"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"
)

// perNetwork is how many sign-ups an hour a network may send: a school or an office
// behind one address is not an attack.
const perNetwork = 20

// caps counts sign-ups by network and hour. It keeps no address, and needs the same
// memory whatever is sent: networks that share a counter share what they may.
type caps struct {
	mu    sync.Mutex
	seed  maphash.Seed
	since time.Time
	sent  [1 << 16]uint8
}

func newCaps() *caps { return &caps{seed: maphash.MakeSeed()} }

// take counts one more of a network, where it may send one more.
func (c *caps) take(network netip.Prefix, now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if age := now.Sub(c.since); age >= time.Hour || age < 0 {
		c.since, c.sent = now, [len(c.sent)]uint8{}
	}
	n := &c.sent[maphash.Comparable(c.seed, network)%uint64(len(c.sent))]
	if *n >= perNetwork {
		return false
	}
	*n++
	return true
}

// network is where a request comes from: the /24 of an IPv4 address, the /64 of an
// IPv6 one. The zero one is of those whose address can't be read.
func (r *pages) network(req *http.Request) netip.Prefix {
	addr := r.client(req)
	bits := 64
	if addr.Is4() {
		bits = 24
	}
	prefix, err := addr.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return prefix
}

// client is who sends a request: the nearest address that no trusted proxy has. What a
// stranger writes into X-Forwarded-For stands to the left of what our proxies add.
func (r *pages) client(req *http.Request) netip.Addr {
	host, _, err := net.SplitHostPort(req.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	addr := readAddr(host)
	hops := strings.Split(strings.Join(req.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		if !r.trusted(addr) {
			break
		}
		next := readAddr(hop)
		if !next.IsValid() {
			break
		}
		addr = next
	}
	return addr
}

func (r *pages) trusted(addr netip.Addr) bool {
	return slices.ContainsFunc(r.Proxies, func(p netip.Prefix) bool { return p.Contains(addr) })
}

func readAddr(text string) netip.Addr {
	addr, err := netip.ParseAddr(strings.TrimSpace(text))
	if err != nil {
		return netip.Addr{}
	}
	return addr.Unmap().WithZone("")
}
