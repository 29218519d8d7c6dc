package storetest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roundup/digest"
	"roundup/store"
	"roundup/store/content"
)

func titles(all []digest.Candidate) []string {
	list := []string{}
	for _, c := range all {
		list = append(list, c.Title)
	}
	return list
}

// stock saves one article of each state, the newest first in digest.States'
// order, all first seen at the beginning.
func (s *shelf) stock() {
	s.t.Helper()
	states := digest.States()
	var items []digest.Article
	for i, state := range states {
		items = append(items, item(string(state), time.Duration(i+1)*time.Hour))
	}
	s.save(s.reading(items...))
	number := s.issue(7, digest.Sent)
	for _, state := range states {
		var issue any
		if state == digest.Reserved || state == digest.Carried {
			issue = number
		}
		if state != digest.Owed {
			s.settle(s.named(string(state)).ID, state, issue)
		}
	}
}

func (e suite) TestCandidates(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	s.stock()
	all, err := s.Candidates(t.Context(), begin())
	s.must(err)
	Equal(t, "all", titles(all), []string{"On owed", "On reserved", "On carried", "On dropped", "On baseline", "On quarantined"})
	for _, c := range all {
		wantIssue := 0
		if c.State == digest.Reserved || c.State == digest.Carried {
			wantIssue = 7
		}
		if "On "+string(c.State) != c.Title || c.Issue != wantIssue {
			t.Errorf("candidate = %s, issue %d: %s, want issue %d", c.State, c.Issue, c.Title, wantIssue)
		}
	}
	late, err := s.Candidates(t.Context(), begin().Add(time.Millisecond))
	s.must(err)
	Equal(t, "seen before", titles(late), []string{"On owed", "On reserved", "On quarantined"})
}

func (e suite) TestCandidatesTellTheirSources(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	s.save(s.reading(item("ports", day), item("trade", day)))
	second := s.reading(item("ports", day))
	second.Source = "https://mag.example/other"
	s.save(second)
	all, err := s.Candidates(t.Context(), begin())
	s.must(err)
	for _, c := range all {
		want := []string{feed}
		if c.Title == "On ports" {
			want = []string{feed, second.Source}
		}
		Equal(t, "sources of "+c.Title, c.Sources, slices.Sorted(slices.Values(want)))
	}
}

func (e suite) TestCandidatesTellThePast(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	s.save(s.reading(item("ports", day)))
	Exec(t, s.Base, `UPDATE article_states SET passed_over = 3, why = 'because'`)
	got := s.named("ports")
	if got.PassedOver != 3 || got.Why != "because" || got.OwedSince != begin() {
		t.Errorf("candidate = %+v, want passed over 3 times since the beginning", got)
	}
}

func (e suite) TestArticlesFilter(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	zurich := item("zurich", 2*time.Hour)
	zurich.Title, zurich.Labels = "ZÜRICH und die STRASSE", []string{"Städte"}
	ports := item("ports", time.Hour)
	ports.Authors = []digest.Author{{Name: "Søren Ågård"}}
	s.save(s.reading(ports, zurich, item("trade", 3*time.Hour)))
	s.must(s.DropArticle(t.Context(), s.named("trade").ID, "dropped by hand", Anna()))
	tests := []struct {
		name   string
		filter content.ArticleFilter
		want   []string
	}{
		{"all", content.ArticleFilter{}, []string{"On ports", "ZÜRICH und die STRASSE", "On trade"}},
		{"limit", content.ArticleFilter{Limit: 2}, []string{"On ports", "ZÜRICH und die STRASSE"}},
		{"state", content.ArticleFilter{State: digest.Dropped}, []string{"On trade"}},
		{"title beyond ASCII", content.ArticleFilter{Text: "zürich"}, []string{"ZÜRICH und die STRASSE"}},
		{"decomposed accent", content.ArticleFilter{Text: "zu\u0308rich"}, []string{"ZÜRICH und die STRASSE"}},
		{"full folding", content.ArticleFilter{Text: "straße"}, []string{"ZÜRICH und die STRASSE"}},
		{"author", content.ArticleFilter{Text: "ÅGÅRD"}, []string{"On ports"}},
		{"label", content.ArticleFilter{Text: "städte"}, []string{"ZÜRICH und die STRASSE"}},
		{"dek", content.ArticleFilter{Text: "TRADE means"}, []string{"On trade"}},
		{"link", content.ArticleFilter{Text: "mag.example/trade"}, []string{"On trade"}},
		{"pattern characters are text", content.ArticleFilter{Text: "%"}, []string{}},
		{"both", content.ArticleFilter{Text: "on", State: digest.Owed}, []string{"On ports"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := s.Articles(t.Context(), tt.filter)
			s.must(err)
			Equal(t, "articles", titles(got), tt.want)
		})
	}
}

