package desk

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"roundup/delivery"
	"roundup/digest"
	"roundup/subscribers"
)

// CheckOutcome is how one check ended.
type CheckOutcome string

const (
	CheckPassed CheckOutcome = "passed"
	CheckWarned CheckOutcome = "warned" // worth a look; a send goes out all the same
	CheckFailed CheckOutcome = "failed" // a send would not go out, or not go well
)

// Finding is the result of one check.
type Finding struct {
	Outcome CheckOutcome `json:"outcome"`
	What    string       `json:"what"`
	Detail  string       `json:"detail"`
	Hint    string       `json:"hint,omitempty"`
}

// maxHTML is what Gmail shows of a mail before it cuts it off, with a margin.
const maxHTML = 100_000

// Check looks at everything a send depends on, in the order it would be met.
func (d *Desk) Check(ctx context.Context) []Finding {
	var all []Finding
	add := func(outcome CheckOutcome, what, detail, hint string) {
		all = append(all, Finding{outcome, what, detail, hint})
	}
	for _, check := range []func(context.Context, func(CheckOutcome, string, string, string)){
		d.checkReady, d.checkSigning, d.checkSources, d.checkIssue, d.checkWayOut, d.checkList, d.checkRelay,
	} {
		if ctx.Err() != nil {
			break
		}
		check(ctx, add)
	}
	return all
}

type report = func(outcome CheckOutcome, what, detail, hint string)

func (d *Desk) checkReady(ctx context.Context, add report) {
	if problems := d.cfg.SendProblems(); len(problems) > 0 {
		for _, p := range problems {
			add(CheckFailed, "configuration", p.String(), p.Hint)
		}
	} else {
		add(CheckPassed, "configuration", "complete: "+d.cfg.Path, "")
	}
	for _, w := range d.cfg.Warnings() {
		add(CheckWarned, "configuration", w.String(), w.Hint)
	}
	standing, err := d.store.Standing(ctx)
	switch {
	case err != nil:
		add(CheckFailed, "database", err.Error(), "")
	case standing.Copy || standing.OtherMachine:
		add(CheckFailed, "database", standing.Detail, "run `roundup adopt`")
	default:
		add(CheckPassed, "database", d.store.Path(), "")
	}
}

// checkSigning says what signs and what must be published for it. That the key
// and the settings fit was seen when they were read.
func (d *Desk) checkSigning(_ context.Context, add report) {
	dkim := d.cfg.DKIM
	if d.signer == nil {
		return // most relays sign
	}
	detail := fmt.Sprintf("DKIM, %s, published at %s (`roundup dkim-key --show` prints the record)",
		delivery.DescribeKey(dkim.Key.Public()), delivery.DKIMName(dkim.Domain, dkim.Selector))
	if _, ok := dkim.Key.Public().(ed25519.PublicKey); ok {
		add(CheckWarned, "signing", detail+": not every receiver verifies Ed25519", "`roundup dkim-key --rsa` makes a key that all do")
		return
	}
	add(CheckPassed, "signing", detail, "")
}

func (d *Desk) checkSources(ctx context.Context, add report) {
	fetched, err := d.Fetch(ctx)
	if err != nil {
		add(CheckFailed, "sources", err.Error(), "")
		return
	}
	if len(fetched) == 0 {
		add(CheckFailed, "sources", "none is configured", "add one under sources:")
	}
	records, err := d.sources(ctx)
	if err != nil {
		add(CheckFailed, "sources", err.Error(), "")
		return
	}
	for i, f := range fetched {
		quarantined := records[i].Quarantined // also of earlier readings
		switch {
		case f.Error != "":
			add(CheckFailed, "source", f.Source+": "+f.Error, "")
		case quarantined > 0:
			add(CheckWarned, "source", fmt.Sprintf("%s: %s quarantined", f.Source, count(quarantined, "article")), "`roundup sources accept` or `ignore`")
		case len(f.Warnings) > 0:
			add(CheckWarned, "source", f.Source+": "+strings.Join(f.Warnings, "; "), "")
		default:
			add(CheckPassed, "source", f.Source+": "+sourceSaid(f), "")
		}
	}
}

