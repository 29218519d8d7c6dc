package main

import (
	"encoding/json"
	"net/netip"
	"strings"
	"testing"

	"roundup/internal/asjson"
	"roundup/internal/testing/dnstest"
)

// TestReceivedThroughPostfix reads a signed test mail as Debian's Postfix has
// delivered it: the signature holds, and nothing that matters was changed. The
// check before it finds the relay, and the key that it said to publish.
func TestReceivedThroughPostfix(t *testing.T) {
	t.Parallel()
	p := startPostfix(t)
	s := &site{t: t, dir: t.TempDir(), port: p.port}
	s.fill(1)
	var key asjson.DKIMKey
	if err := json.Unmarshal([]byte(s.must("dkim-key", "--json", "--quiet")), &key); err != nil {
		t.Fatal(err)
	}
	s.set("schedule:", "dkim: {selector: roundup, key_file: dkim-roundup.pem}\nschedule:")
	dns, err := dnstest.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = dns.Close() })
	dns.TXT(key.Name, key.Record)
	dns.MX("magazine.example", 10, "mx.magazine.example")
	dns.A("mx.magazine.example", netip.MustParseAddr("192.0.2.1"))

	// Nobody beyond this machine is asked.
	s.set("site_url: https://magazine.example", "site_url: http://127.0.0.1:1")
	s.write("feed.xml", strings.ReplaceAll(s.read("feed.xml"), "https://magazine.example", "http://127.0.0.1:1"))
	_, said := s.run("check", "--resolver", dns.Addr())
	for _, want := range []string{"takes our connection, and mail from bounces@magazine.example", "PIPELINING", "publishes our key (RSA, 2048 bits)"} {
		if !strings.Contains(said, want) {
			t.Errorf("the check does not say %q:\n%s", want, said)
		}
	}

	s.must("send", "--test", "editor@readers.example")
	file := p.arrived(t, 1)[0]
	code, said := s.run("check", "--received", file, "--resolver", dns.Addr())
	for _, want := range []string{
		"; a test mail\n", "mta.test (ESMTP)", "of magazine.example (selector roundup): verified here",
		"covers List-Unsubscribe and List-Unsubscribe-Post", "it would pass: DKIM is of magazine.example", "none that matters",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("exit code %d; of the mail that arrived is not said %q:\n%s", code, want, said)
		}
	}
	if code != 0 {
		t.Errorf("exit code %d:\n%s", code, said)
	}
}
