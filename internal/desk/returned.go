package desk

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"roundup/delivery/inbox"
	"roundup/digest"
	"roundup/store"
)

// Returned is what came of an issue once its readers had it.
type Returned struct {
	store.Quality
	Counts []store.BounceCount // of readers, by the kind, reason and domain of what came back
}

// Domain is how many readers' mail came back from one domain.
type Domain struct {
	Name string
	N    int
}

// Issued is an issue that was started, and what came of it.
type Issued struct {
	digest.Issue
	store.Quality
}

// Issued reads the last issues, the newest first.
func (d *Desk) Issued(ctx context.Context, most int) ([]Issued, error) {
	issues, err := d.store.Issues(ctx, most)
	if err != nil {
		return nil, err
	}
	ids := make([]int64, len(issues))
	for n, i := range issues {
		ids[n] = i.ID
	}
	quality, err := d.store.Quality(ctx, ids...)
	if err != nil {
		return nil, err
	}
	all := make([]Issued, len(issues))
	for n, i := range issues {
		all[n] = Issued{i, quality[i.ID]}
	}
	return all, nil
}

// Returned reads it.
func (d *Desk) Returned(ctx context.Context, issue digest.Issue) (r Returned, err error) {
	quality, err := d.store.Quality(ctx, issue.ID)
	if err != nil {
		return r, err
	}
	r.Quality = quality[issue.ID]
	r.Counts, err = d.store.BounceCounts(ctx, issue.ID)
	return r, err
}

// bounced reports whether mails came back: an absence note and a complaint are of mails that
// arrived.
func bounced(c store.BounceCount) bool {
	return c.Kind == string(inbox.Hard) || c.Kind == string(inbox.Soft)
}

// Domains are those that the mail of most readers came back from, the first of them first, and
// of how many it came from all others together.
func (r Returned) Domains(most int) (top []Domain, others int) {
	sums := map[string]int{}
	for _, c := range r.Counts {
		if bounced(c) {
			sums[c.Domain] += c.N
		}
	}
	others = sums[""] // of readers who are forgotten
	delete(sums, "")
	names := slices.SortedFunc(maps.Keys(sums), func(a, b string) int {
		return cmp.Or(sums[b]-sums[a], strings.Compare(a, b))
	})
	for i, name := range names {
		if i < most {
			top = append(top, Domain{name, sums[name]})
		} else {
			others += sums[name]
		}
	}
	return top, others
}
