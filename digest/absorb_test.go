package digest_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roundup/digest"
)

const feedName = "https://magazine.example/feed.xml"

// readAt is the moment of the readings of these tests, a Friday.
var readAt = time.Date(2026, 11, 20, 11, 0, 0, 0, time.UTC)

func daysAgo(n float64) time.Time {
	return readAt.Add(-time.Duration(n * 24 * float64(time.Hour)))
}

// item makes an article as a feed gives it, with slug in every name.
func item(slug string, published time.Time) digest.Article {
	link := "https://magazine.example/" + slug
	return digest.Article{
		GUID: "guid-" + slug, URL: link, Canonical: digest.Canonical(link),
		Title: "Title of " + slug, Published: published,
	}
}

func edited(a digest.Article, edit func(*digest.Article)) digest.Article {
	edit(&a)
	return a
}

// shelf stands in for the database: it applies what Absorb says.
type shelf struct {
	articles []digest.Article
	byURL    map[string]int
	byGUID   map[string][]int // source + guid
	sources  map[int64]map[string]bool
	readings map[string]int
	lastRead map[string]time.Time
}

func newShelf() *shelf {
	return &shelf{
		byURL: map[string]int{}, byGUID: map[string][]int{}, sources: map[int64]map[string]bool{},
		readings: map[string]int{}, lastRead: map[string]time.Time{},
	}
}

func (s *shelf) known(r digest.Reading) digest.Known {
	k := digest.Known{
		Readings: s.readings[r.Source], LastRead: s.lastRead[r.Source],
		ByURL: map[string]digest.Article{}, ByGUID: map[string][]digest.Article{}, Shared: map[int64]bool{},
	}
	for _, a := range r.Identified().Articles {
		if at, ok := s.byURL[a.Canonical]; ok {
			k.ByURL[a.Canonical] = s.articles[at]
		}
		if k.ByGUID[a.GUID] == nil {
			for _, at := range s.byGUID[r.Source+" "+a.GUID] {
				k.ByGUID[a.GUID] = append(k.ByGUID[a.GUID], s.articles[at])
			}
		}
	}
	for id, from := range s.sources {
		k.Shared[id] = len(from) > 1
	}
	return k
}

func (s *shelf) absorb(r digest.Reading) []digest.Absorbed {
	out := digest.Absorb(r, s.known(r))
	for _, entry := range out {
		at := int(entry.Article.ID) - 1
		if entry.New {
			at = len(s.articles)
			entry.Article.ID = int64(at + 1)
			s.articles = append(s.articles, entry.Article)
			s.sources[entry.Article.ID] = map[string]bool{}
		}
		s.articles[at] = entry.Article
		s.sources[entry.Article.ID][r.Source] = true
		for _, n := range entry.Names {
			if n.Canonical != "" {
				s.byURL[n.Canonical] = at
			}
			if n.GUID != "" {
				s.giveGUID(r.Source+" "+n.GUID, at)
			}
		}
	}
	s.readings[r.Source]++
	s.lastRead[r.Source] = r.At
	return out
}

func (s *shelf) giveGUID(guid string, at int) {
	if !slices.Contains(s.byGUID[guid], at) {
		s.byGUID[guid] = append(s.byGUID[guid], at)
		slices.Sort(s.byGUID[guid])
	}
}

func reading(items ...digest.Article) digest.Reading {
	return digest.Reading{Source: feedName, At: readAt, Articles: items, FirstWindow: 7 * 24 * time.Hour}
}

