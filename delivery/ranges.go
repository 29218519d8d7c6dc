package delivery

import (
	"context"
	"slices"
	"time"

	"roundup/digest"
)

// Range is a part of an issue's audience that this sender holds: until it is closed,
// or taken by another, nobody else claims or records in it. Only a ledger changes one.
type Range struct {
	Issue    int64
	Number   int            // within the issue, from 1
	Epoch    int64          // grows each time the range is opened
	Seq      int64          // grows with each exchange
	Readers  []int64        // subscribers' ids, frozen at the issue's start, in order
	Variants []int          // the number of the variant that each of them gets; nil where all get the whole issue
	Unsent   map[int]string // why the readers of a variant get none, by its number
	Mark     int            // how many of Readers were claimed a first time

	// What may be claimed again of those before the mark, as far as the holder knows:
	// a person may change it meanwhile.
	Queued  int       // given back
	Unknown int       // may be sent again
	Due     time.Time // the earliest deferred; zero for none

	InFlight int // claimed, and no outcome is recorded
	Left     int // on the wire when an earlier holder died: found and made unknown when it was opened
}

// Fresh is how many of its readers were never claimed.
func (r *Range) Fresh() int { return len(r.Readers) - r.Mark }

// Ready is how many deliveries can be claimed at a moment. Of deferred ones that are
// due it counts one.
func (r *Range) Ready(now time.Time, p UnknownPolicy) int {
	n := r.Fresh() + r.Queued
	if p == Resend {
		n += r.Unknown
	}
	if r.due(now) {
		n++
	}
	return n
}

func (r *Range) due(now time.Time) bool { return !r.Due.IsZero() && !r.Due.After(now) }

// Claimed reports whether a reader of the range is before its mark.
func (r *Range) Claimed(subscriber int64) bool {
	_, found := slices.BinarySearch(r.Readers[:r.Mark], subscriber)
	return found
}

// Variant is the number of the variant that a reader of the range gets.
func (r *Range) Variant(subscriber int64) int {
	at, found := slices.BinarySearch(r.Readers, subscriber)
	if !found || r.Variants == nil {
		return digest.Whole
	}
	return r.Variants[at]
}

// Holds reports whether a reader is one of the range.
func (r *Range) Holds(subscriber int64) bool {
	_, found := slices.BinarySearch(r.Readers, subscriber)
	return found
}

// holding is what a run has open of its issue.
type holding struct {
	ranges []*Range
}

// ready is how many deliveries of them can be claimed.
func (h *holding) ready(now time.Time, p UnknownPolicy) int {
	n := 0
	for _, r := range h.ranges {
		n += r.Ready(now, p)
	}
	return n
}

// drained takes out those with nothing to claim and nothing in flight; all is every one
// with nothing in flight.
func (h *holding) drained(now time.Time, p UnknownPolicy, all bool) (drained []*Range) {
	for _, r := range h.ranges {
		if r.InFlight == 0 && (all || r.Ready(now, p) == 0) {
			drained = append(drained, r)
		}
	}
	return drained
}

// remove forgets ranges that were closed.
func (h *holding) remove(closed []*Range) {
	h.ranges = slices.DeleteFunc(h.ranges, func(r *Range) bool { return slices.Contains(closed, r) })
}

// openRanges opens ranges until there is as much to claim as is wanted, or no more.
func (r *run) openRanges(ctx context.Context, wanted int) error {
	for r.holding.ready(r.now(), r.settings.Unknown) < wanted {
		var opened *Range
		err := r.persist(ctx, "open a range", func(ctx context.Context) (err error) {
			opened, err = r.ledger.OpenRange(ctx, r.lease, r.issue.ID, r.holding.ranges, r.settings.Unknown)
			return err
		})
		if err != nil || opened == nil {
			return err
		}
		if opened.Left > 0 {
			r.log.Warn("an earlier run died with messages on the wire: their delivery is unknown",
				"issue", r.issue.Number, "deliveries", opened.Left)
		}
		r.holding.ranges = append(r.holding.ranges, opened)
	}
	return nil
}

// closeRanges closes those that are drained, or all in which nothing is in flight.
func (r *run) closeRanges(ctx context.Context, all bool) error {
	drained := r.holding.drained(r.now(), r.settings.Unknown, all)
	if len(drained) == 0 {
		return nil
	}
	err := r.persist(ctx, "close ranges", func(ctx context.Context) error {
		return r.ledger.CloseRanges(ctx, drained, r.settings.Unknown)
	})
	if err == nil {
		r.holding.remove(drained)
	}
	return err
}

// closeAtEnd closes what the run still holds. Where that fails nothing is lost: the next
// sender takes the ranges, as it takes those in which something was left on the wire.
func (r *run) closeAtEnd(ctx context.Context) {
	if r.stop.err != nil {
		return
	}
	if err := r.tellRefusals(ctx, true); err != nil {
		r.log.Warn("refusals were not told", "issue", r.issue.Number, "error", err)
	}
	if r.mark.status == digest.Held {
		if err := r.markIssue(ctx); err != nil {
			r.log.Warn("the issue was not held", "issue", r.issue.Number, "error", err)
		}
	}
	if err := r.closeRanges(ctx, true); err != nil {
		r.log.Warn("ranges were not closed", "issue", r.issue.Number, "error", err)
		return
	}
	if r.stop.interrupted && !r.stop.abandoned && r.mark.status == "" {
		r.finishIfOver(ctx)
	}
}

// finishIfOver marks an issue sent whose last result came with the stop: else it would be
// under way until the next run, with nothing to do.
func (r *run) finishIfOver(ctx context.Context) {
	var tally Tally
	err := r.try(ctx, func(ctx context.Context) (err error) {
		tally, err = r.tallies.Tally(ctx, r.issue.ID)
		return err
	})
	if err != nil || tally.Owed(r.settings.Unknown) > 0 {
		return
	}
	r.mark = mark{status: digest.Sent}
	if err := r.markIssue(ctx); err != nil {
		r.mark = mark{}
		r.log.Warn("the issue was not marked sent", "issue", r.issue.Number, "error", err)
		return
	}
	r.stop.interrupted = false
}
