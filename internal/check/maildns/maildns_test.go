package maildns_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"roundup/internal/check/maildns"
	"roundup/internal/testing/dnstest"
)

var _ maildns.Resolver = (*net.Resolver)(nil)

// zone reads what a name server on loopback publishes.
func zone(t *testing.T) (maildns.Zone, *dnstest.Server) {
	t.Helper()
	s, err := dnstest.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return maildns.NewZone(maildns.NewResolver(s.Addr())), s
}

func TestSPF(t *testing.T) {
	t.Parallel()
	type records map[string]string
	chain := records{"m.example": "v=spf1 include:i1.example -all"}
	for i := 1; i <= 12; i++ {
		chain["i"+strings.Repeat("x", i-1)+"1.example"] = "v=spf1 include:i" + strings.Repeat("x", i) + "1.example -all"
	}
	chain["i"+strings.Repeat("x", 12)+"1.example"] = "v=spf1 -all"
	tests := []struct {
		name     string
		txt      records
		lookups  int
		all      string
		problems []string
	}{
		{"plain", records{"m.example": "v=spf1 ip4:192.0.2.1 ip6:2001:db8::/32 -all"}, 0, "-all", nil},
		{"includes are followed", records{"m.example": "v=spf1 include:a.example ~all", "a.example": "v=spf1 include:b.example ip4:192.0.2.0/24 -all", "b.example": "v=spf1 ?all"}, 2, "~all", nil},
		{"redirect", records{"m.example": "v=spf1 redirect=a.example", "a.example": "v=spf1 ip4:192.0.2.1 -all"}, 1, "-all", nil},
		{"redirect behind all is not followed", records{"m.example": "v=spf1 ~all redirect=a.example"}, 0, "~all", nil},
		{"anybody", records{"m.example": "v=spf1 all"}, 0, "+all", nil},
		{"no end", records{"m.example": "v=spf1 ip4:192.0.2.1"}, 0, "", nil},
		{"capitals", records{"m.example": "V=SPF1 IP4:192.0.2.1 -ALL"}, 0, "-all", nil},
		{"a macro is counted and not followed", records{"m.example": "v=spf1 exists:%{i}.x.example include:%{d}.y.example -all"}, 2, "-all", nil},
		{"unknown modifiers are passed over", records{"m.example": "v=spf1 exp=why.example later=1 -all"}, 0, "-all", nil},
		{"unknown mechanism", records{"m.example": "v=spf1 ipv4:192.0.2.1 -all"}, 0, "", []string{`"ipv4:192.0.2.1" is not known`}},
		{"no network", records{"m.example": "v=spf1 ip4:mail.example -all"}, 0, "", []string{"is no network"}},
		{"ip6 in ip4", records{"m.example": "v=spf1 ip4:2001:db8::1 -all"}, 0, "", []string{"is no network"}},
		{"an include of nothing", records{"m.example": "v=spf1 include:gone.example -all"}, 1, "-all", []string{"gone.example, which has no SPF record"}},
		{"an include of itself", records{"m.example": "v=spf1 include:a.example -all", "a.example": "v=spf1 include:m.example -all"}, 2, "-all", []string{"includes itself"}},
		{"a mistake in an include", records{"m.example": "v=spf1 include:a.example -all", "a.example": "v=spf1 ip5:1 -all"}, 1, "-all", []string{"in that of a.example"}},
		{"ptr", records{"m.example": "v=spf1 ptr -all"}, 1, "-all", []string{"ptr"}},
		{"hosts that are not there", records{"m.example": "v=spf1 a:x.example a:y.example mx:z.example -all"}, 3, "-all", []string{"a:x.example finds nothing", "3 of its lookups find nothing"}},
		{"too many lookups", chain, 13, "-all", []string{"13 lookups"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			z, s := zone(t)
			for name, text := range tt.txt {
				s.TXT(name, text)
				s.TXT(name, "some-site-verification=1")
			}
			got, err := z.SPF(t.Context(), "m.example")
			if err != nil {
				t.Fatal(err)
			}
			if got.Lookups != tt.lookups || got.All != tt.all {
				t.Errorf("%d lookups, %q, want %d, %q", got.Lookups, got.All, tt.lookups, tt.all)
			}
			all := strings.Join(append(got.Problems, got.Remarks...), "; ")
			for _, want := range tt.problems {
				if !strings.Contains(all, want) {
					t.Errorf("problems %q do not say %q", all, want)
				}
			}
			if len(tt.problems) == 0 && all != "" {
				t.Errorf("problems %q", all)
			}
		})
	}
}