// TestAbsorbKnowsAnArticleAgain gives one article, then a second version of it,
// and says whether that is the same article.
func TestAbsorbKnowsAnArticleAgain(t *testing.T) {
	t.Parallel()
	first := item("summit", daysAgo(1))
	tests := []struct {
		name    string
		again   digest.Article
		same    bool
		changed bool
	}{
		{"as it was", first, true, false},
		{"tracking parameter", edited(first, func(a *digest.Article) { a.Canonical = ""; a.URL += "?utm_source=rss" }), true, true},
		{"http for https, new GUID", edited(first, func(a *digest.Article) {
			a.URL, a.Canonical, a.GUID = "http://magazine.example/summit", "", "other"
		}), true, true},
		{"same URL, all else new", edited(first, func(a *digest.Article) {
			a.GUID, a.Title, a.Published = "other", "Other", daysAgo(0)
		}), true, true},
		{"edited title", edited(first, func(a *digest.Article) { a.Title = "Corrected" }), true, true},
		{"edited date", edited(first, func(a *digest.Article) { a.Published = daysAgo(0) }), true, true},
		{"new URL", edited(first, func(a *digest.Article) { a.URL, a.Canonical = "https://magazine.example/moved", "" }), true, true},
		{"new URL and title", edited(first, func(a *digest.Article) {
			a.URL, a.Canonical, a.Title = "https://magazine.example/moved", "", "Corrected"
		}), true, true},
		{"new URL and date", edited(first, func(a *digest.Article) {
			a.URL, a.Canonical, a.Published = "https://magazine.example/moved", "", daysAgo(0)
		}), true, true},
		{"GUID used again: new URL, title and date", edited(first, func(a *digest.Article) {
			a.URL, a.Canonical, a.Title, a.Published = "https://magazine.example/new", "", "Another", daysAgo(0)
		}), false, false},
		{"GUID used again: new URL and title, no date", edited(first, func(a *digest.Article) {
			a.URL, a.Canonical, a.Title, a.Published = "https://magazine.example/new", "", "Another", time.Time{}
		}), false, false},
		{"GUID without URL", edited(first, func(a *digest.Article) { a.URL, a.Canonical, a.Title = "", "", "Another" }), true, true},
		{"all else new", item("other", daysAgo(1)), false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newShelf()
			s.absorb(reading(first))
			got := s.absorb(reading(tt.again))
			if len(got) != 1 {
				t.Fatalf("got %d entries, want 1", len(got))
			}
			if got[0].New == tt.same {
				t.Errorf("new = %v, want %v", got[0].New, !tt.same)
			}
			if got[0].Changed != tt.changed {
				t.Errorf("changed = %v, want %v", got[0].Changed, tt.changed)
			}
			if again := s.absorb(reading(tt.again)); again[0].New || again[0].Changed {
				t.Errorf("a third reading gave new = %v, changed = %v; want neither", again[0].New, again[0].Changed)
			}
			if again := s.absorb(reading(first)); tt.same && again[0].New {
				t.Error("the first version again is new; its names were forgotten")
			}
		})
	}
}

func TestAbsorbCollapsesDuplicatesOfOneReading(t *testing.T) {
	t.Parallel()
	first := item("summit", daysAgo(1))
	sameGUID := edited(item("summit-2", daysAgo(1)), func(a *digest.Article) { a.GUID, a.Dek = first.GUID, "A dek." })
	tracked := edited(first, func(a *digest.Article) {
		a.GUID, a.Canonical, a.URL = "other", "", first.URL+"?utm_medium=feed"
		a.Labels = []string{"Europe"}
	})
	reused := edited(item("column", daysAgo(3)), func(a *digest.Article) { a.GUID = first.GUID })
	got := digest.Absorb(reading(first, sameGUID, tracked, reused), digest.Known{})
	if len(got) != 2 {
		t.Fatalf("got %d entries, want 2: %+v", len(got), got)
	}
	a := got[0].Article
	if a.Title != first.Title || a.URL != first.URL {
		t.Errorf("the first appearance did not win: %q, %s", a.Title, a.URL)
	}
	if a.Dek != "A dek." || !cmp.Equal(a.Labels, []string{"Europe"}) {
		t.Errorf("later appearances did not fill what was empty: dek %q, labels %q", a.Dek, a.Labels)
	}
	if len(got[0].Names) != 3 {
		t.Errorf("got names %+v, want all three", got[0].Names)
	}
	if got[1].Article.Title != reused.Title {
		t.Errorf("a GUID given twice swallowed %q", reused.Title)
	}
}

