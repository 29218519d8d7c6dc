package words

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"roundup/cmd/roundup/terminal"
	"roundup/delivery"
	"roundup/delivery/relay"
	"roundup/internal/oneline"
	"roundup/internal/wording"
	"roundup/store/ledger"
)

// Reply is what a server said last of a delivery, and why it stands as it does.
func Reply(r ledger.DeliveryRecord) string {
	if r.Asked.Kind != "" {
		return strings.TrimSuffix("asked for "+ByWhom(r.Asked)+": "+r.Why, ": ")
	}
	words := relay.Reply{Code: r.Code, Enhanced: r.Enhanced, Text: r.Reply}.String()
	if r.Resent {
		return strings.TrimSuffix("sent again after being unknown: "+cmp.Or(words, r.Why), ": ")
	}
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

// WriteRefusals says what servers refused, in their words, and at which domains:
// the most frequent first, and of the rest how many there are.
func WriteRefusals(w io.Writer, issue int, refusals []delivery.Refusal) error {
	kinds := delivery.RefusalKinds(refusals)
	fmt.Fprintf(w, "\nWhat servers refused, one of each kind in their own words:\n")
	t := terminal.NewTable(w, "  READERS", "STATE", "REPLY")
	for _, k := range kinds[:min(len(kinds), kindsShown)] {
		t.Row("  "+strconv.Itoa(k.Count), string(k.State), wording.Cut(k.Example, 100))
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
		fmt.Fprintf(w, "  and %s, for %s\n", wording.Count(len(rest), "other kind"), wording.Count(readers, "reader"))
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
		parts = append(parts, fmt.Sprintf("%s %d", oneline.Plain(name), d.Count))
	}
	if n := len(domains) - most; n > 0 {
		return strings.Join(parts, ", ") + " and " + wording.Count(n, "more domain")
	}
	return strings.Join(parts, ", ")
}
