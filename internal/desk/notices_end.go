package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store/ledger"
)

// failuresTold is how many readers, and how many reasons, a notice names.
const failuresTold = 10

// newsOfEnd accounts for an issue that is over: how many have it, and who has
// not, with the servers' words.
func (d *Desk) newsOfEnd(ctx context.Context, issue digest.Issue) (News, error) {
	n := News{Kind: IssueOver, Issue: issue}
	var err error
	if n.Sum, err = d.Summary(ctx, issue); err != nil {
		return n, err
	}
	if n.Reasons, err = d.failedBecause(ctx, issue); err != nil {
		return n, err
	}
	n.MoreReasons = max(len(n.Reasons)-failuresTold, 0)
	n.Reasons = n.Reasons[:len(n.Reasons)-n.MoreReasons]
	if n.Sum.Failed > 0 {
		n.Failed, err = d.failedReaders(ctx, issue.Number)
	}
	return n, err
}

// failedBecause lists the reasons for which readers failed, the most frequent
// first, without addresses.
func (d *Desk) failedBecause(ctx context.Context, issue digest.Issue) ([]Reason, error) {
	refusals, err := d.store.Refusals(ctx, issue.ID)
	if err != nil {
		return nil, err
	}
	readers := map[string]int{}
	for _, r := range refusals {
		if r.State == delivery.Failed {
			readers[r.Words] += r.Count
		}
	}
	var reasons []Reason
	for words, n := range readers {
		reasons = append(reasons, Reason{words, n})
	}
	slices.SortFunc(reasons, func(a, b Reason) int {
		return cmp.Or(b.Readers-a.Readers, strings.Compare(a.Words, b.Words))
	})
	return reasons, nil
}

// failedReaders are the first readers who failed.
func (d *Desk) failedReaders(ctx context.Context, number int) ([]ledger.DeliveryRecord, error) {
	var failed []ledger.DeliveryRecord
	for r, err := range d.store.Deliveries(ctx, number, ledger.DeliveryFilter{State: delivery.Failed}) {
		if err != nil {
			return nil, err
		}
		if failed = append(failed, r); len(failed) == failuresTold {
			break
		}
	}
	return failed, nil
}
