package desk

import (
	"context"
	"slices"
	"time"

	"roundup/delivery/inbox"
	"roundup/delivery/reason"
	"roundup/digest"
	"roundup/store"
)

const (
	// returnsFor is for how long after an issue was sent it is seen what comes of it.
	returnsFor = 14 * 24 * time.Hour
	// countEvery is how often that is counted.
	countEvery = time.Minute
)

// From how many on a share says anything: of a small list one reader is more than any.
const (
	leastGone       = 5
	leastComplaints = 3
	leastRefusing   = 5 // readers whose mail came back because of us,
	leastDomains    = 3 // from so many domains: fewer are these domains' own affair
)

// tellOfReturns tells of issues of which more came back than should, once an issue and
// cause. A database that is not in charge tells of none.
func (d *Desk) tellOfReturns(ctx context.Context) error {
	if d.now().Sub(d.counted) < countEvery {
		return nil
	}
	sent, err := d.store.SentSince(ctx, d.now().Add(-returnsFor))
	if err != nil {
		return err
	}
	going, err := d.store.UnderWay(ctx)
	if err != nil {
		return err
	}
	standing, err := d.store.Standing(ctx)
	if err != nil || !standing.Sends() {
		return err
	}
	for _, issue := range slices.Concat(sent, going) {
		if err := d.tellOfReturned(ctx, issue); err != nil {
			return err
		}
	}
	d.counted = d.now()
	return nil
}

func (d *Desk) tellOfReturned(ctx context.Context, issue digest.Issue) error {
	r, err := d.Returned(ctx, issue)
	if err != nil {
		return err
	}
	bounds := d.cfg.Bounces
	for _, cause := range []struct {
		kind  NewsKind
		bound float64
		holds bool
	}{
		{ManyGone, bounds.NotifyHard, passes(r.Hard, leastGone, bounds.NotifyHard, r.Sent)},
		{ManyComplain, bounds.NotifyComplaints, passes(r.Complained, leastComplaints, bounds.NotifyComplaints, r.Sent)},
		{ServersRefuseUs, 0, r.refusesUs()},
	} {
		dedupe := "issue " + issue.UID + " " + string(cause.kind)
		if !cause.holds || d.told[dedupe] {
			continue
		}
		if err := d.tell(ctx, dedupe, string(cause.kind), News{Kind: cause.kind, Issue: issue, Returned: r, Bound: cause.bound}); err != nil {
			return err
		}
		d.told[dedupe] = true
	}
	return nil
}

// passes reports whether n of so many are at least some, and more than a share of them in
// percent; 0 is never passed, and nothing is a share of nobody.
func passes(n, least int, percent float64, of int) bool {
	return percent > 0 && of > 0 && n >= least && float64(n)*100 >= percent*float64(of)
}

// Gone is what came back because there is no such reader.
func (r Returned) Gone() Returned {
	return r.only(func(c store.BounceCount) bool { return c.Kind == string(inbox.Hard) })
}

// AboutUs is what came back for reasons that are ours.
func (r Returned) AboutUs() Returned {
	return r.only(func(c store.BounceCount) bool { return bounced(c) && c.Reason.Group() == reason.Us })
}

func (r Returned) only(which func(store.BounceCount) bool) (some Returned) {
	for _, c := range r.Counts {
		if which(c) {
			some.Counts = append(some.Counts, c)
		}
	}
	return some
}

// refusesUs reports whether it comes from so many domains that it is no affair of theirs.
func (r Returned) refusesUs() bool {
	about := r.AboutUs()
	n := 0
	for _, c := range about.Counts {
		n += c.N
	}
	domains, _ := about.Domains(leastDomains)
	return n >= leastRefusing && len(domains) >= leastDomains
}
