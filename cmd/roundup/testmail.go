package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/words"
	"roundup/internal/asjson"
	"roundup/internal/desk"
	"roundup/internal/oneline"
	"roundup/internal/wording"
	"roundup/store"
	"roundup/subscribers"
)

// sendTest mails the next issue to some addresses.
func sendTest(ctx context.Context, a *app.App, o sendOptions, emails []string) error {
	// First what the command line alone can be wrong in: no relay need be asked.
	addresses, err := app.ParseAddresses(emails)
	if err != nil {
		return err
	}
	to := make([]string, len(addresses))
	for i, addr := range addresses {
		to[i] = addr.Given
	}
	return mailTest(ctx, a, o, to)
}

// mostTested is how many readers a test may go to: it is no way to send an issue.
const mostTested = 20

// sendTestTo mails the next issue to those of the readers whom a filter finds who would be
// mailed an issue.
func sendTestTo(ctx context.Context, a *app.App, o sendOptions, filter []string) error {
	where, err := a.ParseFilter(filter)
	if err != nil {
		return err
	}
	st, err := a.Store(ctx)
	if err != nil {
		return err
	}
	counted, _, err := st.StatsOf(ctx, where)
	if err != nil {
		return err
	}
	found := counted.Active + counted.Pending + counted.Unsubscribed
	switch {
	case found == 0:
		return &words.HintedError{Err: errors.New("no test was sent: no reader matches"), Hint: "`roundup subscribers list FILTER` lists those whom a filter finds"}
	case counted.Mailable == 0:
		return fmt.Errorf("no test was sent: of %s the filter finds, none would be mailed an issue", wording.Count(found, "reader"))
	case counted.Mailable > mostTested:
		return &words.HintedError{
			Err:  fmt.Errorf("no test was sent: the filter finds %s to mail, and a test goes to at most %d", wording.Count(counted.Mailable, "reader"), mostTested),
			Hint: "add a term to the filter, or mark those who are meant: `roundup subscribers label add LABEL FILTER`",
		}
	}
	var to []string
	for r, err := range st.Listed(ctx, store.SubscriberFilter{Status: subscribers.Active, Where: where}) {
		if err != nil {
			return err
		}
		if r.Suppressed == "" && !r.Paused.After(a.Now()) && len(to) < mostTested {
			to = append(to, r.Email)
		}
	}
	if left := found - counted.Mailable; left > 0 {
		a.Printf("%s left out: no issue would be mailed there.\n", wording.Agree(left, "reader that the filter finds is", "readers that the filter finds are"))
	}
	return mailTest(ctx, a, o, to)
}

// mailTest mails the next issue to addresses.
func mailTest(ctx context.Context, a *app.App, o sendOptions, to []string) error {
	d, err := a.Desk(ctx)
	if err != nil {
		return err
	}
	if err := d.Ready(ctx); err != nil {
		return err
	}
	if err := catcherGone(ctx, a); err != nil {
		return err
	}
	if d, err = freshDesk(ctx, a, o.noFetch); err != nil {
		return err
	}
	p, err := d.SendTest(ctx, time.Time{}, to)
	if errors.Is(err, desk.ErrNothingToSend) {
		return &words.HintedError{Err: err, Hint: "`roundup fetch` reads the sources now and says what each gave"}
	}
	if err != nil {
		return err
	}
	if a.JSON {
		return a.PrintJSON(asjson.TestSent{Status: "test", Issue: p.Issue.Number, Subject: p.Issue.Subject, To: to, Example: p.Example})
	}
	a.Printf("Test of issue %d, %q, handed to %s for %s. Nothing was changed.\n",
		p.Issue.Number, oneline.Plain(p.Issue.Subject), a.Settings.SMTP.Host, strings.Join(to, ", "))
	if p.Example {
		a.Printf("Nothing is owed at the moment: it was made of the most recent articles, as an example.\n")
	}
	return nil
}
