package digest

import "slices"

// What an order of a section costs. A worse fault costs more than any number
// of lesser ones.
const (
	sameSource  = 1       // two neighbours from one source
	sameAuthor  = 1 << 20 // two neighbours by one author
	undatedLead = 1 << 40 // an article without a date comes first
	staleLead   = 1 << 41 // an article that rolled over comes first
)

// exactLast is how many articles at the end of a section are ordered by trying
// every order; those before them are picked one by one with a look ahead.
const exactLast = 10

// arrange returns the chosen articles of a section in the order printed.
//
// Pinned articles stand where they are wished, those without a position first.
// The others follow with the newest first and those without a date last, as far
// as these can be kept: an article that rolled over does not open the section, nor one without a date, two neighbours are not by
// one author, and not from one source. Where one of these can't be kept
// everywhere it is broken as rarely as possible, the last of them first.
// Neighbours are counted within a section: a heading stands between two.
func arrange(chosen []*contender) []*contender {
	a := arranger{page: make([]*contender, len(chosen))}
	var others []*contender
	for _, e := range chosen { // pinned ones come in the order of byPosition
		if e.pinned() {
			a.page[a.wished(e.edit.Position)] = e
		} else {
			others = append(others, e)
		}
	}
	slices.SortFunc(others, newestFirst)
	for place, e := range a.page {
		if e == nil {
			a.free = append(a.free, place)
		}
	}
	a.fillIn(others)
	return a.page
}

// arranger holds a section's page while its free places are filled in order.
type arranger struct {
	page []*contender
	free []int // places not taken by a pinned article
}

// wished is the place of a pinned article: the one wished for, else the nearest
// free one after it, else before it.
func (a *arranger) wished(position int) int {
	first := min(max(position, 1), len(a.page)) - 1
	for place := first; place < len(a.page); place++ {
		if a.page[place] == nil {
			return place
		}
	}
	place := first
	for a.page[place] != nil {
		place--
	}
	return place
}

// fillIn gives the free places to the articles left, which come newest first.
func (a *arranger) fillIn(left []*contender) {
	for k := 0; len(left) > 0; k++ {
		if len(left) <= exactLast {
			a.fillExactly(k, left)
			return
		}
		pick := a.pick(k, left)
		a.page[a.free[k]] = left[pick]
		left = slices.Delete(left, pick, pick+1)
	}
}

// cost is what it costs to put e in the k-th free place, given the page so far.
// before is the article in the free place before that.
func (a *arranger) cost(k int, before, e *contender) int {
	place, sum := a.free[k], 0
	switch {
	case place > 0:
	case e.rolledOver():
		sum += staleLead
	case e.undated() > 0:
		sum += undatedLead
	}
	if place > 0 {
		left := a.page[place-1]
		if k > 0 && a.free[k-1] == place-1 {
			left = before
		}
		sum += clash(left, e)
	}
	if place+1 < len(a.page) && (k+1 == len(a.free) || a.free[k+1] != place+1) {
		sum += clash(e, a.page[place+1]) // pinned there
	}
	return sum
}

// clash is what it costs to print two articles one after the other.
func clash(a, b *contender) int {
	sum := 0
	if a.Source == b.Source {
		sum += sameSource
	}
	if slices.ContainsFunc(a.authors, func(key string) bool { return slices.Contains(b.authors, key) }) {
		sum += sameAuthor
	}
	return sum
}

// pick returns the index in left of the article for the k-th free place: the
// newest of those that cost least, now and as far as can be foreseen.
func (a *arranger) pick(k int, left []*contender) int {
	var before *contender
	if k > 0 {
		before = a.page[a.free[k-1]]
	}
	authors, sources := map[string]int{}, map[string]int{}
	for _, e := range left {
		sources[e.Source]++
		for _, key := range unique(e.authors) {
			authors[key]++
		}
	}
	best, least := 0, -1
	for i, e := range left {
		cost := a.cost(k, before, e)
		cost += sameAuthor * unavoidable(authors, unique(e.authors), len(left)-1)
		cost += sameSource * unavoidable(sources, []string{e.Source}, len(left)-1)
		if least < 0 || cost < least {
			best, least = i, cost
		}
	}
	return best
}

// unavoidable is how many neighbours of one kind there must be among the n
// articles that remain once one of the kinds in last is placed; counts are from
// before that. Of one kind with c articles, n-c others part at most n-c+1 runs.
func unavoidable(counts map[string]int, last []string, n int) int {
	most := 0
	for kind, c := range counts {
		clashes := c - (n - c) - 1
		if slices.Contains(last, kind) {
			c--
			clashes = c - (n - c) // it may not come first either
		}
		most = max(most, clashes)
	}
	return most
}

func unique(keys []string) []string {
	if len(keys) < 2 {
		return keys
	}
	keys = slices.Clone(keys)
	slices.Sort(keys)
	return slices.Compact(keys)
}

// fillExactly gives the free places from the k-th on to the articles left, at
// the least cost there is; of the orders that cost that, the one with the newest
// articles first.
func (a *arranger) fillExactly(k int, left []*contender) {
	x := exact{arranger: a, from: k, left: left, costs: make([]int, len(left)<<len(left))}
	if k > 0 {
		x.before = a.page[a.free[k-1]]
	}
	used, last := 0, -1
	for place := k; place < len(a.free); place++ {
		last = x.best(used, last)
		used |= 1 << last
		a.page[a.free[place]] = left[last]
	}
}

// exact is the search of fillExactly: the cheapest end of the page for each set
// of articles used and the last one of them.
type exact struct {
	*arranger
	from   int
	before *contender // in the free place before from
	left   []*contender
	costs  []int // by set and last; 0 for not known yet, else one more than the cost
}

// best returns the index of the newest article that a cheapest end begins with.
func (x *exact) best(used, last int) int {
	best, least := -1, 0
	for i := range x.left {
		if used&(1<<i) != 0 {
			continue
		}
		if cost := x.step(used, last, i); best < 0 || cost < least {
			best, least = i, cost
		}
	}
	return best
}

// step is the cost of placing the i-th article next, and of the cheapest end after it.
func (x *exact) step(used, last, i int) int {
	place, before := x.from, x.before
	for set := used; set != 0; set &= set - 1 {
		place++
	}
	if last >= 0 {
		before = x.left[last]
	}
	return x.cost(place, before, x.left[i]) + x.end(used|1<<i, i)
}

// end is the cost of the cheapest end of the page after last.
func (x *exact) end(used, last int) int {
	if used == 1<<len(x.left)-1 {
		return 0
	}
	known := &x.costs[used*len(x.left)+last]
	if *known == 0 {
		*known = x.step(used, last, x.best(used, last)) + 1
	}
	return *known - 1
}
