package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/words"
	"roundup/delivery"
	"roundup/digest"
	"roundup/internal/asjson"
	"roundup/internal/desk"
	"roundup/internal/oneline"
	"roundup/internal/wording"
	"roundup/store"
	"roundup/store/ledger"
)

func newReport(a *app.App) *cobra.Command {
	return &cobra.Command{
		Use:   "report [<number>]",
		Short: "what happened to an issue, in sum; the latest without a number",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				return withIssue(cmd.Context(), a, args[0], report)
			}
			return withLatestIssue(cmd.Context(), a, report, func() { a.Tell(asjson.NothingSentFor("no issue has been sent yet", time.Time{})) })
		},
	}
}

// report prints the sum of an issue, what was refused and in which words, and
// every reader whose copy is unknown.
func report(ctx context.Context, a *app.App, st *store.Store, issue digest.Issue) error {
	d, err := a.Desk(ctx)
	if err != nil {
		return err
	}
	sum, err := d.Summary(ctx, issue)
	if err != nil {
		return err
	}
	returned, err := d.Returned(ctx, issue)
	if err != nil {
		return err
	}
	without, err := st.WithoutSources(ctx, issue.ID)
	if err != nil {
		return err
	}
	if a.JSON {
		line := asjson.SummaryOf(sum).With(returned)
		line.Without = without
		for _, err := range st.Deliveries(ctx, issue.Number, ledger.DeliveryFilter{Resent: true}) {
			if err != nil {
				return err
			}
			line.Resent++
		}
		return a.PrintJSON(line)
	}
	a.Printf("%s\n", reported(ctx, a, st, d, sum))
	a.Printf("Started %s", a.Local(issue.Started))
	if !issue.Finished.IsZero() {
		a.Printf(", finished %s", a.Local(issue.Finished))
	}
	a.Printf(".\n%s", words.Without(without))
	if err := printRequests(ctx, a, st, issue); err != nil {
		return err
	}
	if err := printRefusals(ctx, a, st, issue); err != nil {
		return err
	}
	if said := words.Quality(returned.Quality); said != "" {
		a.Printf("%s\n", said)
	}
	if err := words.WriteReturns(a.People(), returned); err != nil {
		return err
	}
	if err := printUnknown(ctx, a, st, issue); err != nil {
		return err
	}
	return printResent(ctx, a, st, issue)
}

// serveAnswersIn is how long a report waits for the readers' pages.
const serveAnswersIn = 3 * time.Second

// reported is a summary in words: nobody need run anything while a process sends, or while
// the daemon is there, which the readers' pages are of. That something answers in their place is
// no proof: a site may answer whatever it is asked for.
func reported(ctx context.Context, a *app.App, st *store.Store, d *desk.Desk, s delivery.Summary) string {
	if next := s.Next(); s.Working == 0 && (next == delivery.RunAgain || next == delivery.AwaitRelay) {
		if holder := st.LockHolder(ctx); holder != "" {
			return s.Text() + "\nIt goes on by itself: " + holder + " is at work."
		}
		if base := a.Settings.Newsletter.BaseURL; base != "" {
			asked, end := context.WithTimeout(ctx, serveAnswersIn)
			defer end()
			if d.Answers(asked) == nil {
				return s.Text() + "\n`roundup serve` goes on by itself, if it is what answers at " + base + ". Else run `roundup send` again: nobody is mailed twice."
			}
		}
	}
	return textOf(a, s)
}

// printRequests says what became of the copies that readers asked for who joined later.
func printRequests(ctx context.Context, a *app.App, st *store.Store, issue digest.Issue) error {
	states, err := st.Requests(ctx, issue.ID)
	if err != nil || len(states) == 0 {
		return err
	}
	all, each := 0, []string(nil)
	for _, state := range slices.Sorted(maps.Keys(states)) {
		all += states[state]
		each = append(each, fmt.Sprintf("%d %s", states[state], state))
	}
	a.Printf("Besides, %s asked for it who joined later: %s.\n", wording.Count(all, "reader"), strings.Join(each, ", "))
	return nil
}

// printUnknown names whom nobody knows to have the issue: those who are sent it once more, then
// those whom a person settles.
func printUnknown(ctx context.Context, a *app.App, st *store.Store, issue digest.Issue) error {
	resends := issue.Status.UnderWay() && issue.Status != digest.Held && a.Settings.Delivery.Unknown == string(delivery.Resend)
	again, settle := 0, []string(nil)
	for r, err := range st.Deliveries(ctx, issue.Number, ledger.DeliveryFilter{State: delivery.Unknown}) {
		if err != nil {
			return err
		}
		if again+len(settle) == 0 {
			a.Printf("\nUnknown: the connection ended after the whole mail was written, before the server answered.\nThey may have it, or not:\n")
		}
		line := fmt.Sprintf("  %s  (%s, %s)\n", oneline.Plain(r.Email), a.Local(r.At), oneline.Plain(r.Why))
		if resends && !r.Final {
			again++
			a.Printf("%s", line)
		} else {
			settle = append(settle, line)
		}
	}
	if again > 0 {
		a.Printf("Nothing need be done: each is sent once more, under the same Message-ID, unless `roundup deliveries %d resolve EMAIL --sent` says before that it arrived.\n", issue.Number)
	}
	if again > 0 && len(settle) > 0 {
		a.Printf("But these are not sent again by themselves:\n")
	}
	if len(settle) > 0 {
		a.Printf("%sSettle one with `roundup deliveries %d resolve EMAIL --sent` or `--resend`.\n", strings.Join(settle, ""), issue.Number)
	}
	return nil
}

// printResent names everybody who may have two copies.
func printResent(ctx context.Context, a *app.App, st *store.Store, issue digest.Issue) error {
	first := true
	for r, err := range st.Deliveries(ctx, issue.Number, ledger.DeliveryFilter{Resent: true}) {
		if err != nil {
			return err
		}
		if first {
			a.Printf("\nSent again after being unknown, under the same Message-ID. They may have two copies:\n")
			first = false
		}
		a.Printf("  %s  (%s)\n", oneline.Plain(r.Email), a.Local(r.At))
	}
	return nil
}

func printRefusals(ctx context.Context, a *app.App, st *store.Store, issue digest.Issue) error {
	refusals, err := st.Refusals(ctx, issue.ID)
	if err != nil || len(refusals) == 0 {
		return err
	}
	return words.WriteRefusals(a.People(), issue.Number, refusals)
}
