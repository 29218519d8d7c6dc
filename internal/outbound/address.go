package outbound

import (
	"errors"
	"fmt"
	"net/netip"
)

// ErrPrivateAddress says that a name led to an address that no public feed has:
// loopback, a private network, a cloud's metadata service.
var ErrPrivateAddress = errors.New("the address is not public")

// special lists the blocks of IANA's special-purpose registries (RFC 6890 and
// later) that reach this machine, its neighbours or nothing at all. An address
// Options.AllowPrivate opens is marked local; the others are never dialled.
var special = []struct {
	block netip.Prefix
	name  string
	local bool
}{
	{netip.MustParsePrefix("169.254.169.254/32"), "the metadata service of a cloud", false},
	{netip.MustParsePrefix("169.254.170.2/32"), "the metadata service of a cloud", false},
	{netip.MustParsePrefix("100.100.100.200/32"), "the metadata service of a cloud", false},
	{netip.MustParsePrefix("168.63.129.16/32"), "the metadata service of a cloud", false},
	{netip.MustParsePrefix("fd00:ec2::254/128"), "the metadata service of a cloud", false},
	{netip.MustParsePrefix("fd20:ce::254/128"), "the metadata service of a cloud", false},
	{netip.MustParsePrefix("0.0.0.0/8"), "an unspecified address", false},
	{netip.MustParsePrefix("127.0.0.0/8"), "a loopback address", true},
	{netip.MustParsePrefix("10.0.0.0/8"), "a private address", true},
	{netip.MustParsePrefix("172.16.0.0/12"), "a private address", true},
	{netip.MustParsePrefix("192.168.0.0/16"), "a private address", true},
	{netip.MustParsePrefix("100.64.0.0/10"), "an address of a carrier's network", true},
	{netip.MustParsePrefix("169.254.0.0/16"), "a link-local address", true},
	{netip.MustParsePrefix("192.0.0.0/24"), "a reserved address", false},
	{netip.MustParsePrefix("192.0.2.0/24"), "an address for documentation", false},
	{netip.MustParsePrefix("192.88.99.0/24"), "a reserved address", false},
	{netip.MustParsePrefix("198.18.0.0/15"), "an address for benchmarks", true},
	{netip.MustParsePrefix("198.51.100.0/24"), "an address for documentation", false},
	{netip.MustParsePrefix("203.0.113.0/24"), "an address for documentation", false},
	{netip.MustParsePrefix("224.0.0.0/4"), "a multicast address", false},
	{netip.MustParsePrefix("240.0.0.0/4"), "a reserved address", false},
	{netip.MustParsePrefix("::/128"), "an unspecified address", false},
	{netip.MustParsePrefix("::1/128"), "a loopback address", true},
	{netip.MustParsePrefix("::/96"), "a reserved address", false},
	{netip.MustParsePrefix("64:ff9b:1::/48"), "an address translated to a local IPv4 network", true},
	{netip.MustParsePrefix("fc00::/7"), "a private address", true},
	{netip.MustParsePrefix("fe80::/10"), "a link-local address", true},
	{netip.MustParsePrefix("fec0::/10"), "a site-local address", true},
	{netip.MustParsePrefix("ff00::/8"), "a multicast address", false},
	{netip.MustParsePrefix("2001::/32"), "a Teredo address", false},
	{netip.MustParsePrefix("2001:10::/28"), "a reserved address", false},
	{netip.MustParsePrefix("2001:20::/28"), "a reserved address", false},
	{netip.MustParsePrefix("2001:db8::/32"), "an address for documentation", false},
	{netip.MustParsePrefix("2002::/16"), "a 6to4 address", false},
	{netip.MustParsePrefix("3fff::/20"), "an address for documentation", false},
}

var (
	// nat64 carries an IPv4 address in its last 32 bits (RFC 6052): on networks
	// with IPv6 only, that is how every IPv4 host looks.
	nat64 = netip.MustParsePrefix("64:ff9b::/96")
	// globalUnicast is all of IPv6 that is routed in public.
	globalUnicast = netip.MustParsePrefix("2000::/3")
)

// CheckAddress refuses the addresses that no public host has with an error that
// is ErrPrivateAddress and names the kind. allowPrivate opens loopback, private
// and link-local ones; multicast, unspecified and reserved addresses and the
// metadata services of clouds, which hand out credentials, stay closed. An
// IPv4 address inside an IPv6 one is judged as what it is.
func CheckAddress(addr netip.Addr, allowPrivate bool) error {
	shown := addr
	addr = addr.Unmap().WithZone("")
	if nat64.Contains(addr) {
		b := addr.As16()
		addr = netip.AddrFrom4([4]byte(b[12:]))
	}
	for _, s := range special {
		if !s.block.Contains(addr) {
			continue
		}
		if s.local && allowPrivate {
			return nil
		}
		hint := ""
		if s.local {
			hint = "; fetch.allow_private permits it"
		}
		return fmt.Errorf("%w: %s is %s%s", ErrPrivateAddress, shown, s.name, hint)
	}
	if addr.Is6() && !globalUnicast.Contains(addr) || !addr.IsValid() {
		return fmt.Errorf("%w: %s is a reserved address", ErrPrivateAddress, shown)
	}
	return nil
}
