package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/terminal"
	"roundup/delivery"
	"roundup/delivery/relay"
	"roundup/digest"
	"roundup/internal/asjson"
	"roundup/internal/wording"
	"roundup/store"
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
	for r, err := range st.Deliveries(ctx, issue.Number, store.DeliveryFilter{State: delivery.Unknown}) {
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
	for r, err := range st.Deliveries(ctx, issue.Number, store.DeliveryFilter{Resent: true}) {
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
	} else if err := a.printDeliveries(func(yield func(store.DeliveryRecord, error) bool) {
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

func replyWords(r store.DeliveryRecord) string {
	if r.Asked {
		return strings.TrimSuffix("asked for by the reader: "+r.Why, ": ")
	}
	words := relay.Reply{Code: r.Code, Enhanced: r.Enhanced, Text: r.Reply}.String()
	if words == "" {
		return r.Why
	}
	if r.Why != "" && r.State != delivery.Sent {
		words = fmt.Sprintf("%s (%s)", words, r.Why)
	}
	return words
}

// How much of the refusals a report shows: what one looks at before breakfast.
const (
	kindsShown         = 15
	domainsShown       = 10
	domainsShownOfKind = 3
)

func (a *app) printRefusals(ctx context.Context, st *store.Store, issue digest.Issue) error {
	refusals, err := st.Refusals(ctx, issue.ID)
	if err != nil || len(refusals) == 0 {
		return err
	}
	return writeRefusals(a.people(), issue.Number, refusals)
}

// writeRefusals says what servers refused, in their words, and at which domains:
// the most frequent first, and of the rest how many there are.
func writeRefusals(w io.Writer, issue int, refusals []delivery.Refusal) error {
	kinds := delivery.RefusalKinds(refusals)
	fmt.Fprintf(w, "\nWhat servers refused, one of each kind in their own words:\n")
	t := terminal.NewTable(w, "  READERS", "STATE", "REPLY")
	for _, k := range kinds[:min(len(kinds), kindsShown)] {
		t.Row("  "+num(k.Count), string(k.State), wording.Cut(k.Example, 100))
		t.Note("         at " + someDomains(k.Domains, domainsShownOfKind))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if rest := kinds[min(len(kinds), kindsShown):]; len(rest) > 0 {
		readers := 0
		for _, k := range rest {
			readers += k.Count
		}
		fmt.Fprintf(w, "  and %s, for %s\n", count(len(rest), "other kind"), count(readers, "reader"))
	}
	if domains := delivery.RefusedDomains(refusals); len(domains) > 1 && len(kinds) > 1 {
		fmt.Fprintf(w, "All of them by domain: %s.\n", someDomains(domains, domainsShown))
	}
	var states []string
	for _, k := range kinds {
		states = append(states, string(k.State))
	}
	slices.Sort(states)
	for _, state := range slices.Compact(states) {
		fmt.Fprintf(w, "`roundup deliveries %d --state %s` lists each reader that is %s.\n", issue, state, state)
	}
	return nil
}

// someDomains names the first domains, each with its readers, and counts the others.
func someDomains(domains []delivery.Domain, most int) string {
	var parts []string
	for _, d := range domains[:min(len(domains), most)] {
		name := d.Name
		if name == "" {
			name = "(forgotten since)"
		}
		parts = append(parts, fmt.Sprintf("%s %d", oneLine(name), d.Count))
	}
	if n := len(domains) - most; n > 0 {
		return strings.Join(parts, ", ") + " and " + count(n, "more domain")
	}
	return strings.Join(parts, ", ")
}
