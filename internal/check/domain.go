package check

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"

	"roundup/internal/check/finding"
	"roundup/internal/check/maildns"
	"roundup/internal/maildomain"
	"roundup/internal/outbound"
	"roundup/internal/remedy"
)

// domain looks at what DNS says of the domains that the mails name, side by side.
func (c *check) domain(ctx context.Context, l *finding.List) {
	from := maildomain.Of(c.cfg.Mail.From.Address)
	switch {
	case from == "":
		l.Skip("DNS", "SPF, DKIM, DMARC and MX not looked at: "+incomplete, "")
		return
	case c.extent.Offline:
		l.Skip("DNS", "SPF, DKIM, DMARC and MX of "+from+" not looked at", "")
		l.InDetail(remedy.Offline)
		return
	}
	ctx, cancel := context.WithTimeout(ctx, patienceDNS)
	defer cancel()
	resolver := c.extent.Resolver
	if resolver == nil {
		resolver = maildns.NewResolver("")
	}
	n := &names{check: c, zone: maildns.NewZone(resolver), from: from, returns: maildomain.Of(c.cfg.Mail.ReturnPath)}
	n.spfRecord = sync.OnceValues(func() (maildns.SPF, error) { return n.zone.SPF(ctx, n.returns) })
	if _, err := n.zone.Inbox(ctx, from); errors.Is(err, maildns.ErrNoAnswer) {
		l.Skip("DNS", "SPF, DKIM, DMARC and MX not looked at: "+err.Error(), "")
		l.Do(remedy.Remedy{Code: remedy.AskElsewhere})
		return
	}
	looks := []func(context.Context, *finding.List){n.spf, n.dkim, n.dmarc, n.inboxes}
	lists := make([]*finding.List, len(looks))
	var looking sync.WaitGroup
	for i, look := range looks {
		lists[i] = finding.Of(finding.Domain)
		looking.Go(func() { look(ctx, lists[i]) })
	}
	looking.Wait()
	l.Join(lists...)
}

// names is a look at the domains that the mails name.
type names struct {
	*check
	zone    maildns.Zone
	from    string // domain of mail.from, which readers see and DMARC is about
	returns string // domain of mail.return_path, which SPF is about
	// spfRecord is what that domain publishes, read once for all who ask.
	spfRecord func() (maildns.SPF, error)
}

// unasked tells of name servers that did not answer; true where they did not.
func unasked(l *finding.List, what string, err error) bool {
	if !errors.Is(err, maildns.ErrNoAnswer) {
		return false
	}
	l.Skip(what, err.Error(), "run it again")
	return true
}

func (n *names) spf(_ context.Context, l *finding.List) {
	s, err := n.spfRecord()
	switch {
	case unasked(l, "SPF", err):
	case errors.Is(err, maildns.ErrAbsent):
		l.Warn("SPF", n.returns+", the domain of mail.return_path, does not say who may send in its name",
			"publish it, with the include: that the relay's documentation names; a relay that puts a return path of its own into every mail needs none here")
		l.Publish(finding.Record{Name: n.returns, Type: "TXT", Value: spfToPublish(n.cfg.SMTP.Host)})
	case len(s.Problems) > 0:
		l.Fail("SPF", fmt.Sprintf("%s: %s: %s", n.returns, s.Record, some(s.Problems)), "receivers take such a record for none, or for a reason to refuse")
	case s.All == "+all":
		l.Fail("SPF", fmt.Sprintf("%s: %s lets everybody send in its name", n.returns, s.Record), "end it in ~all")
	case !s.Permits:
		l.Warn("SPF", fmt.Sprintf("%s: %s %s", n.returns, s.Record, some(append([]string{"names nobody who may send in its name"}, s.Remarks...))),
			"add the include: that the relay's documentation names; only a relay that puts a return path of its own into every mail needs none")
	case s.All == "" || s.All == "?all":
		l.Warn("SPF", fmt.Sprintf("%s: %s says nothing of those it does not name", n.returns, s.Record), "end it in ~all, or -all")
	case len(s.Remarks) > 0:
		l.Warn("SPF", fmt.Sprintf("%s: %s: %s", n.returns, s.Record, some(s.Remarks)), "take it out of the record")
	default:
		l.Pass("SPF", fmt.Sprintf("%s: %s (%d of %d lookups)", n.returns, s.Record, s.Lookups, maildns.MaxSPFLookups))
		l.InDetail(remedy.RelayUnseen)
	}
}

