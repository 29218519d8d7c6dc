package outbound_test

import (
	"errors"
	"net/netip"
	"testing"

	"roundup/internal/outbound"
)

func TestCheckAddress(t *testing.T) {
	t.Parallel()
	tests := []struct {
		addr           string
		public, opened bool // dialled by default; with AllowPrivate
	}{
		{"93.184.216.34", true, true},
		{"2606:2800:220:1:248:1893:25c8:1946", true, true},
		{"::ffff:93.184.216.34", true, true},
		{"64:ff9b::5db8:d822", true, true}, // a public IPv4 host on a network with IPv6 only
		{"127.0.0.1", false, true},
		{"127.8.9.10", false, true},
		{"::1", false, true},
		{"::ffff:127.0.0.1", false, true},
		{"::ffff:7f00:1", false, true},
		{"10.1.2.3", false, true},
		{"172.16.0.1", false, true},
		{"172.32.0.1", true, true},
		{"192.168.1.1", false, true},
		{"::ffff:192.168.1.1", false, true},
		{"100.64.0.1", false, true},
		{"169.254.1.1", false, true},
		{"fe80::1%eth0", false, true},
		{"fc00::1", false, true},
		{"fd12:3456::1", false, true},
		{"fec0::1", false, true},
		{"64:ff9b::7f00:1", false, true},
		{"64:ff9b::a00:1", false, true},
		{"64:ff9b:1::808:808", false, true},
		{"198.18.0.1", false, true},
		{"169.254.169.254", false, false},
		{"::ffff:169.254.169.254", false, false},
		{"64:ff9b::a9fe:a9fe", false, false},
		{"100.100.100.200", false, false},
		{"fd00:ec2::254", false, false},
		{"0.0.0.0", false, false},
		{"0.1.2.3", false, false},
		{"::", false, false},
		{"::7f00:1", false, false}, // IPv4-compatible, long deprecated
		{"224.0.0.1", false, false},
		{"ff02::1", false, false},
		{"240.0.0.1", false, false},
		{"255.255.255.255", false, false},
		{"192.0.0.192", false, false},
		{"192.0.2.1", false, false},
		{"2001:db8::1", false, false},
		{"2001:0:7f00:1::", false, false},
		{"2002:7f00:1::", false, false},
		{"2002:808:808::1", false, false},
		{"100::1", false, false},
		{"5f00::1", false, false},
	}
	for _, tt := range tests {
		t.Run(tt.addr, func(t *testing.T) {
			t.Parallel()
			addr := netip.MustParseAddr(tt.addr)
			for allow, want := range map[bool]bool{false: tt.public, true: tt.opened} {
				err := outbound.CheckAddress(addr, allow)
				if got := err == nil; got != want {
					t.Errorf("CheckAddress(%s, %t) = %v, want dialled %t", addr, allow, err, want)
				}
				if err != nil && !errors.Is(err, outbound.ErrPrivateAddress) {
					t.Errorf("CheckAddress(%s, %t) = %v, want ErrPrivateAddress", addr, allow, err)
				}
			}
		})
	}
	if err := outbound.CheckAddress(netip.Addr{}, true); err == nil {
		t.Error("the zero address is dialled")
	}
}
