package check

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"roundup/delivery/mail"
	"roundup/digest/letter"
	"roundup/internal/check/finding"
	"roundup/internal/desk"
	"roundup/internal/loopback"
	"roundup/internal/remedy"
)

// incomplete is why something was not looked at; what is missing is said under
// configuration.
const incomplete = "the configuration is not complete"

// settings looks at the configuration: whether it is complete, and what in it
// is worth a second look.
func (c *check) settings(_ context.Context, l *finding.List) {
	cfg := c.cfg
	if problems := cfg.SendProblems(); len(problems) > 0 {
		for _, p := range problems {
			l.Fail("configuration", p.String(), p.Hint)
			l.Do(p.Do)
		}
	} else {
		l.Pass("configuration", "complete: "+cfg.Path)
	}
	for _, w := range cfg.Warnings() {
		l.Warn("configuration", w.String(), w.Hint)
		l.Do(w.Do)
	}
	for _, line := range [][2]string{{"digest.subject", cfg.Digest.Subject}, {"digest.preheader", cfg.Digest.Preheader}} {
		if err := letter.CheckThinLine(line[0], line[1]); err != nil {
			hint := ""
			if mistake := (*letter.TemplateError)(nil); errors.As(err, &mistake) {
				hint = mistake.Hint
			}
			l.Warn("configuration", err.Error()+": it would have the line that one without a template has", hint)
		}
	}
	if c.rehearsal {
		l.Warn("calendar", desk.ClockVariable+" is set: this is a rehearsal, and only a relay on this machine may be mailed",
			"unset "+desk.ClockVariable+" to send for real")
	}
	if len(cfg.Notify.Email) == 0 && cfg.Notify.URL == "" {
		l.Warn("notices", "nobody is told when an issue is held, late or skipped", "set notify.email or notify.url, better both: mail may be what is down")
	} else {
		l.Pass("notices", "somebody is told when an issue is held, late or skipped")
	}
	if cfg.Notify.HeartbeatURL != "" {
		l.Pass("heartbeat", "notify.heartbeat_url is called while all is well; it was not called now")
	}
	if cfg.Web.SignUpCode == "auto" {
		l.Pass("sign-up", "asks for a code while most sign-ups stay unconfirmed (web.sign_up_code)")
	}
	c.proxy(l)
	c.signing(l)
}

// proxy looks whether readers are told apart who come through one, as all do where the
// pages listen on this machine alone and have another's name. It is on this machine, too.
func (c *check) proxy(l *finding.List) {
	host, _, err := net.SplitHostPort(c.cfg.Web.Listen)
	base, badBase := url.Parse(c.cfg.Newsletter.BaseURL)
	if err != nil || badBase != nil || base.Host == "" || loopback.Is(base.Hostname()) || !loopback.Is(host) {
		return
	}
	here := func(p netip.Prefix) bool {
		return p.Contains(netip.AddrFrom4([4]byte{127, 0, 0, 1})) || p.Contains(netip.IPv6Loopback())
	}
	if slices.ContainsFunc(c.cfg.Web.Proxies(), here) {
		l.Pass("proxy", "X-Forwarded-For is believed from "+strings.Join(c.cfg.Web.TrustedProxies, ", "))
		return
	}
	l.Warn("proxy", "readers come through one that web.trusted_proxies does not name: all who sign up count as one network, and few of one may in an hour",
		"set web.trusted_proxies to 127.0.0.1, its address, and let it pass X-Forwarded-For")
}

// signing says what signs. That the key and the settings fit was seen when they
// were read; what DNS says of the key is domain's.
func (c *check) signing(l *finding.List) {
	if c.cfg.DKIM.Key == nil {
		return // most relays sign
	}
	dkim := c.cfg.DKIM
	detail := fmt.Sprintf("DKIM, %s, published at %s",
		mail.DescribeKey(dkim.Key.Public()), mail.DKIMName(dkim.Domain, dkim.Selector))
	if _, ok := dkim.Key.Public().(ed25519.PublicKey); ok {
		l.Warn("signing", detail, "")
		l.InDetail(remedy.RecordNotForAll)
		l.Do(remedy.Remedy{Code: remedy.MakeRSA})
		return
	}
	l.Pass("signing", detail)
	l.InDetail(remedy.RecordShown)
}