// Whoever may send is named by a term that passes, in the record or in one it includes.
func TestSPFPermits(t *testing.T) {
	t.Parallel()
	z, s := zone(t)
	s.A("host.example", netip.MustParseAddr("192.0.2.1"))
	s.TXT("nobody.example", "v=spf1 -all")
	s.TXT("somebody.example", "v=spf1 ip4:192.0.2.1 -all")
	for i, tt := range []struct {
		record string
		want   bool
	}{
		{"v=spf1 -all", false},
		{"v=spf1", false},
		{"v=spf1 ?all", false},
		{"v=spf1 exp=why.example -all", false},
		{"v=spf1 +all", true},
		{"v=spf1 ip4:192.0.2.1 -all", true},
		{"v=spf1 ?ip4:192.0.2.1 -all", false},
		{"v=spf1 -all ip4:192.0.2.1", false},
		{"v=spf1 a:host.example -all", true},
		{"v=spf1 a:gone.example -all", false},
		{"v=spf1 exists:%{i}.x.example -all", true},
		{"v=spf1 include:%{d}.x.example -all", true},
		{"v=spf1 include:somebody.example -all", true},
		{"v=spf1 ?include:somebody.example -all", false},
		{"v=spf1 include:nobody.example -all", false},
		{"v=spf1 redirect=somebody.example", true},
		{"v=spf1 redirect=nobody.example", false},
	} {
		domain := fmt.Sprintf("m%d.example", i)
		s.TXT(domain, tt.record)
		if got, err := z.SPF(t.Context(), domain); err != nil || got.Permits != tt.want {
			t.Errorf("%s: permits %t, %v", tt.record, got.Permits, err)
		}
	}
}

func TestSPFAtOne(t *testing.T) {
	t.Parallel()
	z, s := zone(t)
	s.TXT("two.example", "v=spf1 -all")
	s.TXT("two.example", "v=spf1 ~all")
	s.TXT("other.example", "v=spf10 -all")
	s.Break("broken.example")
	if got, err := z.SPF(t.Context(), "two.example"); err != nil || len(got.Problems) != 1 || !strings.Contains(got.Problems[0], "2 SPF records") {
		t.Errorf("two records: %+v, %v", got, err)
	}
	for domain, want := range map[string]error{"other.example": maildns.ErrAbsent, "gone.example": maildns.ErrAbsent, "broken.example": maildns.ErrNoAnswer} {
		if _, err := z.SPF(t.Context(), domain); !errors.Is(err, want) {
			t.Errorf("%s: %v", domain, err)
		}
	}
}

func TestKey(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("QUFB", 100) // more than one string, and than one packet holds without EDNS
	tests := []struct{ name, record, wrong string }{
		{"good", "v=DKIM1; k=rsa; p=" + long, ""},
		{"without v and k", "p=" + long, ""},
		{"with spaces in the key", "v=DKIM1; p=QUFB QUFB", ""},
		{"another version", "v=DKIM2; p=QUFB", "v=DKIM2"},
		{"no key", "v=DKIM1; k=rsa", "no p="},
		{"half a key", "v=DKIM1; p=QUF", "not base64"},
		{"old hashes alone", "v=DKIM1; h=sha1; p=QUFB", "leaves out sha256"},
		{"not for mail", "v=DKIM1; s=tlsrpt; p=QUFB", "not allow it for mail"},
		{"a tag twice", "v=DKIM1; p=QUFB; p=QUFB", "twice"},
		{"a page", "<html>", "not of the form"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			z, s := zone(t)
			s.TXT("sel._domainkey.m.example", tt.record)
			k, err := z.Key(t.Context(), "m.example", "sel")
			switch {
			case tt.wrong == "" && (err != nil || len(k.Public) == 0 || k.Type != "rsa" || k.Testing):
				t.Errorf("got %+v, %v", k, err)
			case tt.wrong != "" && (err == nil || !strings.Contains(err.Error(), tt.wrong)):
				t.Errorf("got %v, want %q", err, tt.wrong)
			}
		})
	}
	if k, err := maildns.ParseKey("v=DKIM1; k=ed25519; t=s:y; p="); err != nil || k.Public != nil || !k.Testing || k.Type != "ed25519" {
		t.Errorf("a revoked key for tests: %+v, %v", k, err)
	}
}

func TestDMARC(t *testing.T) {
	t.Parallel()
	z, s := zone(t)
	s.TXT("_dmarc.m.example", "v=DMARC1; p=reject; sp=quarantine; adkim=s; rua=mailto:a@m.example, mailto:b@r.example!10m; pct=50")
	s.TXT("_dmarc.two.example", "v=DMARC1; p=none")
	s.TXT("_dmarc.two.example", "v=DMARC1; p=none")
	s.TXT("_dmarc.odd.example", "v=DMARC1; p=nothing")
	s.TXT("_dmarc.bare.example", "v=DMARC1;")
	s.TXT("_dmarc.late.example", "p=none; v=DMARC1")
	s.TXT("_dmarc.part.example", "v=DMARC1; p=none; pct=many")
	s.TXT("m.example._report._dmarc.r.example", "v=DMARC1")

	own, err := z.DMARC(t.Context(), "m.example")
	if err != nil || own.Policy != "reject" || !own.StrictDKIM || own.StrictSPF || own.Percent != 50 || len(own.Reports) != 2 {
		t.Errorf("own: %+v, %v", own, err)
	}
	below, err := z.DMARC(t.Context(), "news.m.example")
	if err != nil || below.Policy != "quarantine" || below.Domain != "m.example" {
		t.Errorf("of a subdomain: %+v, %v", below, err)
	}
	for domain, want := range map[string]string{
		"two.example": "2 DMARC records", "odd.example": "p=nothing", "bare.example": "no p=", "late.example": "no such record",
		"part.example": "pct=many", "gone.example": "no such record",
	} {
		if _, err := z.DMARC(t.Context(), domain); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", domain, err, want)
		}
	}
	for uri, want := range map[string]bool{
		"mailto:a@m.example": true, "mailto:a@x.m.example": true, "mailto:b@r.example!10m": true, "mailto:c@q.example": false, "https://m.example": false,
	} {
		if got, err := z.TakesReports(t.Context(), "m.example", uri); got != want || err != nil {
			t.Errorf("%s takes reports: %v, %v", uri, got, err)
		}
	}
}

