package desk

import (
	"context"
	"fmt"
	"time"
	"unicode/utf8"

	"roundup/digest"
	"roundup/internal/finding"
)

// Where inboxes cut the two lines that decide whether a mail is opened, in
// characters: a narrow phone and a wide screen for the subject, and what most
// show of the preheader.
const (
	subjectPhone   = 40
	subjectScreen  = 78
	preheaderPhone = 90
	preheaderLeast = 30
)

// issueAndMail looks at the next issue, its mail and, unless offline, at where
// the mail leads.
func (c *check) issueAndMail(ctx context.Context, issue, mail *finding.List) {
	draft, ok := c.draft(ctx, issue, mail)
	if !ok {
		return
	}
	c.links(ctx, mail, draft)
	c.spam(ctx, mail, draft)
}

// draft compiles the next issue and looks at it and its mail. ok is false where
// there is no mail to look at.
func (c *check) draft(ctx context.Context, issue, mail *finding.List) (Draft, bool) {
	c.underWay(ctx, issue)
	preview := c.d.Preview
	if c.options.Offline {
		preview = c.d.foretaste // with its pictures linked, where they are to be embedded
	}
	p, err := preview(ctx, time.Time{})
	if err != nil {
		issue.Fail("next issue", err.Error(), "")
		return Draft{}, false
	}
	c.nextIssue(issue, p)
	c.inboxLine(issue, p.Issue)
	draft, err := c.d.Draft(p, nil)
	if err != nil {
		mail.Fail("template", err.Error(), "`roundup preview` shows the mail once it can be made")
		return draft, false
	}
	c.mail(mail, p, draft)
	return draft, true
}

// underWay says what an issue that has not ended is waiting for.
func (c *check) underWay(ctx context.Context, l *finding.List) {
	issues, err := c.d.store.UnderWay(ctx)
	if err != nil {
		l.Fail("under way", err.Error(), "")
		return
	}
	for _, i := range issues {
		switch i.Status {
		case digest.Held:
			l.Fail("under way", fmt.Sprintf("issue %d is held: %s", i.Number, i.Why),
				fmt.Sprintf("mend the cause, then `roundup issues release %d` and `roundup send`", i.Number))
		case digest.Waiting:
			l.Warn("under way", fmt.Sprintf("issue %d is waiting: %s", i.Number, i.Why), "it goes on by itself; `roundup report` tells how far it is")
		default:
			l.Pass("under way", fmt.Sprintf("issue %d is going out", i.Number))
		}
	}
}

func (c *check) nextIssue(l *finding.List, p Plan) {
	due := "no schedule is set: it goes out by `roundup send --now`"
	if p.SlotLabel != "" {
		due = "due " + p.SlotLabel
	}
	if p.Enough {
		l.Pass("next issue", fmt.Sprintf("No. %d, %s; %s", p.Issue.Number, count(p.Selection.Count(), "article"), due))
	} else {
		l.Warn("next issue", fmt.Sprintf("No. %d, %s: it would be skipped; %s", p.Issue.Number, p.Why, due), "`roundup explain` says why")
	}
	for _, problem := range p.Selection.Problems {
		l.Warn("edits", problem, "")
	}
	for _, r := range p.Remarks {
		if r.Warning {
			l.Warn(r.What, r.Text, "")
		} else {
			l.Pass(r.What, r.Text)
		}
	}
}

// inboxLine looks at the subject and the preheader as an inbox shows them.
func (c *check) inboxLine(l *finding.List, issue digest.Issue) {
	subject, preheader := issue.Subject, issue.Preheader
	n := utf8.RuneCountInString(subject)
	switch {
	case n > subjectScreen:
		l.Warn("subject", fmt.Sprintf("%d characters: %q; also wide screens cut it, a phone after %q", n, subject, firstRunes(subject, subjectPhone)),
			"put what matters first, or shorten digest.subject")
	case n > subjectPhone:
		l.Pass("subject", fmt.Sprintf("%q, %d characters; a phone shows %q", subject, n, firstRunes(subject, subjectPhone)))
	default:
		l.Pass("subject", fmt.Sprintf("%q, %d characters", subject, n))
	}
	n = utf8.RuneCountInString(preheader)
	switch {
	case n == 0:
		l.Warn("preheader", "there is none: inboxes show the mail's first words instead", "set digest.preheader")
	case n < preheaderLeast:
		l.Warn("preheader", fmt.Sprintf("%q, %d characters: inboxes have room for %d", preheader, n, preheaderPhone), "say more in digest.preheader")
	case n > preheaderPhone:
		l.Pass("preheader", fmt.Sprintf("%d characters; a phone shows %q", n, firstRunes(preheader, preheaderPhone)))
	default:
		l.Pass("preheader", fmt.Sprintf("%q, %d characters", preheader, n))
	}
}

// firstRunes is the beginning of a text as an inbox cuts it.
func firstRunes(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n]) + "…"
}