// spfToPublish is a record that is right where the relay sends from the address
// it is reached at. Of one that nobody else reaches by this name, DNS knows nothing.
func spfToPublish(relay string) string {
	if address, err := netip.ParseAddr(relay); err == nil {
		switch address = address.Unmap(); {
		case outbound.CheckAddress(address, false) != nil:
			return "v=spf1 mx ~all"
		case address.Is4():
			return "v=spf1 ip4:" + address.String() + " ~all"
		}
		return "v=spf1 ip6:" + address.String() + " ~all"
	}
	relay = strings.TrimSuffix(relay, ".")
	if !strings.Contains(relay, ".") {
		return "v=spf1 mx ~all"
	}
	return "v=spf1 a:" + relay + " ~all"
}

func (n *names) dmarc(ctx context.Context, l *finding.List) {
	d, err := n.zone.DMARC(ctx, n.from)
	toPublish := finding.Record{Name: "_dmarc." + n.from, Type: "TXT", Value: "v=DMARC1; p=none; rua=mailto:postmaster@" + n.from}
	switch {
	case unasked(l, "DMARC", err):
		return
	case errors.Is(err, maildns.ErrAbsent):
		l.Warn("DMARC", n.from+" has no record: Gmail, Yahoo and Microsoft ask one of whoever sends 5,000 mails a day",
			"begin with p=none, which changes nothing and asks for reports; let that mailbox exist")
		l.Publish(toPublish)
		return
	case err != nil:
		l.Fail("DMARC", fmt.Sprintf("%s: %s: %v", d.Domain, d.Record, err), "mend the record")
		l.Publish(toPublish)
		return
	}
	n.reports(ctx, l, d)
	n.alignment(l, d)
}

// reports looks at what a record asks for, and whether its reports arrive.
func (n *names) reports(ctx context.Context, l *finding.List, d maildns.DMARC) {
	detail := fmt.Sprintf("%s: %s", d.Domain, d.Record)
	if len(d.Reports) == 0 {
		l.Warn("DMARC", detail+" asks for no reports: nobody hears when mails begin to fail", "add rua=mailto: and a mailbox")
		return
	}
	for _, uri := range d.Reports {
		takes, err := n.zone.TakesReports(ctx, d.Domain, uri)
		if err == nil && !takes {
			host := maildomain.Of(uri)
			l.Warn("DMARC", fmt.Sprintf("%s: reports to %s are not sent: %s does not say that it takes them", detail, uri, host), "its owner publishes this, or name a mailbox of your own")
			l.Publish(finding.Record{Name: d.Domain + "._report._dmarc." + host, Type: "TXT", Value: "v=DMARC1"})
			return
		}
	}
	if d.Policy == "none" {
		detail += "; once the reports show that all your mail passes, p=quarantine keeps others from using your name"
	}
	l.Pass("DMARC", detail)
}

