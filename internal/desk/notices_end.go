package desk

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"roundup/delivery"
	"roundup/delivery/relay"
	"roundup/digest"
	"roundup/internal/wording"
	"roundup/store"
)

// failuresShown is how many readers, and how many reasons, a notice names.
const failuresShown = 10

// endNotice accounts for an issue that is over: how many have it, and who has
// not, with the servers' words.
func (d *Desk) endNotice(ctx context.Context, issue digest.Issue) (notice, error) {
	sum, err := d.Summary(ctx, issue)
	if err != nil {
		return notice{}, err
	}
	reasons, err := d.failedBecause(ctx, issue)
	if err != nil {
		return notice{}, err
	}
	readers, err := d.failedReaders(ctx, issue.Number, sum.Failed)
	return notice{
		Cause:   fmt.Sprintf("issue %d %s", issue.Number, issue.Status),
		Subject: fmt.Sprintf("issue %d is %s", issue.Number, issue.Status),
		Text: fmt.Sprintf("%s\n\n%d of %d readers: handed to the relay. Failed: %d. Skipped: %d. Unknown: %d.\nDetails: roundup report %d%s",
			issue.Subject, sum.Sent, sum.Audience, sum.Failed, sum.Skipped, sum.Unknown, issue.Number, reasons),
		ByMail: readers,
	}, err
}

// failedBecause lists the reasons for which readers failed, the most frequent
// first, without addresses.
func (d *Desk) failedBecause(ctx context.Context, issue digest.Issue) (string, error) {
	refusals, err := d.store.Refusals(ctx, issue.ID)
	if err != nil {
		return "", err
	}
	times := map[string]int{}
	for _, r := range refusals {
		if r.State == delivery.Failed {
			times[r.Words] += r.Count
		}
	}
	if len(times) == 0 {
		return "", nil
	}
	var reasons []string
	for words := range times {
		reasons = append(reasons, words)
	}
	slices.SortFunc(reasons, func(a, b string) int { return cmp.Or(times[b]-times[a], strings.Compare(a, b)) })
	text := "\n\nWhy they failed:"
	for _, words := range reasons[:min(len(reasons), failuresShown)] {
		text += fmt.Sprintf("\n%6d  %s", times[words], words)
	}
	if n := len(reasons) - failuresShown; n > 0 {
		text += "\n        and " + wording.Count(n, "other reason")
	}
	return text, nil
}

// failedReaders names the first readers who failed, with their servers' words.
func (d *Desk) failedReaders(ctx context.Context, number, failed int) (string, error) {
	if failed == 0 {
		return "", nil
	}
	text, shown := "\n\nWho they are:", 0
	for r, err := range d.store.Deliveries(ctx, number, store.DeliveryFilter{State: delivery.Failed}) {
		if err != nil {
			return "", err
		}
		reply := relay.Reply{Code: r.Code, Enhanced: r.Enhanced, Text: r.Reply}
		text += fmt.Sprintf("\n  %s: %s", cmp.Or(r.Email, "(forgotten since)"), cmp.Or(reply.String(), r.Why))
		if shown++; shown == failuresShown {
			break
		}
	}
	if n := failed - shown; n > 0 {
		text += fmt.Sprintf("\n  and %d more: roundup deliveries %d --state failed", n, number)
	}
	return text, nil
}
