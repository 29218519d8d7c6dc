package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/words"
	"roundup/delivery"
	"roundup/digest"
	"roundup/internal/asjson"
	"roundup/store"
	"roundup/store/ledger"
)

func newReport(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "report [<number>]",
		Short: "what happened to an issue, in sum; the latest without a number",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				return a.withIssue(cmd.Context(), args[0], a.report)
			}
			return a.withLatestIssue(cmd.Context(), a.report)
		},
	}
}

// report prints the sum of an issue, what was refused and in which words, and
// every reader whose copy is unknown.
func (a *app) report(ctx context.Context, st *store.Store, issue digest.Issue) error {
	d, err := a.desk(ctx)
	if err != nil {
		return err
	}
	sum, err := d.Summary(ctx, issue)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(asjson.SummaryOf(sum))
	}
	a.printf("%s\n", a.textOf(sum))
	a.printf("Started %s", a.local(issue.Started))
	if !issue.Finished.IsZero() {
		a.printf(", finished %s", a.local(issue.Finished))
	}
	a.printf(".\n")
	if err := a.printRequests(ctx, st, issue); err != nil {
		return err
	}
	if err := a.printRefusals(ctx, st, issue); err != nil {
		return err
	}
	returned, err := st.BounceCounts(ctx, issue.ID)
	if err != nil {
		return err
	}
	if err := words.WriteReturns(a.people(), returned); err != nil {
		return err
	}
	if err := a.printUnknown(ctx, st, issue); err != nil {
		return err
	}
	return a.printResent(ctx, st, issue)
}

// printRequests says what became of the copies that readers asked for who joined later.
func (a *app) printRequests(ctx context.Context, st *store.Store, issue digest.Issue) error {
	states, err := st.Requests(ctx, issue.ID)
	if err != nil || len(states) == 0 {
		return err
	}
	all, each := 0, []string(nil)
	for _, state := range slices.Sorted(maps.Keys(states)) {
		all += states[state]
		each = append(each, fmt.Sprintf("%d %s", states[state], state))
	}
	a.printf("Besides, %s asked for it who joined later: %s.\n", count(all, "reader"), strings.Join(each, ", "))
	return nil
}

func (a *app) printUnknown(ctx context.Context, st *store.Store, issue digest.Issue) error {
	first := true
	for r, err := range st.Deliveries(ctx, issue.Number, ledger.DeliveryFilter{State: delivery.Unknown}) {
		if err != nil {
			return err
		}
		if first {
			a.printf("\nUnknown: the connection ended after the whole mail was written, before the server answered.\nThey may have it, or not:\n")
			first = false
		}
		a.printf("  %s  (%s, %s)\n", oneLine(r.Email), a.local(r.At), oneLine(r.Why))
	}
	if !first {
		a.printf("Settle one with `roundup deliveries %d resolve EMAIL --sent` or `--resend`.\n", issue.Number)
	}
	return nil
}

// printResent names everybody who may have two copies.
func (a *app) printResent(ctx context.Context, st *store.Store, issue digest.Issue) error {
	first := true
	for r, err := range st.Deliveries(ctx, issue.Number, ledger.DeliveryFilter{Resent: true}) {
		if err != nil {
			return err
		}
		if first {
			a.printf("\nSent again after being unknown, under the same Message-ID. They may have two copies:\n")
			first = false
		}
		a.printf("  %s  (%s)\n", oneLine(r.Email), a.local(r.At))
	}
	return nil
}

func newHistory(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "history <email>",
		Short: "every issue one reader was owed, what became of it, and who changed what",
		Args:  cobra.ExactArgs(1),
		RunE:  func(cmd *cobra.Command, args []string) error { return a.history(cmd.Context(), args[0]) },
	}
}

func (a *app) history(ctx context.Context, email string) error {
	sub, err := a.reader(ctx, email)
	if err != nil {
		return err
	}
	records, err := a.st.History(ctx, sub.Key)
	if err != nil {
		return err
	}
	if len(records) == 0 {
		a.printf("%s has been owed no issue yet.\n", oneLine(sub.Email))
	} else if err := a.printDeliveries(func(yield func(ledger.DeliveryRecord, error) bool) {
		for _, r := range records {
			if !yield(r, nil) {
				return
			}
		}
	}, true); err != nil {
		return err
	}
	return a.printEvents(a.st.SubscriberEvents(ctx, sub.ID))
}

func (a *app) printRefusals(ctx context.Context, st *store.Store, issue digest.Issue) error {
	refusals, err := st.Refusals(ctx, issue.ID)
	if err != nil || len(refusals) == 0 {
		return err
	}
	return words.WriteRefusals(a.people(), issue.Number, refusals)
}
