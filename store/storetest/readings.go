package storetest

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"roundup/digest"
	"roundup/store"
	"roundup/store/content"
)

const day = 24 * time.Hour

func (e suite) TestSaveReadingStoresArticlesWhole(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	full := item("ports", day)
	full.Summary = "Ships. Cranes."
	full.Republished = "First appeared elsewhere."
	full.Updated = begin().Add(-time.Hour)
	bare := digest.Article{GUID: "only", Title: "Only a title"}
	sum := s.save(s.reading(full, bare))
	if want := (content.ReadingSummary{New: 2}); sum != want {
		t.Errorf("summary = %+v, want %+v", sum, want)
	}
	got := s.named("ports")
	full.ID, full.Source, full.FirstSeen = got.ID, feed, begin()
	want := digest.Candidate{Article: full, State: digest.Owed, OwedSince: begin()}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("article (-want +got):\n%s", diff)
	}
	all, err := s.Articles(t.Context(), content.ArticleFilter{Text: "only a"})
	s.must(err)
	if len(all) != 1 || !all[0].Published.IsZero() || all[0].FirstSeen != begin() || all[0].URL != "" {
		t.Errorf("bare article = %+v, want it without date and link, seen now", all)
	}
}

// The longest names that a feed may give are kept, and known again.
func (e suite) TestSaveReadingKeepsLongNames(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	long := func(n int) string { // nothing in it can be compressed
		text := make([]byte, n/2+1)
		_, _ = rand.Read(text)
		return hex.EncodeToString(text)[:n]
	}
	a := item("ports", time.Hour)
	a.GUID = long(2000)
	a.URL = a.URL + "/" + long(2000-len(a.URL)-1)
	a.Canonical = digest.Canonical(a.URL)
	if got := s.save(s.reading(a)); got.New != 1 {
		t.Errorf("long names: %+v, want one new", got)
	}
	a.GUID = a.GUID[1:]
	if got := s.save(s.reading(a)); got.New != 0 {
		t.Errorf("the same link: %+v, want nothing new", got)
	}
	a.URL, a.Canonical = "", ""
	if got := s.save(s.reading(a)); got.New != 0 {
		t.Errorf("the same guid: %+v, want nothing new", got)
	}
}

func (e suite) TestSaveReadingKnowsArticlesAgain(t *testing.T) {
	t.Parallel()
	base := item("ports", day)
	tests := []struct {
		name   string
		source string
		change func(*digest.Article)
		want   content.ReadingSummary
	}{
		{"unchanged", feed, func(*digest.Article) {}, content.ReadingSummary{}},
		{"edited title", feed, func(a *digest.Article) { a.Title = "On ports, again" }, content.ReadingSummary{Changed: 1}},
		{"new guid", feed, func(a *digest.Article) { a.GUID = "other" }, content.ReadingSummary{}},
		{"tracking parameter and http", feed, func(a *digest.Article) {
			a.URL = "http://mag.example/ports?utm_source=x"
			a.Canonical = digest.Canonical(a.URL)
			a.URL = base.URL
		}, content.ReadingSummary{}},
		{"new url", feed, func(a *digest.Article) {
			a.URL = "https://mag.example/harbours"
			a.Canonical = digest.Canonical(a.URL)
		}, content.ReadingSummary{Changed: 1}},
		{"second feed", "https://mag.example/other", func(a *digest.Article) { a.GUID = "its own" }, content.ReadingSummary{}},
		{"same guid of a second feed", "https://other.example/feed", func(a *digest.Article) {
			a.URL = "https://other.example/ports"
			a.Canonical = digest.Canonical(a.URL)
		}, content.ReadingSummary{New: 1}},
		{"recycled guid", feed, func(a *digest.Article) {
			*a = item("trade", time.Hour)
			a.GUID = base.GUID
		}, content.ReadingSummary{New: 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := e.newShelf(t)
			s.save(s.reading(base))
			s.clock.Forward(time.Hour)
			changed := base
			tt.change(&changed)
			r := s.reading(changed)
			r.Source = tt.source
			if got := s.save(r); got != tt.want {
				t.Errorf("summary = %+v, want %+v", got, tt.want)
			}
			if got := s.find(changed.URL); got.Title != changed.Title {
				t.Errorf("title = %q, want %q", got.Title, changed.Title)
			}
			// Every name it was ever seen under keeps leading to it.
			if got := s.save(s.reading(base)); got.New != 0 {
				t.Errorf("back under its first names: %+v, want nothing new", got)
			}
			if got, want := One[int](t, s.Base, `SELECT count(*) FROM articles`), 1+tt.want.New; got != want {
				t.Errorf("articles = %d, want %d", got, want)
			}
		})
	}
}