func TestAbsorbAGUIDGivenTwiceWithoutDates(t *testing.T) {
	t.Parallel()
	got := digest.Absorb(reading(
		edited(item("column", time.Time{}), func(a *digest.Article) { a.GUID = "1" }),
		edited(item("letters", time.Time{}), func(a *digest.Article) { a.GUID = "1" }),
	), digest.Known{})
	if len(got) != 2 {
		t.Errorf("got %d entries, want 2: two unknown dates do not make two articles one", len(got))
	}
}

func TestAbsorbWithoutUsableNames(t *testing.T) {
	t.Parallel()
	nameless := func(title string, published time.Time) digest.Article {
		return digest.Article{Title: title, Published: published}
	}
	s := newShelf()
	items := []digest.Article{
		nameless("Briefly", daysAgo(1)), nameless("BRIEFLY ", daysAgo(1)), nameless("Briefly", daysAgo(2)), nameless("Letters", time.Time{}),
	}
	if got := s.absorb(reading(items...)); len(got) != 3 {
		t.Fatalf("got %d entries, want 3: title and date make one article", len(got))
	}
	for _, entry := range s.absorb(reading(items...)) {
		if entry.New || entry.Changed {
			t.Errorf("%q at the second reading: new = %v, changed = %v; want neither", entry.Article.Title, entry.New, entry.Changed)
		}
	}
}

// TestAbsorbALinkThatNamesNothing reads a feed whose articles all link to the
// site's front page.
func TestAbsorbALinkThatNamesNothing(t *testing.T) {
	t.Parallel()
	home := func(n int) digest.Article {
		return edited(item(strconv.Itoa(n), daysAgo(float64(n)/10)), func(a *digest.Article) { a.URL, a.Canonical = "https://magazine.example/", "" })
	}
	s := newShelf()
	if got := s.absorb(reading(home(1), home(2), home(3), home(4))); len(got) != 4 {
		t.Fatalf("got %d entries, want 4", len(got))
	}
	for round, items := range [][]digest.Article{{home(5), home(1), home(2), home(3)}, {home(1), home(2)}, {home(6), home(1)}} {
		for _, entry := range s.absorb(reading(items...)) {
			isNew := entry.Article.GUID == "guid-5" && round == 0 || entry.Article.GUID == "guid-6"
			if entry.New != isNew || entry.Changed {
				t.Errorf("round %d: %s: new = %v, changed = %v; want %v, false", round, entry.Article.GUID, entry.New, entry.Changed, isNew)
			}
		}
	}
}