func TestAligned(t *testing.T) {
	t.Parallel()
	tests := []struct {
		a, b            string
		relaxed, strict bool
	}{
		{"m.example", "M.EXAMPLE.", true, true},
		{"news.m.example", "m.example", true, false},
		{"a.m.example", "b.m.example", true, false},
		{"m.example", "n.example", false, false},
		{"a.co.uk", "b.co.uk", false, false},
		{"x.a.co.uk", "a.co.uk", true, false},
		{"", "", false, false},
		{"m.example", "", false, false},
	}
	for _, tt := range tests {
		if got := maildns.Aligned(tt.a, tt.b, false); got != tt.relaxed {
			t.Errorf("%s and %s: %v", tt.a, tt.b, got)
		}
		if got := maildns.Aligned(tt.a, tt.b, true); got != tt.strict {
			t.Errorf("%s and %s, strictly: %v", tt.a, tt.b, got)
		}
	}
}

func TestInbox(t *testing.T) {
	t.Parallel()
	z, s := zone(t)
	s.MX("m.example", 20, "mx2.m.example")
	s.MX("m.example", 10, "mx1.m.example")
	s.A("mx1.m.example", netip.MustParseAddr("192.0.2.1"))
	s.A("plain.example", netip.MustParseAddr("2001:db8::1"))
	s.MX("closed.example", 0, ".")
	s.MX("dangling.example", 10, "gone.example")
	s.Break("broken.example")

	in, err := z.Inbox(t.Context(), "m.example")
	if err != nil || !slices.Equal(in.Hosts, []string{"mx1.m.example", "mx2.m.example"}) || !slices.Equal(in.Dangling, []string{"mx2.m.example"}) {
		t.Errorf("m.example: %+v, %v", in, err)
	}
	if in, err = z.Inbox(t.Context(), "plain.example"); err != nil || !in.Implicit {
		t.Errorf("an address alone: %+v, %v", in, err)
	}
	if in, err = z.Inbox(t.Context(), "closed.example"); err != nil || !in.Refuses || len(in.Hosts) != 0 {
		t.Errorf("none: %+v, %v", in, err)
	}
	s.MX("away.example", 10, "mx1.m.example")
	s.MX("away.example", 20, "broken.example")
	if in, err = z.Inbox(t.Context(), "away.example"); err != nil || len(in.Hosts) != 2 || !slices.Equal(in.Unknown, []string{"broken.example"}) {
		t.Errorf("one of two hosts: %+v, %v", in, err)
	}
	for domain, want := range map[string]error{"dangling.example": maildns.ErrAbsent, "gone.example": maildns.ErrAbsent, "broken.example": maildns.ErrNoAnswer} {
		if in, err := z.Inbox(t.Context(), domain); !errors.Is(err, want) {
			t.Errorf("%s: %+v, %v", domain, in, err)
		}
	}
}

// Where nobody answers, the caller's patience decides.
func TestNobodyAnswers(t *testing.T) {
	t.Parallel()
	silent, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = silent.Close() })
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	begun := time.Now()
	_, err = maildns.NewZone(maildns.NewResolver(silent.LocalAddr().String())).SPF(ctx, "m.example")
	if !errors.Is(err, maildns.ErrNoAnswer) || time.Since(begun) > 3*time.Second {
		t.Errorf("%v after %s", err, time.Since(begun))
	}
}

func FuzzRecords(f *testing.F) {
	f.Add("v=spf1 include:a.example ip4:192.0.2.0/24 ~all")
	f.Add("v=DMARC1; p=none; rua=mailto:a@m.example")
	f.Add("v=DKIM1; k=rsa; p=QUFB")
	f.Fuzz(func(t *testing.T, record string) {
		if s, err := maildns.ParseSPF(record); err == nil && len(s.Record) != len(record) {
			t.Error("the record changed")
		}
		_, _ = maildns.ParseDMARC(record)
		if k, err := maildns.ParseKey(record); err == nil && k.Type == "" {
			t.Error("a key of no type")
		}
	})
}
