package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"roundup/delivery"
	"roundup/digest"
	"roundup/internal/wording"
	"roundup/store"
)

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
	t := newTable(w, "  READERS", "STATE", "REPLY")
	for _, k := range kinds[:min(len(kinds), kindsShown)] {
		t.row("  "+num(k.Count), string(k.State), wording.Cut(k.Example, 100))
		t.note("         at " + someDomains(k.Domains, domainsShownOfKind))
	}
	if err := t.flush(); err != nil {
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
