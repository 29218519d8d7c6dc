package digest

import "slices"

// How badly an article fits a place. A worse fault counts more than all lesser
// ones that it may have there.
const (
	sameSource  = 1  // as a neighbour; or another source has most of what is left
	sameAuthor  = 4  // as a neighbour; or another author has most of what is left
	undatedLead = 16 // without a date it comes first
	staleLead   = 32 // rolled over it comes first
)

// arrange returns the chosen articles of a section in the order printed.
//
// Pinned articles stand where they are wished, those without a position first.
// Each other place takes the newest of those that fit it best: an article that
// rolled over does not open the section, nor one without a date, and two
// neighbours are not by one author, and not from one source, while there is a
// choice. An author or source that has more than half of what is left comes next,
// so that there is a choice to the end.
// Neighbours are counted within a section: a heading stands between two.
func arrange(chosen []*contender) []*contender {
	p := page{places: make([]*contender, len(chosen)), authors: map[string]int{}, sources: map[string]int{}}
	var others []*contender
	for _, e := range chosen { // pinned ones come in the order of byPosition
		p.count(e, 1)
		if e.pinned() {
			p.places[p.wished(e.edit.Position)] = e
		} else {
			others = append(others, e)
		}
	}
	slices.SortFunc(others, newestFirst)
	for place := range p.places {
		if p.places[place] == nil {
			best := p.fittest(place, others)
			p.places[place] = others[best]
			others = slices.Delete(others, best, best+1)
		}
		p.count(p.places[place], -1)
	}
	return p.places
}

// printingOrder lists the sections that have articles, in the order printed: that
// of the rules, but for the first one that does not begin with an article that
// rolled over, unless it is pinned. That one opens the issue, so that no such
// article leads while there is another.
func printingOrder(arranged [][]*contender) []int {
	var order []int
	for i := range arranged {
		if len(arranged[i]) > 0 {
			order = append(order, i)
		}
	}
	opener := slices.IndexFunc(order, func(i int) bool {
		first := arranged[i][0]
		return first.pinned() || !first.rolledOver()
	})
	if opener > 0 {
		i := order[opener]
		order = slices.Insert(slices.Delete(order, opener, opener+1), 0, i)
	}
	return order
}

// page is a section's while its places are filled in order.
type page struct {
	places  []*contender
	authors map[string]int // how many articles from here on each author has
	sources map[string]int
}

func (p *page) count(e *contender, by int) {
	p.sources[e.Source] += by
	for _, key := range e.authors {
		p.authors[key] += by
	}
}

// wished is the place of a pinned article: the one wished for, else the nearest
// free one after it, else before it.
func (p *page) wished(position int) int {
	first := min(max(position, 1), len(p.places)) - 1
	for place := first; place < len(p.places); place++ {
		if p.places[place] == nil {
			return place
		}
	}
	place := first
	for p.places[place] != nil {
		place--
	}
	return place
}

// fittest is the index of the article for a place: of those that fit it best the
// first, which is the newest.
func (p *page) fittest(place int, left []*contender) int {
	half := float64(len(p.places)-place) / 2
	author, source := majority(half, p.authors), majority(half, p.sources)
	best, least := 0, -1
	for i, e := range left {
		faults := p.faults(place, e)
		if author != "" && !slices.Contains(e.authors, author) {
			faults += sameAuthor
		}
		if source != "" && e.Source != source {
			faults += sameSource
		}
		if least < 0 || faults < least {
			best, least = i, faults
		}
	}
	return best
}

// faults is how badly an article fits a place beside what stands there already.
func (p *page) faults(place int, e *contender) int {
	sum := 0
	if place == 0 && e.rolledOver() {
		sum += staleLead
	}
	if place == 0 && e.undated() > 0 {
		sum += undatedLead
	}
	for _, beside := range []int{place - 1, place + 1} {
		if beside < 0 || beside >= len(p.places) || p.places[beside] == nil {
			continue
		}
		other := p.places[beside]
		if other.Source == e.Source {
			sum += sameSource
		}
		if slices.ContainsFunc(e.authors, func(key string) bool { return slices.Contains(other.authors, key) }) {
			sum += sameAuthor
		}
	}
	return sum
}

// majority is the name that has more than half of what is left; "" for none. Where
// articles have several authors it may be the first of them.
func majority(half float64, counts map[string]int) string {
	name := ""
	for one, n := range counts {
		if float64(n) > half && (name == "" || one < name) {
			name = one
		}
	}
	return name
}
