package digest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"roundup/internal/language"
)

// place gives out the places of every section, first to last, and then those of
// the rest, and returns who got one, by section and by rank.
//
// An article goes to the section a person moved it to, else to the first one
// with a label of its own. What a section has no room for goes to the rest,
// unless the section keeps its overflow for the next issue, and so does what no
// section takes. Where there is no rest, or no room in it, the article rolls
// over. Then limit cuts what the issue as a whole has no room for.
func (c chooser) place(eligible []*contender) [][]*contender {
	sections := c.rules.Sections
	rest := slices.IndexFunc(sections, func(s Section) bool { return s.Rest })
	queues := make([][]*contender, len(sections))
	for _, e := range eligible {
		home := c.sectionFor(e)
		if home < 0 {
			home = rest
		}
		if home < 0 {
			e.outcome, e.reason = Next, "no section takes it: next issue"
			continue
		}
		e.section = sections[home].Title
		queues[home] = append(queues[home], e)
	}
	chosen := make([][]*contender, len(sections))
	fill := func(i int, next bool) {
		ranked := rank(queues[i])
		room := sections[i].room(len(ranked))
		chosen[i] = ranked[:room]
		for _, e := range ranked[room:] {
			e.passOver(sections[i])
			if !next {
				e.outcome, e.section = In, sections[rest].Title
				queues[rest] = append(queues[rest], e)
			}
		}
	}
	for i, s := range sections {
		if i != rest {
			fill(i, s.Next || rest < 0 || c.unwanted(s))
		}
	}
	if rest >= 0 {
		fill(rest, true)
	}
	for i, s := range sections {
		if c.unwanted(s) {
			putOff(chosen[i], "no reader wants "+cmp.Or(s.Title, "its section")+": waits")
			chosen[i] = nil
		}
	}
	c.limit(chosen)
	return chosen
}

// unwanted reports whether nobody gets a section. Its articles go nowhere else: readers
// have turned them off.
func (c chooser) unwanted(s Section) bool { return slices.Contains(c.rules.Unwanted, s.Key) }

// putOff makes articles wait for the next issue.
func putOff(all []*contender, why string) {
	for _, e := range all {
		e.outcome, e.reason = Next, why
	}
}

// sectionFor is the index of the section an article goes to; -1 for none.
func (c chooser) sectionFor(e *contender) int {
	if moved := c.movedTo(e); moved >= 0 {
		return moved
	}
	for i, s := range c.rules.Sections {
		for _, label := range s.Labels {
			if at := slices.Index(e.labels, language.Fold(label)); at >= 0 {
				e.match = e.Labels[at/2] // two keys a label
				return i
			}
		}
	}
	return -1
}

// movedTo is the index of the section a person moved an article to; -1 for none.
func (c chooser) movedTo(e *contender) int {
	if e.edit.Section == "" {
		return -1
	}
	return slices.IndexFunc(c.rules.Sections, func(s Section) bool { return language.Same(s.Title, e.edit.Section) })
}

// room is how many of n articles a section has places for.
func (s Section) room(n int) int {
	if s.Max <= 0 {
		return n
	}
	return min(n, s.Max)
}

// passOver makes a contender roll over for want of a place in a section.
func (e *contender) passOver(s Section) {
	full := fmt.Sprintf("the cap of %d", s.Max)
	if s.Title != "" {
		full = fmt.Sprintf("%s cap of %d", possessive(s.Title), s.Max)
	}
	if e.over != "" {
		full = e.over + " and " + full
	}
	e.over = full
	e.outcome, e.reason = Next, "over "+full+": waits"
}

func possessive(name string) string {
	if strings.HasSuffix(name, "s") {
		return name + "'"
	}
	return name + "'s"
}

// rank orders the articles of a section by who gets a place first: pinned ones,
// by the position wished for and then the newest; then by turns one that is new,
// the newest first, and one that rolled over, the longest owed first. So the
// rolled over get at most half of the places that pins leave, for however many
// there are, and more only when there are not enough new ones. A single place is
// not theirs: a section that never caught up would be a week behind for good.
func rank(queue []*contender) []*contender {
	var pinned, rolled, fresh []*contender
	for _, e := range queue {
		switch {
		case e.pinned():
			pinned = append(pinned, e)
		case e.rolledOver():
			rolled = append(rolled, e)
		default:
			fresh = append(fresh, e)
		}
	}
	slices.SortFunc(pinned, byPosition)
	slices.SortFunc(rolled, longestOwedFirst)
	slices.SortFunc(fresh, newestFirst)
	ranked := pinned
	for i := range max(len(rolled), len(fresh)) {
		if i < len(fresh) {
			ranked = append(ranked, fresh[i])
		}
		if i < len(rolled) {
			ranked = append(ranked, rolled[i])
		}
	}
	return ranked
}

// byPosition orders pinned contenders: those with a position first, in its
// order, then the newest.
func byPosition(a, b *contender) int {
	return cmp.Or(
		cmp.Compare(min(b.edit.Position, 1), min(a.edit.Position, 1)),
		cmp.Compare(a.edit.Position, b.edit.Position),
		newestFirst(a, b),
	)
}

// limit cuts what is over the max_articles, and then what does not fit
// into its mail.
func (c chooser) limit(chosen [][]*contender) {
	cut := func(most int, reason string) {
		if most > 0 {
			cutTo(most, chosen, reason)
		}
	}
	cut(c.rules.MaxArticles, fmt.Sprintf("over the issue's limit of %d: waits", c.rules.MaxArticles))
	cut(c.rules.Room, "does not fit: the mail would be larger than Gmail shows whole; waits")
}

// cutTo takes away what is over a number of articles: from the last section
// upwards, in each the lowest ranked first, but no section's only article while
// another can still give one up, and pinned ones last of all.
func cutTo(most int, chosen [][]*contender, reason string) {
	over := -most
	for _, section := range chosen {
		over += len(section)
	}
	for _, round := range []struct {
		keep   int
		pinned bool
	}{{1, false}, {0, false}, {1, true}, {0, true}} {
		for i := len(chosen) - 1; i >= 0; i-- {
			for over > 0 && len(chosen[i]) > round.keep {
				last := chosen[i][len(chosen[i])-1]
				if last.pinned() && !round.pinned {
					break
				}
				last.outcome, last.reason = Next, reason
				chosen[i] = chosen[i][:len(chosen[i])-1]
				over--
			}
		}
	}
}
