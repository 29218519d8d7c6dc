package digest_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"roundup/digest"
)

const deskName = "https://magazine.example/europe.xml"

func full(slug string) digest.Article {
	return edited(item(slug, daysAgo(1)), func(a *digest.Article) {
		a.Dek, a.Summary, a.Republished = "The dek.", "The summary.", "First appeared elsewhere."
		a.Authors = []digest.Author{{Name: "Ada Author"}}
		a.Labels = []string{"Analysis", "Europe"}
		a.Image = digest.Image{URL: "https://magazine.example/a.jpg", Alt: "A bridge", Credit: "A. Photographer", Width: 1200, Height: 800}
		a.Words = 900
	})
}

// TestAbsorbFollowsItsOwnSource says what an edit in the feed does to the
// article known.
func TestAbsorbFollowsItsOwnSource(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		edit    func(*digest.Article) // in the feed
		want    func(*digest.Article) // in the database
		changed bool
	}{
		{"nothing", func(*digest.Article) {}, func(*digest.Article) {}, false},
		{"title", func(a *digest.Article) { a.Title = "Now" }, func(a *digest.Article) { a.Title, a.Updated = "Now", readAt }, true},
		{"dek", func(a *digest.Article) { a.Dek = "Now." }, func(a *digest.Article) { a.Dek, a.Updated = "Now.", readAt }, true},
		{"title, with the source's own date", func(a *digest.Article) { a.Title, a.Updated = "Now", daysAgo(0.1) },
			func(a *digest.Article) { a.Title, a.Updated = "Now", daysAgo(0.1) }, true},
		{"moved label", func(a *digest.Article) { a.Labels = []string{"Opinion"} }, func(a *digest.Article) { a.Labels = []string{"Opinion"} }, true},
		{"author", func(a *digest.Article) { a.Authors = []digest.Author{{Name: "B"}} }, func(a *digest.Article) { a.Authors = []digest.Author{{Name: "B"}} }, true},
		{"picture", func(a *digest.Article) { a.Image = digest.Image{URL: "https://magazine.example/b.jpg"} },
			func(a *digest.Article) { a.Image = digest.Image{URL: "https://magazine.example/b.jpg"} }, true},
		{"picture found to be the publication's", func(a *digest.Article) { a.Image = digest.Image{Shared: a.Image.URL} },
			func(a *digest.Article) { a.Image = digest.Image{Shared: a.Image.URL} }, true},
		{"another picture that most share", func(a *digest.Article) { a.Image = digest.Image{Shared: "https://magazine.example/b.jpg"} }, func(*digest.Article) {}, false},
		{"same picture with less said", func(a *digest.Article) { a.Image = digest.Image{URL: a.Image.URL} }, func(*digest.Article) {}, false},
		{"less of everything", func(a *digest.Article) {
			*a = digest.Article{GUID: a.GUID, URL: a.URL, Title: a.Title}
		}, func(*digest.Article) {}, false},
		{"length of the body", func(a *digest.Article) { a.Words = 950 }, func(a *digest.Article) { a.Words = 950 }, false},
		{"a date finer than the database keeps", func(a *digest.Article) { a.Published = a.Published.Add(time.Microsecond) },
			func(a *digest.Article) { a.Published = a.Published.Add(time.Microsecond) }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newShelf()
			s.absorb(reading(full("summit")))
			want := edited(s.articles[0], tt.want)
			got := s.absorb(reading(edited(full("summit"), tt.edit)))
			if got[0].Changed != tt.changed {
				t.Errorf("changed = %v, want %v", got[0].Changed, tt.changed)
			}
			if diff := cmp.Diff(want, got[0].Article); diff != "" {
				t.Errorf("article (-want +got):\n%s", diff)
			}
		})
	}
}

// TestAbsorbFromASecondSource lets two feeds carry one article in different
// words: the first keeps its own, gaps are filled, and no fetch undoes another.
func TestAbsorbFromASecondSource(t *testing.T) {
	t.Parallel()
	main := reading(edited(full("summit"), func(a *digest.Article) { a.Dek, a.GUID = "", "" }))
	other := reading(edited(full("summit"), func(a *digest.Article) {
		a.GUID, a.Title, a.Dek, a.Labels = "theirs", "Their title", "Their dek.", []string{"EUROPE", "World"}
	}))
	other.Source = deskName
	s := newShelf()
	s.absorb(main)
	got := s.absorb(other)[0]
	want := edited(main.Articles[0], func(a *digest.Article) {
		a.ID, a.Source, a.FirstSeen, a.Dek = 1, feedName, readAt, "Their dek."
		a.Labels = []string{"Analysis", "Europe", "World"}
	})
	if diff := cmp.Diff(want, got.Article); diff != "" || got.New || !got.Changed {
		t.Errorf("new = %v, changed = %v, article (-want +got):\n%s", got.New, got.Changed, diff)
	}
	for i, r := range []digest.Reading{main, other, main, other} {
		if got := s.absorb(r)[0]; got.New || got.Changed {
			t.Errorf("reading %d: new = %v, changed = %v; want neither", i, got.New, got.Changed)
		}
	}
}

// TestAbsorbSettles reads random feeds: whatever they hold, reading the same
// again adds and changes nothing, and every item has exactly one entry.
func TestAbsorbSettles(t *testing.T) {
	t.Parallel()
	few := func(prefix string) *rapid.Generator[string] {
		return rapid.SampledFrom([]string{"", prefix + "1", prefix + "2", prefix + "3", prefix + "4"})
	}
	items := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) digest.Article {
		a := digest.Article{
			GUID:  few("g").Draw(t, "guid"),
			Title: few("t").Draw(t, "title"),
			Dek:   few("d").Draw(t, "dek"),
		}
		if slug := few("u").Draw(t, "url"); slug != "" {
			a.URL = "https://magazine.example/" + slug
		}
		if n := rapid.IntRange(0, 3).Draw(t, "day"); n > 0 {
			a.Published = daysAgo(float64(n))
		}
		if label := few("l").Draw(t, "label"); label != "" {
			a.Labels = []string{label}
		}
		return a
	}), 0, 8)
	rapid.Check(t, func(t *rapid.T) {
		s := newShelf()
		for round := range 3 {
			r := reading(items.Draw(t, "items")...)
			r.Source = rapid.SampledFrom([]string{feedName, deskName}).Draw(t, "source")
			before := fmt.Sprintf("%+v", r.Articles)
			out := s.absorb(r)
			if fmt.Sprintf("%+v", r.Articles) != before {
				t.Fatal("Absorb changed the reading it was given")
			}
			names := map[digest.Name]int{}
			for _, entry := range out {
				if entry.New == (entry.State == "") || entry.New && entry.Changed {
					t.Fatalf("new %v, changed %v, state %q", entry.New, entry.Changed, entry.State)
				}
				for _, n := range entry.Names {
					names[n]++
				}
			}
			for _, a := range r.Identified().Articles {
				found := slices.ContainsFunc(out, func(e digest.Absorbed) bool {
					return slices.ContainsFunc(e.Names, func(n digest.Name) bool { return n.GUID == a.GUID && n.URL == a.URL })
				})
				if !found {
					t.Fatalf("round %d: item %q %q has no entry", round, a.GUID, a.URL)
				}
			}
		}
		// The same feed over and over comes to rest: a contradictory one (a URL of
		// one article under the GUID of another) may take a reading or two.
		r := reading(items.Draw(t, "last")...)
		for range 3 {
			s.absorb(r)
		}
		for _, entry := range s.absorb(r) {
			if entry.New {
				t.Fatalf("%q is new each time it is read", entry.Article.Title)
			}
		}
	})
}
