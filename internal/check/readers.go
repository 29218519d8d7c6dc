package check

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"roundup/digest"
	"roundup/internal/check/finding"
	"roundup/internal/remedy"
	"roundup/internal/wording"
)

// badBounces is the share of an issue's readers whose own servers refused it
// from which on a relay, or a mailbox provider, begins to ask questions.
const badBounces = 0.05

// readers looks at who would be mailed, how the last issue fared, and at the
// readers' way out.
func (c *check) readers(ctx context.Context, l *finding.List) {
	c.list(ctx, l)
	c.lastIssue(ctx, l)
	c.wayOut(ctx, l)
}

func (c *check) list(ctx context.Context, l *finding.List) {
	n, err := c.store.Mailable(ctx)
	switch {
	case err != nil:
		l.Fail("list", err.Error(), "")
	case n == 0:
		l.Warn("list", "nobody would be mailed", "")
		l.Do(remedy.Remedy{Code: remedy.ImportReaders})
	default:
		l.Pass("list", wording.Count(n, "reader")+" would be mailed")
	}
}

// lastIssue says how many servers refused the last issue.
func (c *check) lastIssue(ctx context.Context, l *finding.List) {
	issues, err := c.store.Issues(ctx, 1)
	if err != nil || len(issues) == 0 || issues[0].Status != digest.Sent {
		return // what is under way is told with the next issue
	}
	tally, err := c.store.Tally(ctx, issues[0].ID)
	if err != nil {
		l.Fail("last issue", err.Error(), "")
		return
	}
	handed := tally.Sent + tally.Failed + tally.Unknown
	detail := fmt.Sprintf("No. %d: %d sent, %d refused for good, %d unknown", issues[0].Number, tally.Sent, tally.Failed, tally.Unknown)
	if handed >= 20 && float64(tally.Failed) > badBounces*float64(handed) {
		l.Warn("last issue", detail+": more than one in twenty", "")
		l.Do(remedy.Remedy{Code: remedy.ReadReport, About: strconv.Itoa(issues[0].Number)})
		return
	}
	l.Pass("last issue", detail)
}

// wayOut makes sure readers can leave: by asking for the page of a test mail and
// pressing its button as a mail provider does, which changes nothing.
func (c *check) wayOut(ctx context.Context, l *finding.List) {
	cfg := c.cfg
	base := cfg.Newsletter.BaseURL
	switch {
	case base == "" && cfg.Mail.Unsubscribe == "":
		l.Skip("way out", "not asked: "+incomplete, "")
		return
	case base == "":
		l.Warn("way out", "newsletter.base_url is not set: readers leave by mail to "+cfg.Mail.Unsubscribe, "")
		l.Do(remedy.Remedy{Code: remedy.ReadBounces})
		return
	case c.extent.Offline:
		l.Skip("way out", base+" not asked", "")
		l.InDetail(remedy.Offline)
		return
	}
	if err := c.desk.Answers(ctx); err != nil {
		if noNetwork(err) {
			l.Skip("way out", fmt.Sprintf("%s not looked at: no network: %v", base, err), "")
			return
		}
		l.Fail("way out", fmt.Sprintf("%s does not answer from here: %v", base, err), "") // a send refuses to start
		l.Do(remedy.Remedy{Code: remedy.StartPages})
		return
	}
	l.Pass("way out", base+" answers")
	c.oneClick(ctx, l, base+"/u/", c.desk.TestToken())
}

// oneClick presses the button of a test mail, and tries whether anything at all
// is answered so.
func (c *check) oneClick(ctx context.Context, l *finding.List, pages, token string) {
	post := func(token string) (int, error) {
		return c.own.Post(ctx, pages+token, "application/x-www-form-urlencoded", []byte("List-Unsubscribe=One-Click"))
	}
	status, err := post(token)
	switch {
	case err != nil:
		l.Fail("one click", "the POST of a mail provider is not answered: "+err.Error(), "")
		l.Do(remedy.Remedy{Code: remedy.PassPost})
		return
	case status >= 300 && status < 400:
		l.Fail("one click", fmt.Sprintf("the POST of a mail provider is redirected (%d), which they do not follow (RFC 8058)", status),
			"set newsletter.base_url to the address it is redirected to")
		return
	case status != http.StatusOK:
		l.Fail("one click", fmt.Sprintf("the POST of a mail provider is answered with %d", status), "")
		l.Do(remedy.Remedy{Code: remedy.PassPostAsIs})
		return
	}
	if status, err = post("no-token"); err == nil && status == http.StatusOK {
		l.Fail("one click", "an address that belongs to nobody is answered with 200, too", "")
		l.InDetail(remedy.OthersPages)
		l.Do(remedy.Remedy{Code: remedy.PassPages})
		return
	}
	l.Pass("one click", "the POST of a mail provider is answered with 200, at once and without a redirect (tried with the link of a test mail, which does nothing)")
}
