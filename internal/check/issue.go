package check

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/clipperhouse/uax29/v2/graphemes"

	"roundup/digest"
	"roundup/internal/check/finding"
	"roundup/internal/desk/planner"
	"roundup/internal/remedy"
	"roundup/internal/wording"
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
	p, draft, ok := c.draft(ctx, issue, mail)
	if !ok {
		return
	}
	c.links(ctx, mail, p, draft)
	c.spam(ctx, mail, draft)
}

// draft compiles the next issue and looks at it and its mail. ok is false where
// there is no mail to look at.
func (c *check) draft(ctx context.Context, issue, mail *finding.List) (planner.Plan, planner.Draft, bool) {
	c.underWay(ctx, issue)
	preview := c.desk.Preview
	if c.extent.Offline {
		preview = c.desk.PreviewOffline // with its pictures linked, where they are to be embedded
	}
	p, err := preview(ctx, time.Time{})
	if err != nil {
		issue.Fail("next issue", err.Error(), "")
		return p, planner.Draft{}, false
	}
	c.nextIssue(issue, p)
	inboxLine(issue, p)
	draft, err := c.desk.Draft(p, nil)
	if err != nil {
		failTemplate(mail, "template", err)
		return p, draft, false
	}
	c.mail(mail, p, draft)
	return p, draft, true
}

// underWay says what an issue that has not ended is waiting for.
func (c *check) underWay(ctx context.Context, l *finding.List) {
	issues, err := c.store.UnderWay(ctx)
	if err != nil {
		l.Fail("under way", err.Error(), "")
		return
	}
	for _, i := range issues {
		switch i.Status {
		case digest.Held:
			l.Fail("under way", fmt.Sprintf("issue %d is held: %s", i.Number, i.Why), "")
			l.Do(remedy.Remedy{Code: remedy.Release, About: strconv.Itoa(i.Number)})
		case digest.Waiting:
			l.Warn("under way", fmt.Sprintf("issue %d is waiting: %s", i.Number, i.Why), "")
			l.Do(remedy.Remedy{Code: remedy.Follow})
		default:
			l.Pass("under way", fmt.Sprintf("issue %d is going out", i.Number))
		}
	}
}

func (c *check) nextIssue(l *finding.List, p planner.Plan) {
	due := ""
	if p.SlotLabel != "" {
		due = "due " + p.SlotLabel
	}
	if p.Enough {
		l.Pass("next issue", fmt.Sprintf("No. %d, %s; %s", p.Issue.Number, wording.Count(p.Selection.Count(), "article"), due))
	} else {
		l.Warn("next issue", fmt.Sprintf("No. %d, %d of at least %s: it would be skipped; %s", p.Issue.Number, p.Lacks.Articles, wording.Count(p.Lacks.Least, "article"), due), "")
		l.Do(remedy.Remedy{Code: remedy.Explain})
	}
	if due == "" {
		l.InDetail(remedy.NoSchedule)
	}
	var undated []int64
	for _, a := range p.Issue.Articles() {
		if a.Published.IsZero() {
			undated = append(undated, a.ID)
		}
	}
	if len(undated) > 0 {
		l.Warn("dates", wording.Count(len(undated), "article")+" without a date: they stand last in their sections and never lead", "move them by hand where they should stand higher")
		l.About(undated...)
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
func inboxLine(l *finding.List, p planner.Plan) {
	subject, preheader := inboxText(p.Issue.Subject), inboxText(p.Issue.Preheader)
	n := len(subject)
	switch {
	case n > subjectScreen:
		l.Warn("subject", fmt.Sprintf("%s: “%s”; also wide screens cut it, a phone after “%s”", wording.Count(n, "character"), subject.cut(n), subject.cut(subjectPhone)),
			unlessByHand(p.Edits.Subject, "put what matters first, or shorten digest.subject"))
		l.Do(ifByHand(p.Edits.Subject, remedy.ShortenSubject))
	case n > subjectPhone:
		l.Pass("subject", fmt.Sprintf("“%s”, %s; a phone shows “%s”", subject.cut(n), wording.Count(n, "character"), subject.cut(subjectPhone)))
	default:
		l.Pass("subject", fmt.Sprintf("“%s”, %s", subject.cut(n), wording.Count(n, "character")))
	}
	n = len(preheader)
	switch {
	case n == 0:
		l.Warn("preheader", "there is none: inboxes show the mail's first words instead", "set digest.preheader")
	case n < preheaderLeast:
		l.Warn("preheader", fmt.Sprintf("“%s”, %s: inboxes have room for %d", preheader.cut(n), wording.Count(n, "character"), preheaderPhone),
			unlessByHand(p.Edits.Preheader, "say more in digest.preheader"))
		l.Do(ifByHand(p.Edits.Preheader, remedy.LengthenPre))
	case n > preheaderPhone:
		l.Pass("preheader", fmt.Sprintf("%s; a phone shows “%s”", wording.Count(n, "character"), preheader.cut(preheaderPhone)))
	default:
		l.Pass("preheader", fmt.Sprintf("“%s”, %s", preheader.cut(n), wording.Count(n, "character")))
	}
}

// What a person set by hand goes before the setting, and is changed by hand.

func unlessByHand(edited, hint string) string {
	if edited != "" {
		return ""
	}
	return hint
}

func ifByHand(edited string, code remedy.Code) remedy.Remedy {
	if edited == "" {
		return remedy.Remedy{}
	}
	return remedy.Remedy{Code: code}
}

// characters is a text in what readers take for characters (UAX 29): an emoji of
// several parts is one.
type characters []string

// inboxText is a line as an inbox counts it: marks of direction take no room.
func inboxText(s string) characters {
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, s)
	var all characters
	for clusters := graphemes.FromString(s); clusters.Next(); {
		all = append(all, clusters.Value())
	}
	return all
}

// cut is the first n characters, with an ellipsis where there are more.
func (c characters) cut(n int) string {
	if len(c) <= n {
		return strings.Join(c, "")
	}
	return strings.TrimRight(strings.Join(c[:n], ""), " ") + "…"
}

// beginning is the first words of a text, as a finding quotes them.
func beginning(s string) string { return inboxText(s).cut(quotedMost) }

// quotedMost is how many characters of a headline a finding quotes.
const quotedMost = 40
