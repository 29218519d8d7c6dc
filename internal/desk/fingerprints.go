package desk

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"roundup/config"
	"roundup/store/ledger"
)

// Fingerprints are of the settings that make a mail of an issue under way what it is, and how
// it is sent: what goes into Letter and delivery.Settings. Templates, sections and links are
// not among them: an issue was frozen with those. Nor is what a machine has of its own
// (connections, local_name, paths), or a password, which could be found by trying.
func Fingerprints(c *config.Config) ledger.Fingerprints {
	m, s := c.Mail, c.SMTP
	all := ledger.Fingerprints{}
	for key, value := range map[string]any{
		"newsletter.name":        c.Newsletter.Name,
		"newsletter.base_url":    c.Newsletter.BaseURL,
		"mail.from":              m.From.String(),
		"mail.reply_to":          m.ReplyTo.String(),
		"mail.return_path":       m.ReturnPath,
		"mail.verp":              m.VERP,
		"mail.unsubscribe":       m.Unsubscribe,
		"mail.feedback_id":       m.FeedbackID,
		"web.archive":            c.Web.Archive == "public",
		"bounces.webhooks":       slices.Sorted(maps.Keys(c.Bounces.Webhooks.Secrets())),
		"dkim.domain":            c.DKIM.Domain,
		"dkim.selector":          c.DKIM.Selector,
		"dkim.key_file":          publicKey(c.DKIM),
		"smtp.host":              s.Host,
		"smtp.port":              s.Port,
		"smtp.username":          s.Username,
		"smtp.tls":               s.TLS,
		"smtp.rate":              s.Rate,
		"smtp.per_hour":          s.PerHour,
		"delivery.unknown":       c.Delivery.Unknown,
		"delivery.give_up_after": c.Delivery.GiveUpAfter,
	} {
		all[key] = fmt.Sprintf("%.4x", sha256.Sum256(fmt.Append(nil, key, "=", value)))
	}
	return all
}

// publicKey is the public half of the key that mails are signed with; nothing where there is none.
func publicKey(d config.DKIM) []byte {
	if d.Key == nil {
		return nil
	}
	public, _ := x509.MarshalPKIXPublicKey(d.Key.Public()) // of a kind that was read from PEM
	return public
}

// compared is what a desk knows of workers with other settings.
type compared struct {
	since time.Time // somebody has others; zero while nobody does
	said  string    // who, and which
}

// tellOfWorkers tells of workers that send by other settings than this process has: at once
// where one is at work on an issue, else once it has been so for as long as it takes to start
// all of them anew.
func (d *Desk) tellOfWorkers(ctx context.Context) error {
	const cause = "workers differ"
	if !d.workers {
		return nil
	}
	atWork, _, err := d.store.Workers(ctx)
	if err != nil {
		return err
	}
	differing := ledger.DifferingOf(atWork, Fingerprints(d.cfg))
	if len(differing) == 0 {
		d.compared.since, d.compared.said = time.Time{}, ""
		return d.end(ctx, cause, News{Kind: WorkersAgree})
	}
	if d.compared.since.IsZero() {
		d.compared.since = d.now()
	}
	d.logDiffering(differing)
	sending := slices.ContainsFunc(differing, func(one ledger.Differing) bool { return one.Worker.Issue != 0 })
	if !sending && d.now().Sub(d.compared.since) < changedFor {
		return nil
	}
	return d.begin(ctx, cause, News{Kind: WorkersDiffer, Differing: differing})
}

// logDiffering says who differs, where that is news.
func (d *Desk) logDiffering(differing []ledger.Differing) {
	text := ""
	for _, one := range differing {
		text += fmt.Sprintln(one.Worker.Name, one.Settings)
	}
	if text == d.compared.said {
		return
	}
	d.compared.said = text
	for _, one := range differing {
		d.log.Warn("a worker sends by other settings than this process has", "worker", one.Worker.Name, "settings", strings.Join(one.Settings, ", "))
	}
}
