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
	told  map[string]bool // why some are refused
}

// Why sign-ups are refused, as the log has it.
const (
	ofOneNetwork = "sign-ups are refused: a network has sent as many as it may"
	ofAll        = "sign-ups are refused: all together have had as many confirmations as web.sign_ups_per_hour allows"
)

func newCaps() *caps { return &caps{seed: maphash.MakeSeed(), told: map[string]bool{}} }

// take counts one more of a network, where it may send one more.
func (c *caps) take(network netip.Prefix, now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if age := now.Sub(c.since); age >= time.Hour || age < 0 {
		c.since, c.sent = now, [len(c.sent)]uint8{}
		clear(c.told)
	}
	n := &c.sent[maphash.Comparable(c.seed, network)%uint64(len(c.sent))]
	if *n >= perNetwork {
		return false
	}
	*n++
	return true
}

// isNews reports whether a refusal is the first of its hour for this reason.
func (c *caps) isNews(why string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	was := c.told[why]
	c.told[why] = true
	return !was
}

// mayAsk counts a sign-up of a network, where it may send one more. That it may not is in
// the log once an hour, without the network.
func (r *pages) mayAsk(req *http.Request) bool {
	r.noteProxy(req)
	if r.caps.take(r.network(req), r.Now()) {
		return true
	}
	if r.caps.isNews(ofOneNetwork) {
		said := ofOneNetwork
		if local(r.client(req)) {
			said += "; all that come through a proxy are one, unless it is named in web.trusted_proxies and passes X-Forwarded-For"
		}
		r.Log.Warn(said, "an_hour", perNetwork)
	}
	return false
}

// noteProxy says once in the log that a proxy beside us is not believed: a stranger on the
// Internet can write X-Forwarded-For, but comes from no such address.
func (r *pages) noteProxy(req *http.Request) {
	if req.Header.Get("X-Forwarded-For") == "" {
		return
	}
	if addr := peer(req); local(addr) && !r.trusted(addr) {
		r.proxyNoted.Do(func() {
			r.Log.Warn("X-Forwarded-For is not believed: all who sign up through the proxy count as one network; name it in web.trusted_proxies", "proxy", addr)
		})
	}
}

// local reports whether an address is of this machine or of a network that is not the Internet.
func local(addr netip.Addr) bool {
	return addr.IsLoopback() || addr.IsPrivate() || addr.IsLinkLocalUnicast()
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
	addr := peer(req)
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

// peer is who a request's connection is with.
func peer(req *http.Request) netip.Addr {
	host, _, err := net.SplitHostPort(req.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return readAddr(host)
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