func TestAbsorbFirstReading(t *testing.T) {
	t.Parallel()
	undated := func(slug string) digest.Article { return item(slug, time.Time{}) }
	many := func(n int) []digest.Article {
		items := make([]digest.Article, n)
		for i := range items {
			items[i] = undated(strconv.Itoa(i))
		}
		return items
	}
	states := func(owed, baseline int) string { return fmt.Sprintf("%d owed, %d baseline", owed, baseline) }
	tests := []struct {
		name  string
		items []digest.Article
		from  time.Time
		want  string
		why   string // of the last one
	}{
		{"inside the window", []digest.Article{item("a", daysAgo(1)), item("b", daysAgo(7))}, time.Time{}, states(2, 0), ""},
		{"outside", []digest.Article{item("a", daysAgo(1)), item("b", daysAgo(7.01))}, time.Time{}, states(1, 1), "older than the first window of 7 days"},
		{"in the future", []digest.Article{item("a", daysAgo(-3))}, time.Time{}, states(1, 0), ""},
		{"undated between new ones", []digest.Article{item("a", daysAgo(1)), undated("b"), item("c", daysAgo(2))}, time.Time{}, states(3, 0), ""},
		{"undated at the border", []digest.Article{item("c", daysAgo(6)), undated("b"), item("a", daysAgo(9))}, time.Time{}, states(2, 1), "older than the first window of 7 days"},
		{"undated between old ones", []digest.Article{item("a", daysAgo(8)), undated("b")}, time.Time{}, states(0, 2), "no date, and among articles older than the first window of 7 days"},
		{"nothing dated", many(30), time.Time{}, states(10, 20), "no date, and not among the first 10 at its source's first reading"},
		{"one dated and a flood", append([]digest.Article{item("a", daysAgo(1))}, many(200)...), time.Time{}, states(11, 190), "no date, and not among the first 10 at its source's first reading"},
		{"already sent", []digest.Article{item("b", daysAgo(1)), undated("u"), item("a", daysAgo(2))}, daysAgo(1), states(0, 3), "counted as already sent: dated up to 19 November 2026, 11:00 UTC"},
		{"not yet sent", []digest.Article{item("a", daysAgo(1)), item("b", daysAgo(2))}, daysAgo(1.5), states(1, 1), "counted as already sent: dated up to 18 November 2026, 23:00 UTC"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := reading(tt.items...)
			r.MayOweFrom = tt.from
			count := map[digest.State]int{}
			out := digest.Absorb(r, digest.Known{})
			for _, entry := range out {
				count[entry.State]++
				if !entry.New || !entry.Article.FirstSeen.Equal(readAt) || entry.Article.Source != feedName {
					t.Errorf("%q: new %v, first seen %v in %q", entry.Article.Title, entry.New, entry.Article.FirstSeen, entry.Article.Source)
				}
			}
			if got := states(count[digest.Owed], count[digest.Baseline]); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			if got := out[len(out)-1].Why; got != tt.why {
				t.Errorf("got why %q, want %q", got, tt.why)
			}
		})
	}
}

// TestAbsorbLaterReading shows that the first window and the limit on undated
// articles hold at the first reading only.
func TestAbsorbLaterReading(t *testing.T) {
	t.Parallel()
	r := reading(item("back-dated", daysAgo(300)), item("undated", time.Time{}), item("sent", daysAgo(40)))
	r.MayOweFrom = daysAgo(200)
	want := []digest.State{digest.Baseline, digest.Owed, digest.Owed}
	for i, entry := range digest.Absorb(r, digest.Known{Readings: 1, LastRead: daysAgo(1)}) {
		if entry.State != want[i] {
			t.Errorf("%q: got %s, want %s", entry.Article.Title, entry.State, want[i])
		}
	}
}

func TestAbsorbQuarantine(t *testing.T) {
	t.Parallel()
	old := func(prefix string, n int) (items []digest.Article) {
		for i := range n {
			items = append(items, item(fmt.Sprintf("%s-%d", prefix, i), daysAgo(float64(10+i))))
		}
		return items
	}
	tests := []struct {
		name           string
		readings       int
		known, unknown int // dated before the last reading
		want           digest.State
	}{
		{"every GUID and link new", 3, 0, 5, digest.Quarantined},
		{"four are few", 3, 0, 4, digest.Owed},
		{"source hardly known", 2, 0, 9, digest.Owed},
		{"exactly 60 percent", 3, 4, 6, digest.Owed},
		{"over 60 percent", 3, 3, 5, digest.Quarantined},
		{"a few back-dated", 9, 20, 5, digest.Owed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			known := digest.Known{Readings: tt.readings, LastRead: daysAgo(1), ByURL: map[string]digest.Article{}}
			for i, a := range old("known", tt.known) {
				a.ID = int64(i + 1)
				known.ByURL[a.Canonical] = a
			}
			items := append(old("known", tt.known), old("unknown", tt.unknown)...)
			items = append(items, item("today", daysAgo(0)), item("undated", time.Time{}))
			for i, entry := range digest.Absorb(reading(items...), known) {
				want := tt.want
				if i >= len(items)-2 {
					want = digest.Owed // what is new is news, whatever comes with it
				}
				switch {
				case !entry.New && entry.State != "":
					t.Errorf("%q is known and got state %s", entry.Article.Title, entry.State)
				case entry.New && entry.State != want:
					t.Errorf("%q: got %s, want %s", entry.Article.Title, entry.State, want)
				case entry.New && (entry.Why != "") != (want == digest.Quarantined):
					t.Errorf("%q: got why %q", entry.Article.Title, entry.Why)
				}
			}
		})
	}
}

