package digest

import (
	"fmt"
	"slices"
	"time"
)

// undatedAtFirst is how many articles without a date a source's first reading may owe. A
// feed without any dates is news to its reader for about one issue's worth, and its back
// file for the rest.
const undatedAtFirst = 10

// Reading is what one look at a source gave.
type Reading struct {
	Source      string
	At          time.Time
	Articles    []Article     // in the source's order
	FirstWindow time.Duration // articles older than this at a source's first reading become baseline
	MayOweFrom  time.Time     // init's --already-sent-until: articles dated up to it become baseline; zero for none
}

// Known is what the database already holds about the articles of a reading. It
// is looked up by the names of the articles as Reading.Identified gives them.
type Known struct {
	Readings int                  // successful readings of this source before this one
	LastRead time.Time            // the last of them; zero for none
	ByURL    map[string]Article   // canonical url -> article, from any source
	ByGUID   map[string][]Article // guid -> every article this source gave it, in the order of their numbers
	Sent     map[string]int       // canonical url (AsPrinted) -> number of the issue that carried it elsewhere; of articles not known yet
	Shared   map[int64]bool       // articles of ByURL and ByGUID that more than one source gave
}

// Absorbed says what to write for one article of a reading.
type Absorbed struct {
	Article Article // with ID set when it is one already known; its changed fields are to be stored
	Names   []Name  // every name this reading gave it, to be kept whether or not it is new or changed
	New     bool
	Changed bool   // known, and title, dek, picture or another printed field differs
	State   State  // of a new one: Owed, Baseline or Quarantined
	Why     string // of Baseline and Quarantined
}

// Absorb says what to write for a reading: one entry for each distinct article,
// in the source's order.
//
// An article is the one already known under its canonical URL, else the one
// known under its GUID; of several the one whose title and date fit best. A GUID
// with a new URL is the same article unless title and date differ too (an unknown
// date is no evidence of sameness). What appears
// twice in one reading is one article; its first appearance wins, later ones
// fill what that left empty. An article without URL and GUID goes by its title
// and date, see Reading.Identified.
//
// A known article follows its own source; see follow for what an edit replaces.
//
// A new article is owed, but:
//   - in an issue that went out elsewhere (Known.Sent), or dated up to MayOweFrom, it is baseline;
//   - when the source was read at least three times and now shows five or more
//     unknown articles dated before its last reading, and these are over 60 % of
//     all it dates before then, they are quarantined. What is dated later is news,
//     whatever else the source shows with it;
//   - older than FirstWindow at the source's first reading it is baseline.
//
// An article without a date at a first reading is taken to be as old as the
// younger of the nearest dated articles above and below it, and at most ten are
// owed; where no article of the reading has a date, the first ten are.
func Absorb(r Reading, known Known) []Absorbed {
	r = r.Identified()
	a := absorber{
		reading: r,
		known:   known,
		byID:    map[int64]int{},
		byURL:   map[string]int{},
		byGUID:  map[string][]int{},
	}
	for _, item := range r.Articles {
		a.take(item)
	}
	for i := range a.out {
		if !a.out[i].New {
			a.out[i].Changed = printedDiffers(a.was[i], a.out[i].Article)
		}
	}
	a.settleStates()
	return a.out
}

// absorber gathers the entries of one reading. was holds, beside each entry of
// out, the article as it was known before.
type absorber struct {
	reading Reading
	known   Known
	out     []Absorbed
	was     []Article
	byID    map[int64]int // places in out
	byURL   map[string]int
	byGUID  map[string][]int
}

// take finds the entry an item belongs to, or makes one.
func (a *absorber) take(item Article) {
	old, found := a.find(item)
	if _, linked := a.known.ByURL[item.Canonical]; found && !linked && old.Canonical == "" && old.URL != "" {
		item.Canonical = "" // a link found to name no one article (see Identified) never will
	}
	at, again := a.place(item, old)
	switch {
	case again:
		entry := &a.out[at].Article
		FillBlanks(entry, item)
		entry.Labels = joinLabels(entry.Labels, item.Labels)
	case found:
		at = a.add(Absorbed{Article: follow(old, item, a.reading, a.known.Shared[old.ID])}, old)
		a.byID[old.ID] = at
	default:
		fresh := item
		fresh.ID, fresh.Source, fresh.FirstSeen = 0, a.reading.Source, a.reading.At
		at = a.add(Absorbed{Article: fresh, New: true, State: Owed}, Article{})
	}
	a.name(at, item)
}

func (a *absorber) add(entry Absorbed, was Article) int {
	a.out = append(a.out, entry)
	a.was = append(a.was, was)
	return len(a.out) - 1
}