func sourceSaid(f Fetched) string {
	if f.NotModified {
		return "not changed since the last reading"
	}
	return count(f.Items, "item")
}

// count is "1 reader" or "3 readers".
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

func (d *Desk) checkIssue(ctx context.Context, add report) {
	p, err := d.Preview(ctx, time.Time{})
	if err != nil {
		add(CheckFailed, "next issue", err.Error(), "")
		return
	}
	if p.Enough {
		add(CheckPassed, "next issue", fmt.Sprintf("%q, %s", p.Issue.Subject, count(p.Selection.Count(), "article")), "")
	} else {
		add(CheckWarned, "next issue", p.Why+": it would be skipped", "`roundup explain` says why")
	}
	for _, problem := range p.Selection.Problems {
		add(CheckWarned, "edits", problem, "")
	}
	draft, err := d.Draft(p, nil)
	if err != nil {
		add(CheckFailed, "mail", err.Error(), "")
		return
	}
	size := fmt.Sprintf("%d bytes of HTML", len(draft.HTML))
	if len(draft.HTML) > maxHTML {
		add(CheckWarned, "mail", size+": Gmail cuts it off", "lower digest.max_articles")
		return
	}
	add(CheckPassed, "mail", size, "")
	d.checkPictures(p.Issue, add)
}

func (d *Desk) checkPictures(issue digest.Issue, add report) {
	for _, a := range issue.Articles() {
		if a.Image.URL != "" && a.Image.Alt == "" {
			add(CheckWarned, "pictures", fmt.Sprintf("%q: the picture has no alternative text in the feed", a.Headline), "")
		}
	}
}

// checkWayOut makes sure readers can leave.
func (d *Desk) checkWayOut(ctx context.Context, add report) {
	base := d.cfg.Newsletter.BaseURL
	if base == "" && d.cfg.Mail.Unsubscribe == "" {
		return // what is missing was said under "configuration"
	}
	if base == "" {
		add(CheckWarned, "way out", "newsletter.base_url is not set: readers leave by mail to "+d.cfg.Mail.Unsubscribe,
			"read that mailbox with `roundup bounces read`")
		return
	}
	if err := d.answers(ctx); err != nil {
		add(CheckWarned, "way out", fmt.Sprintf("%s does not answer from here: %v", base, err), "is `roundup serve` running, and the proxy before it?")
		return
	}
	add(CheckPassed, "way out", base+" answers", "")
}

// answers asks the readers' pages for the page of a test mail.
func (d *Desk) answers(ctx context.Context) error {
	token := d.keyring.Token(subscribers.PurposeTest, 1, subscribers.PublicID{})
	res, err := d.own.Get(ctx, d.cfg.Newsletter.BaseURL+"/u/"+token, nil, 1<<20)
	if err != nil {
		return err
	}
	if res.Status != http.StatusOK {
		return fmt.Errorf("it answers %d to an unsubscribe link", res.Status)
	}
	return nil
}

func (d *Desk) checkList(ctx context.Context, add report) {
	n, err := d.store.Mailable(ctx)
	switch {
	case err != nil:
		add(CheckFailed, "list", err.Error(), "")
	case n == 0:
		add(CheckWarned, "list", "nobody would be mailed", "`roundup subscribers import FILE`")
	default:
		add(CheckPassed, "list", count(n, "reader")+" would be mailed", "")
	}
}

func (d *Desk) checkRelay(ctx context.Context, add report) {
	relay := fmt.Sprintf("%s:%d", d.cfg.SMTP.Host, d.cfg.SMTP.Port)
	if d.mailer == nil {
		return // what is missing was said under "configuration"
	}
	conn, err := d.mailer.Dial(ctx)
	if err != nil {
		hint := ""
		var trouble *delivery.Trouble
		if errors.As(err, &trouble) {
			hint = trouble.Hint
		}
		add(CheckFailed, "relay", err.Error(), hint)
		return
	}
	if err := conn.Close(); err != nil {
		add(CheckWarned, "relay", relay+": connected, but "+err.Error(), "")
		return
	}
	took := "connection"
	if d.cfg.SMTP.Username != "" {
		took = "login"
	}
	add(CheckPassed, "relay", relay+" takes our "+took, "")
}
