package app

import (
	"net/netip"
	"testing"

	"roundup/internal/check/maildns"
	"roundup/internal/testing/dnstest"
)

// A domain takes mail that has a mail host, or an address of its own; one that is not
// there, or says that it takes none (RFC 7505), does not; what can't be asked is not known.
func TestTakesMail(t *testing.T) {
	t.Parallel()
	dns, err := dnstest.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = dns.Close() })
	dns.MX("a.org", 10, "mx.a.org")
	dns.A("mx.a.org", netip.MustParseAddr("192.0.2.1"))
	dns.A("plain.org", netip.MustParseAddr("192.0.2.1"))
	dns.MX("closed.org", 0, ".")
	dns.MX("dangling.org", 10, "gone.org")
	dns.Break("broken.org")
	takes := takesMail(maildns.NewResolver(dns.Addr()))
	for domain, want := range map[string]bool{
		"a.org": true, "plain.org": true, "closed.org": false, "dangling.org": false, "nowhere.org": false,
	} {
		if got, err := takes(t.Context(), domain); got != want || err != nil {
			t.Errorf("%s: %v, %v, want %v", domain, got, err, want)
		}
	}
	if _, err := takes(t.Context(), "broken.org"); err == nil {
		t.Error("broken.org: the name server's fault is the reader's")
	}
}