// find returns the article the database knows an item as.
func (a *absorber) find(item Article) (Article, bool) {
	if old, ok := a.known.ByURL[item.Canonical]; ok && item.Canonical != "" {
		return old, true
	}
	if _, ok := a.byURL[item.Canonical]; ok && item.Canonical != "" {
		return Article{}, false // this reading gave the link already: what it was found to be, it is
	}
	if item.GUID == "" {
		return Article{}, false
	}
	candidates := a.known.ByGUID[item.GUID]
	best, ok := bestFit(item, len(candidates), func(i int) Article {
		if at, ok := a.byID[candidates[i].ID]; ok {
			return a.out[at].Article // as this reading leaves it, and the next one will find it
		}
		return candidates[i]
	})
	if !ok {
		return Article{}, false
	}
	return candidates[best], true
}

// bestFit chooses, of n articles with an item's GUID, the one that fits it best;
// false when none does.
func bestFit(item Article, n int, candidate func(int) Article) (best int, ok bool) {
	most := -1
	for i := range n {
		if c := candidate(i); sameUnderGUID(c, item) && likeness(c, item) > most {
			best, most = i, likeness(c, item)
		}
	}
	return best, most >= 0
}

// place returns the entry an item repeats, if the reading already gave it.
func (a *absorber) place(item, old Article) (int, bool) {
	if old.ID != 0 {
		at, ok := a.byID[old.ID]
		return at, ok
	}
	if at, ok := a.byURL[item.Canonical]; ok && item.Canonical != "" {
		return at, true
	}
	if item.GUID == "" {
		return 0, false
	}
	places := a.byGUID[item.GUID]
	best, ok := bestFit(item, len(places), func(i int) Article { return a.out[places[i]].Article })
	if !ok {
		return 0, false
	}
	return places[best], true
}

// name records the names an item goes by for the entry at a place.
func (a *absorber) name(at int, item Article) {
	if item.Canonical != "" {
		a.byURL[item.Canonical] = at
	}
	if item.GUID != "" && !slices.Contains(a.byGUID[item.GUID], at) {
		a.byGUID[item.GUID] = append(a.byGUID[item.GUID], at)
	}
	name := Name{GUID: item.GUID, URL: item.URL, Canonical: item.Canonical}
	for _, n := range a.out[at].Names {
		if n == name {
			return
		}
	}
	a.out[at].Names = append(a.out[at].Names, name)
}

// settleStates says the state of every new article.
func (a *absorber) settleStates() {
	old := a.before(a.known.LastRead)
	suspicion := a.suspicion(old)
	dates := a.likelyDates()
	undated := 0 // owed so far
	for i := range a.out {
		entry := &a.out[i]
		if !entry.New {
			continue
		}
		until := a.reading.MayOweFrom
		issue, sent := a.known.Sent[AsPrinted(entry.Article.Canonical)]
		switch {
		case sent:
			entry.State = Baseline
			entry.Why = fmt.Sprintf("went out in issue %d, before this database was in charge", issue)
		case !until.IsZero() && !dates[i].IsZero() && !dates[i].After(until):
			entry.State = Baseline
			entry.Why = "counted as already sent: dated up to " + until.UTC().Format("2 January 2006, 15:04 MST")
		case suspicion != "" && old[i]:
			entry.State, entry.Why = Quarantined, suspicion
		case a.known.Readings == 0:
			entry.State, entry.Why = a.firstState(entry.Article, dates[i], undated)
		}
		if entry.State == Owed && entry.Article.Published.IsZero() {
			undated++
		}
	}
}

// firstState is the state of a new article at its source's first reading.
func (a *absorber) firstState(article Article, likely time.Time, undated int) (State, string) {
	window := a.reading.FirstWindow
	old := !likely.IsZero() && likely.Before(a.reading.At.Add(-window))
	switch {
	case old && article.Published.IsZero():
		return Baseline, "no date, and among articles older than the first window of " + inDays(window)
	case old:
		return Baseline, "older than the first window of " + inDays(window)
	case !article.Published.IsZero():
		return Owed, ""
	case window <= 0 || undated >= undatedAtFirst:
		return Baseline, fmt.Sprintf("no date, and not among the first %d at its source's first reading", undatedAtFirst)
	}
	return Owed, ""
}

// likelyDates gives the date of each entry. At a source's first reading one
// without a date gets the later of its nearest dated neighbours': feeds are in
// order of date, and it is better to offer an old article than to lose a new
// one. Zero where nothing tells.
func (a *absorber) likelyDates() []time.Time {
	dates := make([]time.Time, len(a.out))
	for i, entry := range a.out {
		dates[i] = entry.Article.Published
	}
	if a.known.Readings > 0 {
		return dates
	}
	likely := make([]time.Time, len(dates))
	var above time.Time
	for i, date := range dates {
		if !date.IsZero() {
			above = date
		}
		likely[i] = above
	}
	var below time.Time
	for i := len(dates) - 1; i >= 0; i-- {
		if !dates[i].IsZero() {
			below = dates[i]
		}
		if dates[i].IsZero() && below.After(likely[i]) {
			likely[i] = below
		}
	}
	return likely
}