func (e suite) TestSaveReadingKeepsStateOfKnownArticles(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	s.save(s.reading(item("ports", day)))
	id := s.named("ports").ID
	s.settle(id, digest.Carried, s.issue(7, digest.Sent))
	edited := item("ports", day)
	edited.Title = "A better headline"
	if got := s.save(s.reading(edited)); got.Changed != 1 {
		t.Errorf("summary = %+v, want one change", got)
	}
	got := s.named("ports")
	if got.ID != id || got.State != digest.Carried || got.Issue != 7 || got.Title != "A better headline" {
		t.Errorf("article = %+v, want it carried by issue 7 under its new title", got)
	}
}

func (e suite) TestSaveReadingJoinsLabelsOfSharedArticles(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	first := item("ports", day)
	s.save(s.reading(first))
	second := first
	second.Labels = []string{"Trade"}
	other := s.reading(second)
	other.Source = "https://mag.example/trade"
	s.save(other)
	s.save(s.reading(first)) // must not take back what the other feed said
	want := []string{"Analysis", "Europe", "Trade"}
	if diff := cmp.Diff(want, s.named("ports").Labels); diff != "" {
		t.Errorf("labels (-want +got):\n%s", diff)
	}
}

func (e suite) TestSaveReadingOfAFirstVisit(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	sum := s.save(s.reading(item("new", day), item("old", 30*day)))
	if want := (content.ReadingSummary{New: 1, Baseline: 1}); sum != want {
		t.Errorf("summary = %+v, want %+v", sum, want)
	}
	old := s.named("old")
	if old.State != digest.Baseline || old.Why == "" || !old.OwedSince.IsZero() {
		t.Errorf("old article = %+v, want baseline with a reason", old)
	}
}

// quarantine makes the feed look as if it had renamed its old articles.
func (s *shelf) quarantine(n int) content.ReadingSummary {
	s.t.Helper()
	for range 3 {
		s.save(s.reading(item("known", day)))
		s.clock.Forward(time.Hour)
	}
	items := []digest.Article{item("known", day)}
	for i := range n {
		items = append(items, item(fmt.Sprintf("old-%d", i), 3*day))
	}
	return s.save(s.reading(items...))
}

func (e suite) TestSaveReadingQuarantinesAPileOfOldArticles(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	if got, want := s.quarantine(5), (content.ReadingSummary{Quarantined: 5}); got != want {
		t.Errorf("summary = %+v, want %+v", got, want)
	}
	if got := s.source().Quarantined; got != 5 {
		t.Errorf("quarantined = %d, want 5", got)
	}
	if got := One[string](t, s.Base, `SELECT detail FROM events WHERE what = 'quarantined'`); got != "5 articles" {
		t.Errorf("event = %q, want 5 articles", got)
	}
}

