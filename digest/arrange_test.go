package digest_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"roundup/digest"
)

func by(c digest.Candidate, authors ...string) digest.Candidate {
	for _, name := range authors {
		c.Authors = append(c.Authors, digest.Author{Name: name})
	}
	return c
}

func from(source string, c digest.Candidate) digest.Candidate {
	c.Source = source
	return c
}

// TestChooseArrangesThePage is the table of the order within a section; a lower
// number is a newer article.
func TestChooseArrangesThePage(t *testing.T) {
	t.Parallel()
	backDated := func(id int64) digest.Candidate {
		return with(owed(id), func(c *digest.Candidate) { c.PassedOver = 1 })
	}
	undated := func(id int64) digest.Candidate {
		return with(owed(id), func(c *digest.Candidate) { c.Published = time.Time{} })
	}
	mostlyAda := func() (of []digest.Candidate) {
		for id := int64(1); id <= 12; id++ {
			name := "Ada"
			if id == 2 || id > 9 {
				name = fmt.Sprint("Guest ", id)
			}
			of = append(of, by(owed(id), name))
		}
		return of
	}
	tests := []struct {
		name  string
		of    []digest.Candidate
		edits map[int64]digest.ArticleEdit
		want  string
	}{
		{"newest first", []digest.Candidate{owed(3), owed(1), owed(2)}, nil, " 1 2 3"},
		{"without a date last", []digest.Candidate{undated(1), owed(3), undated(2), owed(4)}, nil, " 3 4 1 2"},
		{"without a date never first, for whatever reason", []digest.Candidate{undated(1), by(owed(2), "Ada"), by(owed(3), "Ada")}, nil, " 2 1 3"},
		{"even where that puts an author's together, too", []digest.Candidate{by(owed(1), "Ada"), by(undated(2), "Bo"), by(undated(3), "Bo")}, nil, " 1 2 3"},
		{"of one moment, the first stored first", []digest.Candidate{
			with(owed(2), func(c *digest.Candidate) { c.Published = owed(1).Published }), owed(1),
		}, nil, " 1 2"},
		{"authors apart", []digest.Candidate{by(owed(1), "Ada"), by(owed(2), "ADA"), by(owed(3), "Bo"), by(owed(4), "Cy")}, nil, " 1 3 2 4"},
		{"authors of a shared byline", []digest.Candidate{by(owed(1), "Ada", "Bo"), by(owed(2), "Bo"), by(owed(3), "Ada"), by(owed(4), "Cy")}, nil, " 1 4 2 3"},
		{"as far as can be", []digest.Candidate{by(owed(1), "Ada"), by(owed(2), "Ada"), by(owed(3), "Ada"), by(owed(4), "Bo")}, nil, " 1 2 4 3"},
		{"as far as can be, in a long section", mostlyAda(), nil, " 1 2 3 4 5 6 10 7 11 8 12 9"},
		{"one author only", []digest.Candidate{by(owed(1), "Ada"), by(owed(2), "Ada"), by(owed(3), "Ada")}, nil, " 1 2 3"},
		{"sources apart", []digest.Candidate{from("a", owed(1)), from("a", owed(2)), from("b", owed(3)), from("b", owed(4))}, nil, " 1 3 2 4"},
		{"authors matter more than sources", []digest.Candidate{
			from("a", by(owed(1), "Ada")), from("b", by(owed(2), "Ada")), from("a", by(owed(3), "Bo")),
		}, nil, " 1 3 2"},
		{"a rolled-over article does not open", []digest.Candidate{backDated(1), owed(2), owed(3)}, nil, " 2 1 3"},
		{"unless there is no other", []digest.Candidate{backDated(1), backDated(2)}, nil, " 1 2"},
		{"unless it is pinned", []digest.Candidate{backDated(1), owed(2), owed(3)}, map[int64]digest.ArticleEdit{1: {Pin: true}}, " 1 2 3"},
		{"even where that puts an author's articles together", []digest.Candidate{
			by(backDated(1), "Bo"), by(owed(2), "Ada"), by(owed(3), "Ada"),
		}, nil, " 2 1 3"},
		{"pinned first", []digest.Candidate{owed(1), owed(2), owed(3)}, map[int64]digest.ArticleEdit{3: {Pin: true}}, " 3 1 2"},
		{"pinned by age", []digest.Candidate{owed(1), owed(2), owed(3)}, map[int64]digest.ArticleEdit{3: {Pin: true}, 2: {Pin: true}}, " 2 3 1"},
		{"pinned in place", []digest.Candidate{owed(1), owed(2), owed(3), owed(4)}, map[int64]digest.ArticleEdit{4: {Position: 2}}, " 1 4 2 3"},
		{"pinned in a place past the end", []digest.Candidate{owed(1), owed(2)}, map[int64]digest.ArticleEdit{1: {Pin: true, Position: 9}}, " 2 1"},
		{"two for one place", []digest.Candidate{owed(1), owed(2), owed(3)}, map[int64]digest.ArticleEdit{2: {Position: 1}, 3: {Position: 1}}, " 2 3 1"},
		{"two for the last place", []digest.Candidate{owed(1), owed(2), owed(3)}, map[int64]digest.ArticleEdit{1: {Position: 3}, 2: {Position: 3}}, " 3 2 1"},
		{"pinned with and without a place", []digest.Candidate{owed(1), owed(2), owed(3)},
			map[int64]digest.ArticleEdit{1: {Pin: true}, 3: {Pin: true, Position: 1}}, " 3 1 2"},
		{"pins keep their place whoever is beside them", []digest.Candidate{by(owed(1), "Ada"), by(owed(2), "Ada"), by(owed(3), "Bo")},
			map[int64]digest.ArticleEdit{1: {Pin: true}, 2: {Pin: true}}, " 1 2 3"},
		{"and the others keep away from them", []digest.Candidate{by(owed(1), "Ada"), by(owed(2), "Bo"), by(owed(3), "Ada"), by(owed(4), "Bo")},
			map[int64]digest.ArticleEdit{3: {Position: 3}}, " 1 2 3 4"},
		{"on both sides", []digest.Candidate{by(owed(1), "Bo"), by(owed(2), "Ada"), by(owed(3), "Ada"), by(owed(4), "Cy")},
			map[int64]digest.ArticleEdit{3: {Position: 2}}, " 1 3 4 2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := digest.Choose(digest.Rules{}, edits(tt.edits), tt.of, onSlot())
			if got := page(s); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestChooseArrangesWhileThereIsAChoice draws sections with pins: a rolled-over
// article leads only where there is no other, and nobody stands beside themselves
// where a later article would not, unless they have more than half of what is left.
func TestChooseArrangesWhileThereIsAChoice(t *testing.T) {
	t.Parallel()
	authors := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"Ada", "Bo", "Cy"}), 0, 2, rapid.ID[string])
	rapid.Check(t, func(t *rapid.T) {
		candidates := map[int64]digest.Candidate{}
		pins := map[int64]digest.ArticleEdit{}
		var of []digest.Candidate
		for i := range rapid.IntRange(1, 9).Draw(t, "articles") {
			c := by(owed(int64(i+1)), authors.Draw(t, "authors")...)
			c.PassedOver = rapid.IntRange(0, 1).Draw(t, "passed over")
			if rapid.IntRange(0, 4).Draw(t, "pinned") == 0 {
				pins[c.ID] = digest.ArticleEdit{Pin: true, Position: rapid.IntRange(0, 5).Draw(t, "position")}
			}
			candidates[c.ID] = c
			of = append(of, c)
		}
		s := digest.Choose(digest.Rules{}, edits(pins), of, onSlot())
		var printed []digest.Candidate
		for _, a := range s.Sections[0].Articles {
			printed = append(printed, candidates[a.ID])
		}
		for i, c := range printed {
			if _, pinned := pins[c.ID]; pinned {
				continue
			}
			for _, later := range printed[i+1:] {
				if _, pinned := pins[later.ID]; pinned {
					continue
				}
				if i == 0 && c.PassedOver > 0 && later.PassedOver == 0 {
					t.Fatalf("%v opens with an article that rolled over", numbers(printed))
				}
				if i > 0 && beside(printed, pins, i, c) > beside(printed, pins, i, later) && !anyHasMost(printed[i:]) {
					t.Fatalf("%v: %d would fit better in the place of %d", numbers(printed), later.ID, c.ID)
				}
			}
		}
	})
}

