package check_test

import (
	"testing"

	"roundup/internal/testing/dnstest"
)

func TestCheckDomain(t *testing.T) {
	t.Parallel()
	signed := []string{"schedule:", "dkim: {selector: sel, key_file: key.pem}\nschedule:"}
	below := []string{"schedule:", "dkim: {domain: mail.magazine.example, selector: sel, key_file: key.pem}\nschedule:"}
	spf := func(record string) func(*dnstest.Server) { // instead of the one there is; "" for none
		return func(s *dnstest.Server) {
			s.Drop("magazine.example")
			s.MX("magazine.example", 10, "mx.magazine.example")
			if record != "" {
				s.TXT("magazine.example", record)
			}
		}
	}
	tests := []struct {
		name   string
		change []string
		dns    func(*dnstest.Server)
		want   []string
	}{
		{"nothing published", nil, func(s *dnstest.Server) { s.Drop("magazine.example") },
			[]string{"warned SPF: magazine.example", "| magazine.example TXT v=spf1 mx ~all"}},
		{"no inbox", nil, func(s *dnstest.Server) { s.Drop("magazine.example") },
			[]string{"failed MX: magazine.example (mail.return_path, mail.unsubscribe, mail.from) can't be written to"}},
		{"two SPF records", nil, func(s *dnstest.Server) { s.TXT("magazine.example", "v=spf1 ~all") }, []string{"failed SPF: ", "2 SPF records"}},
		{"SPF that names nobody", nil, spf("v=spf1 -all"), []string{"warned SPF: magazine.example: v=spf1 -all names nobody who may send in its name"}},
		{"SPF that names nobody, and DMARC", nil, spf("v=spf1 -all"),
			[]string{"warned alignment: SPF of magazine.example lets nobody send in its name: unless the relay signs", "to put aside every mail (p=quarantine)"}},
		{"no SPF, and DMARC", nil, spf(""), []string{"warned alignment: SPF of magazine.example lets nobody send in its name: unless the relay signs"}},
		{"no SPF, and a signature", signed, spf(""),
			[]string{"passed alignment: the signature is of magazine.example; SPF of magazine.example lets nobody send in its name: mails pass by the signature alone"}},
		{"SPF that is void, and DMARC", nil, spf("v=spf1 ip5:1 -all"), []string{"warned alignment: SPF of magazine.example"}},
		{"SPF is not known", nil, func(s *dnstest.Server) {
			spf("v=spf1 include:away.example -all")(s)
			s.Break("away.example")
		}, []string{"skipped alignment: away.example: the name servers do not answer"}},
		{"SPF is not known, and a signature", signed, func(s *dnstest.Server) {
			spf("v=spf1 include:away.example -all")(s)
			s.Break("away.example")
		}, []string{"passed alignment: the signature is of magazine.example; what SPF says is not known: mails pass by the signature alone"}},
		{"no DMARC", nil, func(s *dnstest.Server) { s.Drop("_dmarc.magazine.example") },
			[]string{"warned DMARC: ", "| _dmarc.magazine.example TXT v=DMARC1; p=none; rua=mailto:postmaster@magazine.example"}},
		{"DMARC that is void", nil, func(s *dnstest.Server) {
			s.Drop("_dmarc.magazine.example")
			s.TXT("_dmarc.magazine.example", "v=DMARC1; p=nil")
		}, []string{"failed DMARC: ", "p=nil"}},
		{"reports to one who does not take them", nil, func(s *dnstest.Server) {
			s.Drop("_dmarc.magazine.example")
			s.TXT("_dmarc.magazine.example", "v=DMARC1; p=none; rua=mailto:x@reports.example")
		}, []string{"warned DMARC: ", "| magazine.example._report._dmarc.reports.example TXT v=DMARC1"}},
		{"return path elsewhere", []string{"bounces@magazine.example", "bounces@relay.example"}, nil,
			[]string{"warned alignment: the return path, relay.example, is not of magazine.example", "to put aside every mail"}},
		{"signed below it", below, nil,
			[]string{"passed alignment: return path and signature are both of magazine.example"}},
		{"signed below it, strictly", below, func(s *dnstest.Server) {
			s.Drop("_dmarc.magazine.example")
			s.TXT("_dmarc.magazine.example", "v=DMARC1; p=none; adkim=s")
		}, []string{"warned alignment: dkim.domain, mail.magazine.example, is not of magazine.example: DMARC does not count our signature"}},
		{"name servers away", nil, func(s *dnstest.Server) { s.Break("magazine.example") },
			[]string{"skipped DNS: SPF, DKIM, DMARC and MX not looked at: ", "[ask elsewhere]"}},
		{"one of them away", nil, func(s *dnstest.Server) { s.Break("_dmarc.magazine.example") }, []string{"skipped DMARC: _dmarc.magazine.example: the name servers do not answer"}},
		{"a mail host's are away", nil, func(s *dnstest.Server) { s.Break("mx.magazine.example") },
			[]string{"skipped MX: magazine.example (mail.return_path, mail.unsubscribe, mail.from): whether mx.magazine.example has an address is not known"}},
		{"a mail host's are away, and SPF", nil, func(s *dnstest.Server) { s.Break("mx.magazine.example") }, []string{"passed SPF: "}},
		{"our key is not published", signed, nil, []string{"failed DKIM: sel._domainkey.magazine.example is not published", "| sel._domainkey.magazine.example TXT v=DKIM1; k=ed25519; p="}},
		{"another key is", signed, func(s *dnstest.Server) { s.TXT("sel._domainkey.magazine.example", "v=DKIM1; k=ed25519; p=QUFB") },
			[]string{"failed DKIM: ", "publishes another key"}},
		{"it was withdrawn", signed, func(s *dnstest.Server) { s.TXT("sel._domainkey.magazine.example", "v=DKIM1; p=") }, []string{"failed DKIM: ", "withdrawn"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, tt.change...)
			if tt.dns != nil {
				tt.dns(o.dns)
			}
			says(t, o.check(), tt.want...)
		})
	}
}

// The record that is said to be missing is the one that mends it.
func TestCheckKeyPublished(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "schedule:", "dkim: {selector: sel, key_file: key.pem}\nschedule:")
	for _, f := range o.checker.Look(t.Context(), o.extent) {
		for _, r := range f.Publish {
			o.dns.TXT(r.Name, r.Value)
		}
	}
	said := o.check()
	says(t, said, "passed DKIM: sel._domainkey.magazine.example publishes our key (Ed25519)")
	says(t, said, "passed alignment: return path and signature are both of magazine.example")
}