func (e suite) TestSaveReadingKeepsTheSourceRecord(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	first := s.reading(item("ports", day))
	first.LastModified, first.ValidatorsOf = "Thu, 19 Nov 2026 10:00:00 GMT", feed
	s.save(first)
	want := content.SourceRecord{
		ID: 1, URL: feed, Title: "The Magazine",
		ETag: `"1"`, LastModified: first.LastModified, ValidatorsOf: feed,
		Readings: 1, Items: 1, FirstReadAt: begin(), LastReadAt: begin(), TriedAt: begin(),
	}
	check := func(when string) {
		t.Helper()
		if diff := cmp.Diff(want, s.source()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", when, diff)
		}
	}
	check("after a first reading")

	s.clock.Forward(time.Hour)
	s.save(content.SourceReading{Reading: digest.Reading{Source: feed, At: s.clock.Now()}, NotModified: true})
	want.Readings, want.LastReadAt, want.TriedAt = 2, s.clock.Now(), s.clock.Now()
	check("after a 304")

	s.clock.Forward(time.Hour)
	failed := content.SourceReading{Reading: digest.Reading{Source: feed, At: s.clock.Now()}, Err: "timeout", By: Anna()}
	s.save(failed)
	want.LastError, want.FailingSince, want.TriedAt = "timeout", s.clock.Now(), s.clock.Now()
	check("after a failure")

	s.clock.Forward(time.Hour)
	failed.At, failed.Err, failed.RetryAfter = s.clock.Now(), "status 503", s.clock.Now().Add(day)
	s.save(failed)
	want.LastError, want.NotBefore, want.TriedAt = "status 503", failed.RetryAfter, s.clock.Now()
	check("after a second failure")

	s.clock.Forward(time.Hour)
	again := s.reading(item("ports", day), item("rivers", day))
	again.Title, again.ETag = "", ""
	s.save(again)
	want.LastError, want.FailingSince, want.NotBefore = "", time.Time{}, time.Time{}
	want.ETag, want.LastModified, want.ValidatorsOf = "", "", ""
	want.Readings, want.Items, want.LastReadAt, want.TriedAt = 3, 2, s.clock.Now(), s.clock.Now()
	check("after it recovered")

	if got := Texts(t, s.Base, `SELECT what FROM events WHERE source_id = 1 ORDER BY id`); !slices.Equal(got, []string{"source failing", "source readable again"}) {
		t.Errorf("events = %q, want one failure and its end", got)
	}
}

// A reading without articles after one with some counts as failed: it is no
// reading that a quarantine compares with, and the next is unconditional.
func (e suite) TestAnEmptiedSourceFails(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	s.save(s.reading()) // nothing yet: not to be wondered at, and no reading to compare with
	if got := s.source(); got.LastError != "" || got.Readings != 0 || got.LastReadAt.IsZero() {
		t.Errorf("after a first empty reading: %+v", got)
	}
	s.clock.Forward(time.Hour)
	s.save(s.reading(item("ports", day), item("rivers", 40*day)))
	if got := Texts(t, s.Base, `SELECT state FROM article_states ORDER BY article_id`); !slices.Equal(got, []string{"owed", "baseline"}) {
		t.Errorf("states = %q: want the first reading with articles taken for the first", got)
	}
	good := s.source()

	for hour := range 3 {
		s.clock.Forward(time.Hour)
		if got := s.save(s.reading()); got.Refused != "there is no article in it any more, where it had 2" {
			t.Errorf("refused = %q", got.Refused)
		}
		want := good
		want.ETag, want.LastModified, want.ValidatorsOf, want.TriedAt = "", "", "", s.clock.Now()
		want.LastError, want.FailingSince = "there is no article in it any more, where it had 2", good.LastReadAt.Add(time.Hour)
		if diff := cmp.Diff(want, s.source()); diff != "" {
			t.Errorf("after %d empty readings (-want +got):\n%s", hour+1, diff)
		}
	}

	if empty, err := s.AcceptEmpty(t.Context(), feed, Anna()); err != nil || !empty {
		t.Errorf("accepted = %t, %v", empty, err)
	}
	s.clock.Forward(time.Hour)
	s.save(s.reading())
	if got := s.source(); got.LastError != "" || got.Items != 0 || got.Readings != good.Readings {
		t.Errorf("after it was accepted as empty: %+v", got)
	}
	if empty, err := s.AcceptEmpty(t.Context(), feed, Anna()); err != nil || empty {
		t.Errorf("accepted again = %t, %v", empty, err)
	}
	if _, err := s.AcceptEmpty(t.Context(), "nosuch", Anna()); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("an unknown source: %v", err)
	}
}

