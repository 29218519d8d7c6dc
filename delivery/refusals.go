package delivery

import (
	"cmp"
	"slices"

	"roundup/delivery/relay"
)

// Refusal is one kind of answer an issue got for readers of one domain.
type Refusal struct {
	State   State  // failed or deferred
	Words   string // the gist of the reply, or our words where the server said nothing
	Example string // one of these replies, as the server wrote it
	Domain  string // of the readers' addresses; "" once erased
	Count   int
}

// Domain is how many readers of a domain were refused.
type Domain struct {
	Name  string // "" for readers erased since
	Count int
}

// RefusalKind is one kind of answer, whatever the domain.
type RefusalKind struct {
	State   State
	Example string // one reply, as the server wrote it, but for addresses
	Count   int
	Domains []Domain // the largest first
}

// RefusalKinds groups refusals by what was said, the largest group first.
func RefusalKinds(all []Refusal) []RefusalKind {
	type words struct {
		state State
		gist  string
	}
	at := map[words]int{}
	var kinds []RefusalKind
	for _, r := range all {
		w := words{r.State, r.Words}
		i, known := at[w]
		if !known {
			i = len(kinds)
			at[w] = i
			kinds = append(kinds, RefusalKind{State: r.State, Example: relay.Nameless(r.Example)})
		}
		kinds[i].Count += r.Count
		kinds[i].Domains = append(kinds[i].Domains, Domain{r.Domain, r.Count})
	}
	for _, k := range kinds {
		sortDomains(k.Domains)
	}
	slices.SortStableFunc(kinds, func(a, b RefusalKind) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Example, b.Example))
	})
	return kinds
}

// RefusedDomains counts refusals by domain, the most first.
func RefusedDomains(all []Refusal) []Domain {
	counts := map[string]int{}
	for _, r := range all {
		counts[r.Domain] += r.Count
	}
	domains := make([]Domain, 0, len(counts))
	for name, n := range counts {
		domains = append(domains, Domain{name, n})
	}
	sortDomains(domains)
	return domains
}

func sortDomains(domains []Domain) {
	slices.SortFunc(domains, func(a, b Domain) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name))
	})
}