// beside is how many neighbours an article shares an author with in a place: the
// one before it, and the one after it where that is pinned.
func beside(printed []digest.Candidate, pins map[int64]digest.ArticleEdit, place int, c digest.Candidate) int {
	n := 0
	if shares(printed[place-1], c) {
		n++
	}
	if place+1 < len(printed) {
		if _, pinned := pins[printed[place+1].ID]; pinned && shares(c, printed[place+1]) {
			n++
		}
	}
	return n
}

// anyHasMost reports whether an author has more than half of what is left.
func anyHasMost(left []digest.Candidate) bool {
	count := map[string]int{}
	for _, c := range left {
		for _, a := range c.Authors {
			if count[a.Name]++; 2*count[a.Name] > len(left) {
				return true
			}
		}
	}
	return false
}

func numbers(order []digest.Candidate) (ids []int64) {
	for _, c := range order {
		ids = append(ids, c.ID)
	}
	return ids
}

// TestChooseKeepsAuthorsAndSourcesApart draws sections of any length: where no
// author, or source, has more than half of the articles, none is beside itself.
func TestChooseKeepsAuthorsAndSourcesApart(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(t, "articles")
		bySource := rapid.Bool().Draw(t, "by source")
		count := map[string]int{}
		var of []digest.Candidate
		for i := range n {
			name := rapid.SampledFrom([]string{"Ada", "Ada", "Ada", "Bo", "Cy"}).Draw(t, "name")
			if count[name] == (n+1)/2 {
				name = fmt.Sprint("Guest ", i)
			}
			count[name]++
			c := from(fmt.Sprint("source ", i), by(owed(int64(i+1)), name))
			if bySource {
				c = from(name, owed(int64(i+1)))
			}
			of = append(of, c)
		}
		s := digest.Choose(digest.Rules{}, digest.Edits{}, of, onSlot())
		printed := s.Sections[0].Articles
		if len(printed) != n {
			t.Fatalf("%d of %d articles printed", len(printed), n)
		}
		name := func(p digest.Printed) string {
			if bySource {
				return p.Source
			}
			return p.Authors[0].Name
		}
		for i := 1; i < n; i++ {
			if name(printed[i-1]) == name(printed[i]) {
				t.Fatalf("%d and %d are neighbours by %s", printed[i-1].ID, printed[i].ID, name(printed[i]))
			}
		}
	})
}

// BenchmarkChoose chooses from a year of a large magazine in one section
// without a cap: the longest there is to arrange.
func BenchmarkChoose(b *testing.B) {
	var of []digest.Candidate
	for i := range 1000 {
		of = append(of, by(owed(int64(i+1)), fmt.Sprint("Author ", i%40), fmt.Sprint("Author ", i%7)))
	}
	for b.Loop() {
		digest.Choose(digest.Rules{}, digest.Edits{}, of, onSlot())
	}
}

func shares(a, b digest.Candidate) bool {
	return slices.ContainsFunc(a.Authors, func(x digest.Author) bool {
		return slices.ContainsFunc(b.Authors, func(y digest.Author) bool { return x.Name == y.Name })
	})
}