// An article without a date is as old as what its feed lists above it.
func TestAbsorbQuarantineWithoutDates(t *testing.T) {
	t.Parallel()
	undated := func(prefix string, n int) (items []digest.Article) {
		for i := range n {
			items = append(items, item(fmt.Sprintf("%s-%d", prefix, i), time.Time{}))
		}
		return items
	}
	known := undated("known", 3)
	tests := []struct {
		name        string
		items       []digest.Article
		quarantined []string
	}{
		{"an archive below what is known", slices.Concat(undated("new", 2), known, undated("archive", 6)),
			[]string{"archive-0", "archive-1", "archive-2", "archive-3", "archive-4", "archive-5"}},
		{"a busy week above it", slices.Concat(undated("new", 12), known), nil},
		{"a busy week and nothing known left", undated("new", 12), nil},
		{"among dated ones", slices.Concat(
			undated("top", 1), []digest.Article{item("today", daysAgo(0))}, undated("fresh", 1),
			[]digest.Article{item("old-1", daysAgo(9)), item("old-2", daysAgo(10)), item("old-3", daysAgo(11))}, undated("stale", 2)),
			[]string{"old-1", "old-2", "old-3", "stale-0", "stale-1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			k := digest.Known{Readings: 3, LastRead: daysAgo(1), ByURL: map[string]digest.Article{}}
			for i, a := range known {
				a.ID = int64(i + 1)
				k.ByURL[a.Canonical] = a
			}
			var got []string
			for _, entry := range digest.Absorb(reading(tt.items...), k) {
				if entry.State == digest.Quarantined {
					got = append(got, strings.TrimPrefix(entry.Article.Title, "Title of "))
				}
			}
			if !slices.Equal(got, tt.quarantined) {
				t.Errorf("quarantined %q, want %q", got, tt.quarantined)
			}
		})
	}
}

// A link that a reading gives twice is one article, even where the database
// knows the two GUIDs beside it as two.
func TestAbsorbOneLinkUnderTwoKnownGUIDs(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	article := func(id int64, guid, path, title string) digest.Article {
		url := "https://mag.example/" + path
		return digest.Article{ID: id, Source: "feed", GUID: guid, URL: url, Canonical: digest.Canonical(url), Title: title, Published: at}
	}
	got := digest.Absorb(digest.Reading{
		Source: "feed", At: at,
		Articles: []digest.Article{article(0, "3", "b", "Three"), article(0, "1", "b", "One")},
	}, digest.Known{
		Readings: 1, LastRead: at,
		ByURL:  map[string]digest.Article{},
		ByGUID: map[string][]digest.Article{"3": {article(7, "3", "x", "Three")}, "1": {article(8, "1", "y", "One")}},
	})
	if len(got) != 1 || got[0].Article.ID != 7 || len(got[0].Names) != 2 {
		t.Errorf("got %+v, want article 7 alone, under both names", got)
	}
}

// What an issue carried elsewhere, before the database was in charge, is not owed.
func TestSentElsewhere(t *testing.T) {
	t.Parallel()
	r := digest.Reading{Source: feedName, At: readAt, Articles: []digest.Article{item("went-out", daysAgo(1)), item("did-not", daysAgo(1))}}
	known := digest.Known{Readings: 9, Sent: map[string]int{"magazine.example/went-out": 12}}
	got := digest.Absorb(r, known)
	if got[0].State != digest.Baseline || got[0].Why != "went out in issue 12, before this database was in charge" {
		t.Errorf("what went out is %s (%s), want baseline", got[0].State, got[0].Why)
	}
	if got[1].State != digest.Owed {
		t.Errorf("what did not go out is %s (%s), want owed", got[1].State, got[1].Why)
	}
}