// A damaged reading may lack articles. Those that turn up once the source is
// whole again are no surprise where they are dated after the damage began.
func (e suite) TestWhatADamagedSourceHidIsNoSurprise(t *testing.T) {
	t.Parallel()
	for _, damage := range []string{"", "it is cut off"} {
		s := e.newShelf(t)
		old := item("old", 30*day)
		for range 3 {
			s.save(s.reading(old))
			s.clock.Forward(time.Hour)
		}
		for range 3 { // a day and a half without its new articles
			r := s.reading(old)
			r.Damage = damage
			s.save(r)
			s.clock.Forward(12 * time.Hour)
		}
		if got := s.source(); (damage == "") != got.DamagedSince.IsZero() || got.Damage != damage {
			t.Errorf("%q: damaged since %s: %q", damage, got.DamagedSince, got.Damage)
		}
		var hidden []digest.Article
		for i := range 6 {
			a := item(string(rune('a'+i)), 0)
			a.Published = s.clock.Now().Add(-20 * time.Hour)
			hidden = append(hidden, a)
		}
		got := s.save(s.reading(append(hidden, old)...))
		if want := (damage == ""); want != (got.Quarantined == 6) || want == (got.New == 6) {
			t.Errorf("%q: summary %+v", damage, got)
		}
		if got := s.source(); !got.DamagedSince.IsZero() || got.Damage != "" {
			t.Errorf("%q: still damaged since %s", damage, got.DamagedSince)
		}
	}
}

func (e suite) TestSaveReadingOfAFailureTouchesNoArticle(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	r := s.reading(item("ports", day))
	r.Err = "broken off"
	if got := s.save(r); got != (content.ReadingSummary{}) {
		t.Errorf("summary = %+v, want nothing", got)
	}
	if got := One[int](t, s.Base, `SELECT count(*) FROM articles`); got != 0 {
		t.Errorf("articles = %d, want 0", got)
	}
}

// Whatever a feed does to identifiers, links, titles and order, an address is
// one article for ever, every article has one state, and reading the same
// document twice changes nothing.
func (e suite) TestSaveReadingProperties(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	drawItem := rapid.Custom(func(rt *rapid.T) digest.Article {
		name := rapid.SampledFrom([]string{"a", "b", "c", "d", ""}).Draw(rt, "name")
		a := item(name, rapid.SampledFrom([]time.Duration{time.Hour, day, 20 * day}).Draw(rt, "age"))
		a.GUID = rapid.SampledFrom([]string{"1", "2", "3", ""}).Draw(rt, "guid")
		a.Title = rapid.SampledFrom([]string{"One", "Two", "Three"}).Draw(rt, "title")
		if name == "" {
			a.URL, a.Canonical = "", ""
		}
		return a
	})
	rapid.Check(t, func(rt *rapid.T) {
		s.clock.Forward(time.Hour)
		r := s.reading(rapid.SliceOfN(drawItem, 0, 6).Draw(rt, "items")...)
		r.Source = rapid.SampledFrom([]string{feed, "https://other.example/feed"}).Draw(rt, "source")
		if _, err := s.SaveReading(t.Context(), r); err != nil {
			rt.Fatal(err)
		}
		for query, what := range map[string]string{
			`SELECT count(*) FROM (
				SELECT 1 FROM article_aliases WHERE canonical <> '' GROUP BY canonical HAVING count(DISTINCT article_id) > 1
			) twice`: "addresses of two articles",
			`SELECT count(*) FROM articles a WHERE NOT EXISTS (SELECT 1 FROM article_states WHERE article_id = a.id)`: "articles without a state",
			`SELECT count(*) FROM articles a WHERE a.canonical <> '' AND NOT EXISTS (
				SELECT 1 FROM article_aliases al WHERE al.article_id = a.id AND al.canonical = a.canonical
			)`: "articles not known under their own address",
		} {
			if got := One[int](t, s.Base, query); got != 0 {
				rt.Fatalf("%d %s", got, what)
			}
		}
		again, err := s.SaveReading(t.Context(), r)
		if err != nil {
			rt.Fatal(err)
		}
		if again.New+again.Baseline+again.Quarantined > 0 {
			rt.Fatalf("the same document once more gave %+v", again)
		}
	})
}