func (e suite) TestRecentArticles(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	s.stock()
	got, err := s.RecentArticles(t.Context(), 5)
	s.must(err)
	Equal(t, "recent", titles(got), []string{"On owed", "On reserved", "On carried", "On baseline", "On dropped"})
}

func (e suite) TestArticle(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	s.save(s.reading(item("ports", day)))
	want := s.named("ports")
	for _, link := range []string{ // it is known in any spelling
		"http://mag.example/ports", "https://MAG.example/ports/", "https://mag.example/ports?utm_source=x#top",
	} {
		got, err := s.AddArticle(t.Context(), digest.Article{Source: "added by hand", URL: link, Title: "Ports"}, Anna())
		if s.mustBe(err, store.ErrExists); got.ID != want.ID {
			t.Errorf("added %q: it is article %d, want %d", link, got.ID, want.ID)
		}
	}
	got, err := s.Article(t.Context(), want.ID)
	s.must(err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("article (-want +got):\n%s", diff)
	}
	_, err = s.Article(t.Context(), want.ID+1)
	s.mustBe(err, store.ErrNotFound)
}

func (e suite) TestAddArticle(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	s.save(s.reading(item("ports", 30*day)))
	a, err := s.AddArticle(t.Context(), digest.Article{
		Source: "added by hand", URL: "https://else.example/a", Title: "Elsewhere", Published: begin().Add(-30 * day),
	}, Anna())
	s.must(err)
	got, err := s.Article(t.Context(), a.ID)
	s.must(err)
	if got.State != digest.Owed || got.OwedSince != begin() || got.FirstSeen != begin() || got.Canonical == "" {
		t.Errorf("added = %+v, want it owed from now on", got)
	}

	known, err := s.AddArticle(t.Context(), digest.Article{URL: "http://mag.example/ports?utm_source=x", Title: "Other"}, Anna())
	s.mustBe(err, store.ErrExists)
	var state *content.StateError
	if !errors.As(err, &state) || state.State != digest.Baseline || known.Title != "On ports" {
		t.Errorf("add of a known one = %+v, %v, want the baseline article", known, err)
	}
	if _, err := s.AddArticle(t.Context(), digest.Article{URL: "ftp://x.example/a", Title: "T"}, Anna()); err == nil {
		t.Error("add of an ftp address succeeded")
	}
}

func (e suite) TestAddedArticleIsKnownToFeeds(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	a, err := s.AddArticle(t.Context(), digest.Article{Source: "added by hand", URL: "https://mag.example/ports", Title: "By hand"}, Anna())
	s.must(err)
	if got := s.save(s.reading(item("ports", day))); got.New != 0 {
		t.Errorf("summary = %+v, want nothing new", got)
	}
	if got := s.named("ports"); got.ID != a.ID {
		t.Errorf("article = %d, want %d", got.ID, a.ID)
	}
}

func (e suite) TestFillArticle(t *testing.T) {
	t.Parallel()
	page := digest.Article{
		Title:     "Page title",
		Dek:       "Page dek",
		Summary:   "Page summary",
		Authors:   []digest.Author{{Name: "Page Author"}},
		Image:     digest.Image{URL: "https://mag.example/page.jpg", Alt: "Page alt", Credit: "Page credit", Width: 1, Height: 2},
		Published: begin().Add(-2 * day),
		Updated:   begin().Add(-day),
		Words:     5,
	}
	full := item("ports", day)
	full.Summary, full.Updated = "Own summary", begin().Add(-time.Hour)
	bare := digest.Article{GUID: "g", URL: full.URL}
	samePicture := full
	samePicture.Image = digest.Image{URL: page.Image.URL, Alt: "Own alt"}
	tests := []struct {
		name string
		feed digest.Article
		want func(digest.Article) digest.Article
	}{
		{"overwrites nothing", full, func(a digest.Article) digest.Article { return a }},
		{"fills everything empty", bare, func(a digest.Article) digest.Article {
			filled := page
			filled.ID, filled.Source, filled.GUID, filled.URL = a.ID, a.Source, a.GUID, a.URL
			filled.Canonical, filled.Labels, filled.FirstSeen = a.Canonical, a.Labels, a.FirstSeen
			return filled
		}},
		{"completes its own picture", samePicture, func(a digest.Article) digest.Article {
			a.Image = page.Image
			a.Image.Alt = "Own alt"
			return a
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := e.newShelf(t)
			s.save(s.reading(tt.feed))
			before := s.named("ports").Article
			more := page
			more.ID = before.ID
			s.must(s.FillArticle(t.Context(), more))
			if diff := cmp.Diff(tt.want(before), s.named("ports").Article); diff != "" {
				t.Errorf("filled (-want +got):\n%s", diff)
			}
			if got := s.save(s.reading(tt.feed)); got.Changed != 0 {
				t.Errorf("the next reading = %+v, want the filled article left alone", got)
			}
		})
	}
	s := e.newShelf(t)
	s.mustBe(s.FillArticle(t.Context(), digest.Article{ID: 99}), store.ErrNotFound)
}