// alignment says what lets a mail pass DMARC: a return path that SPF can vouch for, or a
// signature, of the domain that readers see.
func (n *names) alignment(l *finding.List, d maildns.DMARC) {
	byDKIM := n.cfg.DKIM.Key != nil && maildns.Aligned(n.cfg.DKIM.Domain, n.from, d.StrictDKIM)
	if n.cfg.DKIM.Key != nil && !byDKIM {
		l.Warn("alignment", fmt.Sprintf("dkim.domain, %s, is not of %s: DMARC does not count our signature", n.cfg.DKIM.Domain, n.from), "sign in the name of "+n.from+": leave dkim.domain out")
	}
	notSPF := fmt.Sprintf("the return path, %s, is not of %s", n.returns, n.from)
	bySPF := maildns.Aligned(n.returns, n.from, d.StrictSPF)
	if bySPF {
		s, err := n.spfRecord()
		if !byDKIM && unasked(l, "alignment", err) {
			return
		}
		bySPF = err == nil && len(s.Problems) == 0 && s.Permits
		notSPF = fmt.Sprintf("SPF of %s lets nobody send in its name", n.returns)
		if errors.Is(err, maildns.ErrNoAnswer) {
			notSPF = "what SPF says is not known"
		}
	}
	switch {
	case bySPF && byDKIM:
		l.Pass("alignment", "return path and signature are both of "+n.from)
	case byDKIM:
		l.Pass("alignment", fmt.Sprintf("the signature is of %s; %s: mails pass by the signature alone", n.from, notSPF))
	case bySPF:
		l.Pass("alignment", "the return path is of "+n.from+": mails pass by SPF, and where a list forwards them by the relay's signature alone")
	case d.Policy == "none":
		l.Warn("alignment", fmt.Sprintf("%s: mails pass only if the relay signs in the name of %s", notSPF, n.from), "")
		l.Do(remedy.Remedy{Code: remedy.TrySender})
	default:
		l.Warn("alignment", fmt.Sprintf("%s: unless the relay signs in the name of %s, receivers are asked to %s every mail (p=%s)",
			notSPF, n.from, map[string]string{"reject": "refuse", "quarantine": "put aside"}[d.Policy], d.Policy), "")
		l.Do(remedy.Remedy{Code: remedy.TrySender})
	}
}

// inboxes looks whether every address that the mails name can be written to.
func (n *names) inboxes(ctx context.Context, l *finding.List) {
	m := n.cfg.Mail
	uses := map[string][]string{}
	var domains []string
	for _, use := range []struct{ key, address string }{
		{"mail.return_path", m.ReturnPath}, {"mail.unsubscribe", m.Unsubscribe}, {"mail.reply_to", m.ReplyTo.Address}, {"mail.from", m.From.Address},
	} {
		domain := maildomain.Of(use.address)
		if domain == "" || use.key == "mail.from" && m.ReplyTo.Address != "" {
			continue // nobody answers to From where there is a Reply-To
		}
		if !slices.Contains(domains, domain) {
			domains = append(domains, domain)
		}
		uses[domain] = append(uses[domain], use.key)
	}
	for _, domain := range domains {
		n.inbox(ctx, l, domain, strings.Join(uses[domain], ", "))
	}
}

func (n *names) inbox(ctx context.Context, l *finding.List, domain, uses string) {
	in, err := n.zone.Inbox(ctx, domain)
	hint := "give it an MX record, or name an address elsewhere; many servers refuse mail whose sender can't be written to"
	switch {
	case unasked(l, "MX", err):
	case err != nil:
		l.Fail("MX", fmt.Sprintf("%s (%s) can't be written to: no host takes its mail", domain, uses), hint)
	case in.Refuses:
		l.Fail("MX", fmt.Sprintf("%s (%s) says that it takes no mail (RFC 7505)", domain, uses), hint)
	case len(in.Dangling) > 0:
		l.Warn("MX", fmt.Sprintf("%s (%s): %s has no address", domain, uses, some(in.Dangling)), "correct the MX record")
	case len(in.Unknown) > 0:
		l.Skip("MX", fmt.Sprintf("%s (%s): whether %s has an address is not known: %v", domain, uses, some(in.Unknown), maildns.ErrNoAnswer), "run it again")
	case in.Implicit:
		l.Warn("MX", fmt.Sprintf("%s (%s) has no MX: mail goes to the address of its web site, if anything takes it there", domain, uses), hint)
	default:
		l.Pass("MX", fmt.Sprintf("%s (%s): %s", domain, uses, some(in.Hosts)))
	}
}
