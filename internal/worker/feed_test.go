package worker_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"roundup/delivery"
	"roundup/internal/worker"
	"roundup/store/ledger"
	"roundup/store/storetest"
)

// clerk is a worker whose run is the test's.
type clerk struct {
	delivery.Ledger
	lease  delivery.Lease
	offers chan ledger.Free
	held   []*delivery.Range
}

// Whatever workers are offered, open and give back, in whatever order: none takes what it
// has already, or what another has.
func TestFeedNeverGivesARangeTwice(t *testing.T) {
	t.Parallel()
	const ranges = 5
	o := newOffice(t, &server, 2*ranges, 2, 0)
	rapid.Check(t, func(rt *rapid.T) {
		clerks := make([]*clerk, 2)
		for i := range clerks {
			lease, err := o.Enlist(t.Context(), ledger.Worker{Name: "a process", Connections: 2}, storetest.Anna())
			o.must(err)
			c := &clerk{lease: lease, offers: make(chan ledger.Free, 100)}
			c.Ledger = worker.Feed(o.Store, lease, c.offers)
			clerks[i] = c
		}
		defer func() {
			for _, c := range clerks {
				o.must(o.Discharge(t.Context(), c.lease))
			}
		}()
		someone := rapid.Custom(func(rt *rapid.T) *clerk { return rapid.SampledFrom(clerks).Draw(rt, "who") })
		rt.Repeat(map[string]func(*rapid.T){
			"offer": func(rt *rapid.T) {
				c := someone.Draw(rt, "clerk")
				if len(c.offers) == cap(c.offers) {
					rt.Skip("enough")
				}
				c.offers <- ledger.Free{
					Issue:  o.issue.ID + rapid.Int64Range(0, 1).Draw(rt, "of another issue"),
					Number: rapid.IntRange(1, ranges+1).Draw(rt, "number"),
				}
			},
			"open": func(rt *rapid.T) {
				c := someone.Draw(rt, "clerk")
				r, err := c.OpenRange(t.Context(), c.lease, o.issue.ID, c.held, delivery.Resend)
				o.must(err)
				if r == nil {
					if n := o.held(); n != ranges {
						rt.Fatalf("there is nothing to open, and %d of %d are open", n, ranges)
					}
					return
				}
				if r.Issue != o.issue.ID {
					rt.Fatalf("got a range of issue %d", r.Issue)
				}
				c.held = append(c.held, r)
			},
			"give back": func(rt *rapid.T) {
				c := someone.Draw(rt, "clerk")
				if len(c.held) == 0 {
					rt.Skip("nothing to give back")
				}
				i := rapid.IntRange(0, len(c.held)-1).Draw(rt, "range")
				o.must(c.CloseRanges(t.Context(), c.held[i:i+1], delivery.Resend))
				c.held = slices.Delete(slices.Clone(c.held), i, i+1)
			},
			"": func(rt *rapid.T) {
				var got, want []string
				for _, c := range clerks {
					for _, r := range c.held {
						want = append(want, fmt.Sprintf("%d %d %s", r.Number, r.Epoch, c.lease.Holder))
					}
				}
				slices.Sort(want)
				got = o.texts(`SELECT number || ' ' || epoch || ' ' || holder FROM ranges WHERE holder <> '' ORDER BY number`)
				if !slices.Equal(got, want) {
					rt.Fatalf("the database says %q, the workers have %q", got, want)
				}
			},
		})
	})
}
