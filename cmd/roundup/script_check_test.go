package main

import (
	"encoding/json"
	"net/netip"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"roundup/internal/asjson"
	"roundup/internal/testing/dnstest"
)

// cmdDNS is `dns TXT|MX|A NAME VALUE`: publish it at the script's own name
// server, which is at $DNS from the first record on; `dns break NAME` lets
// questions about a name fail, and `dns key FILE` publishes what `dkim-key --json`
// printed.
func cmdDNS(ts *testscript.TestScript, _ bool, args []string) {
	s := sceneOf(ts)
	if s.dns == nil {
		var err error
		s.dns, err = dnstest.New()
		ts.Check(err)
		ts.Defer(func() { _ = s.dns.Close() })
		ts.Setenv("DNS", s.dns.Addr())
	}
	switch {
	case len(args) == 3 && args[0] == "TXT":
		s.dns.TXT(args[1], args[2])
	case len(args) == 3 && args[0] == "MX":
		s.dns.MX(args[1], 10, args[2])
	case len(args) == 3 && args[0] == "A":
		address, err := netip.ParseAddr(args[2])
		ts.Check(err)
		s.dns.A(args[1], address)
	case len(args) == 2 && args[0] == "break":
		s.dns.Break(args[1])
	case len(args) == 2 && args[0] == "key":
		var key asjson.DKIMKey
		ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[1])), &key))
		s.dns.TXT(key.Name, key.Record)
	default:
		ts.Fatalf("dns: unknown %q", strings.Join(args, " "))
	}
}
