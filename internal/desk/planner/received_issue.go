package planner

import (
	"errors"
	"fmt"
	netmail "net/mail"
	"slices"
	"strings"

	"roundup/config"
	"roundup/delivery/mail"
	"roundup/digest/letter"
	"roundup/internal/eml"
	"roundup/store/content"
)

// ErrNoIssue is returned for a mail that is no issue of this newsletter.
var ErrNoIssue = errors.New("this is not an issue of this newsletter")

// ErrUnclear is returned for a part of an issue whose articles can't be told from its other
// links, so that nobody knows which are missing.
var ErrUnclear = errors.New("this has some of the issue's articles, and which can't be read from its links")

// Received is an issue as copies of readers show it.
type Received struct {
	content.SentIssue     // Number is 0 where the mail has none
	Of                int // how many articles the issue had; 0 where no mail says
	whole             bool
}

// Missing is how many of its articles are in none of the copies, as far as they say: their
// readers turned the sections off.
func (r Received) Missing() int {
	if r.whole {
		return 0
	}
	return max(r.Of-len(r.Links), 0)
}

// Join adds what another copy of the issue has.
func (r *Received) Join(o Received) {
	for _, link := range o.Links {
		if !slices.Contains(r.Links, link) {
			r.Links = append(r.Links, link)
		}
	}
	r.Of, r.whole = max(r.Of, o.Of), r.whole || o.whole
	if o.Start.Before(r.Start) { // one that a reader asked for is dated then
		r.Start = o.Start
	}
}

// ReceivedIssue reads from a reader's copy of an issue what the issue was: its
// number, when it started, and what it carried. The articles are what its headings
// lead to; in a mail whose headings lead nowhere, every link.
func ReceivedIssue(c *config.Config, m *eml.Message) (issue Received, err error) {
	if id := m.Get("List-Id"); !strings.HasSuffix(strings.ToLower(strings.TrimSpace(id)), "<"+ListID(c)+">") {
		return issue, fmt.Errorf("%w: its List-Id is %q and not %s", ErrNoIssue, id, ListID(c))
	}
	if mail.IsTest(m.Get("Message-ID")) {
		return issue, fmt.Errorf("%w: it is a test mail", ErrNoIssue)
	}
	var mark mail.IssueMark
	if text := m.Get(mail.IssueHeader); text != "" {
		if mark, err = mail.ParseIssueMark(text); err != nil {
			return issue, fmt.Errorf("%w: %s: %w", ErrNoIssue, mail.IssueHeader, err)
		}
	}
	issue.Number, issue.Of, issue.whole = mark.Number, mark.Of, mark.Of > 0 && mark.Articles == mark.Of
	if issue.Start, err = netmail.ParseDate(m.Get("Date")); err != nil {
		return issue, fmt.Errorf("%w: its Date is %q", ErrNoIssue, m.Get("Date"))
	}
	part, found := m.Part("text/html")
	if !found {
		return issue, fmt.Errorf("%w: it has no HTML part to read links from", ErrNoIssue)
	}
	issue.Links = articleLinks(eml.ReadHTML(part.Text).Links, c.Digest.LinkParams)
	if mark.Articles < mark.Of && mark.Articles != len(issue.Links) {
		return issue, ErrUnclear
	}
	return issue, nil
}

func articleLinks(links []eml.Link, params []config.Param) []string {
	leads := func(l eml.Link) bool { return l.Heading && !strings.HasPrefix(l.URL, "#") }
	if slices.ContainsFunc(links, leads) {
		links = slices.DeleteFunc(links, func(l eml.Link) bool { return !leads(l) })
	}
	var all []string
	for _, l := range links {
		canonical := letter.PrintedCanonical(l.URL, linkParams(params))
		if canonical != "" && !slices.Contains(all, canonical) {
			all = append(all, canonical)
		}
	}
	return all
}

func linkParams(configured []config.Param) []letter.LinkParam {
	var all []letter.LinkParam
	for _, p := range configured {
		all = append(all, letter.LinkParam(p))
	}
	return all
}
