package check

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"roundup/delivery/relay"
	"roundup/digest/letter"
	"roundup/internal/check/finding"
	"roundup/internal/desk"
	"roundup/internal/loopback"
	"roundup/internal/remedy"
	"roundup/internal/wording"
)

// certificateSoon is how long before its end a relay's certificate is worth a word.
const certificateSoon = 14 * 24 * time.Hour

// relay connects, signs in, and looks at what the server offers. No mail is begun.
func (c *check) relay(ctx context.Context, l *finding.List) {
	cfg := c.cfg.SMTP
	address := fmt.Sprintf("%s:%d", cfg.Host, cfg.Port)
	switch {
	case len(c.cfg.SendProblems()) > 0:
		l.Skip("relay", "not asked: "+incomplete, "")
		return
	case c.extent.Offline:
		l.Skip("relay", address+" not asked", "")
		l.InDetail(remedy.Offline)
		return
	case c.rehearsal && !loopback.Is(cfg.Host):
		l.Skip("relay", address+" not asked: this is a rehearsal", "")
		return
	}
	server, err := relay.New(desk.RelaySettings(c.cfg))
	if err != nil {
		l.Fail("relay", err.Error(), "")
		return
	}
	limited, cancel := context.WithTimeout(ctx, patienceRelay)
	defer cancel()
	offer, err := server.Try(limited, c.cfg.Mail.ReturnPath)
	var trouble *relay.Trouble
	switch {
	case errors.As(err, &trouble):
		detail := trouble.Error()
		if limited.Err() != nil && ctx.Err() == nil {
			detail = fmt.Sprintf("%s: no answer within %s", address, wording.Span(patienceRelay))
		}
		l.Fail("relay", detail, trouble.Hint)
	case err != nil:
		l.Fail("relay", err.Error(), "")
	default:
		took := "connection"
		if cfg.Username != "" {
			took = "login"
		}
		l.Pass("relay", fmt.Sprintf("%s takes our %s, and mail from %s", address, took, c.cfg.Mail.ReturnPath))
	}
	if err == nil || len(offer.Extensions) > 0 {
		c.encryption(l, offer)
		c.extensions(l, offer)
	}
}

// encryption says how the connection is protected. A relay's certificate runs
// out by the machine's calendar.
func (c *check) encryption(l *finding.List, o relay.Offer) {
	if o.TLS == "" {
		if loopback.Is(c.cfg.SMTP.Host) {
			l.Pass("encryption", "none, and none is needed: the relay is on this machine")
			return
		}
		l.Warn("encryption", "none: whoever is on the way reads the mails, their readers' addresses and the password", "smtp.tls: starttls, or implicit")
		return
	}
	left := o.Expires.Sub(c.now())
	detail := fmt.Sprintf("%s, %s; the certificate, by %s, is good until %s", o.TLS, o.Cipher, o.Issuer, o.Expires.In(c.cfg.Newsletter.Timezone).Format("2 January 2006"))
	if left < certificateSoon && !c.rehearsal {
		l.Warn("encryption", detail+": in "+wording.Count(int(left.Hours()/24), "day"), "tell the relay's operator: once it has run out, issues are held")
		return
	}
	l.Pass("encryption", detail)
}

// extensions says what the relay offers and what follows from it.
func (c *check) extensions(l *finding.List, o relay.Offer) {
	pace := "four round trips a mail"
	switch {
	case o.Has("PIPELINING") && o.Has("CHUNKING"):
		pace = "one round trip a mail"
	case o.Has("PIPELINING"):
		pace = "two round trips a mail"
	}
	l.Pass("offers", strings.Join(o.Extensions, ", ")+": "+pace)
	if says, ok := o.Says("SIZE"); ok {
		if limit, err := strconv.ParseInt(says, 10, 64); err == nil && limit > 0 && limit < 4*letter.MaxHTML {
			l.Warn("size limit", "the relay takes mails of at most "+wording.Bytes(limit), "a mail has its HTML, its text and what encoding adds; see size above")
		}
	}
	if !o.Has("SMTPUTF8") {
		l.Pass("addresses", "no SMTPUTF8: readers whose address has other than ASCII letters before the @ can't be mailed through this relay, and their deliveries say so")
	}
}
