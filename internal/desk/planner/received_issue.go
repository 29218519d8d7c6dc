package planner

import (
	"errors"
	"fmt"
	netmail "net/mail"
	"slices"
	"strconv"
	"strings"

	"roundup/config"
	"roundup/delivery/mail"
	"roundup/digest/letter"
	"roundup/internal/eml"
	"roundup/store/content"
)

// ErrNoIssue is returned for a mail that is no issue of this newsletter.
var ErrNoIssue = errors.New("this is not an issue of this newsletter")

// ReceivedIssue reads from a reader's copy of an issue what the issue was: its
// number (0 where the mail has none), when it started, and what it carried. The
// articles are what its headings lead to; in a mail whose headings lead nowhere,
// every link.
func ReceivedIssue(c *config.Config, m *eml.Message) (issue content.SentIssue, err error) {
	if id := m.Get("List-Id"); !strings.HasSuffix(strings.ToLower(strings.TrimSpace(id)), "<"+ListID(c)+">") {
		return issue, fmt.Errorf("%w: its List-Id is %q and not %s", ErrNoIssue, id, ListID(c))
	}
	if mail.IsTest(m.Get("Message-ID")) {
		return issue, fmt.Errorf("%w: it is a test mail", ErrNoIssue)
	}
	if number := m.Get(mail.IssueHeader); number != "" {
		if issue.Number, err = strconv.Atoi(number); err != nil || issue.Number < 1 {
			return issue, fmt.Errorf("%w: its %s is %q", ErrNoIssue, mail.IssueHeader, number)
		}
	}
	if issue.Start, err = netmail.ParseDate(m.Get("Date")); err != nil {
		return issue, fmt.Errorf("%w: its Date is %q", ErrNoIssue, m.Get("Date"))
	}
	part, found := m.Part("text/html")
	if !found {
		return issue, fmt.Errorf("%w: it has no HTML part to read links from", ErrNoIssue)
	}
	issue.Links = articleLinks(eml.ReadHTML(part.Text).Links, c.Digest.LinkParams)
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
