package digest_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"roundup/digest"
)

// slotAt is the slot of the issues of these tests: Friday, 07:00 in New York.
var slotAt = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func newYork(t testing.TB) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// houseRules are the rules of design.md's example.
func houseRules(t testing.TB) digest.Rules {
	return digest.Rules{
		Sections: []digest.Section{
			{Title: "Analysis", Labels: []string{"analysis"}, Max: 5},
			{Title: "Opinion", Labels: []string{"opinion"}, Max: 3, Next: true},
			{Title: "Also this week", Rest: true, Max: 10},
		},
		Hide:        []string{"uncategorized", "Homepage-Top"},
		Rename:      []digest.Rename{{From: "op-ed", To: "Opinion"}},
		MinArticles: 3,
		MaxArticles: 15,
		MaxAge:      21 * 24 * time.Hour,
		Location:    newYork(t),
	}
}

// owed makes a candidate that is owed and was published an hour earlier for
// each higher number: 1 is the newest.
func owed(id int64, labels ...string) digest.Candidate {
	at := slotAt.Add(-time.Duration(id) * time.Hour)
	return digest.Candidate{
		Article: digest.Article{
			ID: id, Source: feedName, URL: fmt.Sprintf("https://magazine.example/%d", id), Title: fmt.Sprintf("Article %d", id),
			Labels: labels, Published: at, FirstSeen: at,
		},
		State: digest.Owed, OwedSince: at,
	}
}

func with(c digest.Candidate, edit func(*digest.Candidate)) digest.Candidate {
	edit(&c)
	return c
}

// rolled makes a candidate that was passed over, owed for as many days.
func rolled(id int64, days int, labels ...string) digest.Candidate {
	return with(owed(id, labels...), func(c *digest.Candidate) {
		c.PassedOver = 1
		c.Published = slotAt.AddDate(0, 0, -days)
		c.FirstSeen, c.OwedSince = c.Published, c.Published
	})
}

func onSlot() digest.Moment { return digest.Moment{Slot: slotAt, Now: slotAt.Add(time.Minute)} }

func edits(byID map[int64]digest.ArticleEdit) digest.Edits { return digest.Edits{Articles: byID} }

// page writes a selection as its readers see it: "Analysis 1 2 | Opinion 3".
func page(s digest.Selection) string {
	var sections []string
	for _, sec := range s.Sections {
		words := []string{sec.Title}
		for _, a := range sec.Articles {
			words = append(words, strconv.FormatInt(a.ID, 10))
		}
		sections = append(sections, strings.Join(words, " "))
	}
	return strings.Join(sections, " | ")
}

// fateOf returns the fate of a candidate.
func fateOf(t testing.TB, s digest.Selection, id int64) digest.Fate {
	t.Helper()
	for _, f := range s.Fates {
		if f.Candidate.ID == id {
			return f
		}
	}
	t.Fatalf("article %d has no fate", id)
	return digest.Fate{}
}

func TestChoosePrintsAsConfiguredAndEdited(t *testing.T) {
	t.Parallel()
	rules := houseRules(t)
	rules.Rename = append(rules.Rename, digest.Rename{From: "misc", To: "Uncategorized"}, digest.Rename{From: "Homepage-Top", To: "Front"})
	article := with(owed(1, "Uncategorized", "Op-Ed", "homepage-top", "Misc", "Europe", "opinion"), func(c *digest.Candidate) {
		c.Title, c.Dek, c.Summary = "Upstream title", "Upstream dek.", "Summary."
	})
	plain := with(owed(2, "uncategorized"), func(c *digest.Candidate) { c.Summary = "Only a summary." })
	before := fmt.Sprintf("%+v", article)
	s := digest.Choose(rules, edits(map[int64]digest.ArticleEdit{1: {Headline: "Ours", Blurb: "Our blurb."}}),
		[]digest.Candidate{plain, article}, onSlot())
	if got, want := page(s), "Opinion 1 | Also this week 2"; got != want {
		t.Fatalf("got %q, want %q", got, want)
	}
	a, b := s.Sections[0].Articles[0], s.Sections[1].Articles[0]
	if a.Headline != "Ours" || a.Text != "Our blurb." || a.Title != "Upstream title" {
		t.Errorf("edited: headline %q, text %q, title %q", a.Headline, a.Text, a.Title)
	}
	if diff := cmp.Diff([]string{"Opinion", "Europe"}, a.Labels); diff != "" {
		t.Errorf("labels (-want +got):\n%s", diff)
	}
	if b.Headline != plain.Title || b.Text != "Only a summary." || len(b.Labels) != 0 {
		t.Errorf("unedited: headline %q, text %q, labels %q", b.Headline, b.Text, b.Labels)
	}
	if !a.Lead || b.Lead {
		t.Errorf("lead: %v, %v; want only the first", a.Lead, b.Lead)
	}
	if got := fmt.Sprintf("%+v", article); got != before {
		t.Error("Choose changed a candidate it was given")
	}
	if got := fateOf(t, s, 1).Candidate.Labels; len(got) != 6 {
		t.Errorf("the fate lost labels of the candidate: %q", got)
	}
}

// Where only some labels may be printed, they may under their old or new name;
// sections go by all of them.
func TestChoosePrintsOnlyTheLabelsAllowed(t *testing.T) {
	t.Parallel()
	rules := houseRules(t)
	rules.Only = []string{"EUROPE", "opinion"}
	s := digest.Choose(rules, digest.Edits{}, []digest.Candidate{owed(1, "Analysis", "Europe", "Op-Ed", "World"), owed(2, "World")}, onSlot())
	if got, want := page(s), "Analysis 1 | Also this week 2"; got != want {
		t.Fatalf("got %q, want %q", got, want)
	}
	if diff := cmp.Diff([]string{"Europe", "Opinion"}, s.Sections[0].Articles[0].Labels); diff != "" {
		t.Errorf("labels (-want +got):\n%s", diff)
	}
	if got := s.Sections[1].Articles[0].Labels; len(got) != 0 {
		t.Errorf("labels %q", got)
	}
}

func TestChooseFatesInOrder(t *testing.T) {
	t.Parallel()
	s := digest.Choose(houseRules(t), digest.Edits{}, []digest.Candidate{
		with(owed(5), func(c *digest.Candidate) { c.State, c.Issue = digest.Carried, 7 }),
		owed(4, "opinion"),
		with(owed(2), func(c *digest.Candidate) { c.State = digest.Dropped }),
		owed(3, "analysis"), owed(1),
	}, onSlot())
	var got []int64
	for _, f := range s.Fates {
		got = append(got, f.Candidate.ID)
	}
	if diff := cmp.Diff([]int64{3, 4, 1, 2, 5}, got); diff != "" {
		t.Errorf("fates: those in as printed, then the others by age (-want +got):\n%s", diff)
	}
}

func TestChooseProblems(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		edit digest.ArticleEdit
		of   digest.Candidate
		want string
	}{
		{"nothing edited", digest.ArticleEdit{}, owed(1), ""},
		{"nothing edited, and no candidate", digest.ArticleEdit{}, owed(2), ""},
		{"followed", digest.ArticleEdit{Pin: true, Section: "OPINION"}, owed(1), ""},
		{"no such section", digest.ArticleEdit{Section: "Sport"}, owed(1), `article 1 (Article 1): there is no section "Sport" to move it to`},
		{"no candidate", digest.ArticleEdit{Pin: true}, owed(2), "article 1 was edited but is no candidate for this issue"},
		{"pinned and carried", digest.ArticleEdit{Pin: true},
			with(owed(1), func(c *digest.Candidate) { c.State, c.Issue = digest.Carried, 7 }),
			"article 1 (Article 1): pinned, but not in: already in issue 7"},
		{"pinned and skipped", digest.ArticleEdit{Pin: true, Skip: true}, owed(1),
			"article 1 (Article 1): pinned, but not in: left out by hand: next issue"},
		{"title changed since", digest.ArticleEdit{Headline: "Ours", UpstreamTitle: "Before"}, owed(1),
			`article 1 (Article 1): its title was "Before" when the headline was edited and is "Article 1" now`},
		{"title as it was", digest.ArticleEdit{Headline: "Ours", UpstreamTitle: "Article 1"}, owed(1), ""},
		{"text changed since", digest.ArticleEdit{Blurb: "Ours", UpstreamBlurb: "Before"}, owed(1),
			"article 1 (Article 1): its text has changed since the blurb was edited"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := digest.Choose(houseRules(t), edits(map[int64]digest.ArticleEdit{1: tt.edit}), []digest.Candidate{tt.of}, onSlot())
			if got := strings.Join(s.Problems, "\n"); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestRulesEnough(t *testing.T) {
	t.Parallel()
	tests := []struct {
		minimum, chosen int
		want            bool
		short           digest.Shortage
	}{
		{3, 3, true, digest.Shortage{}},
		{3, 2, false, digest.Shortage{Articles: 2, Least: 3}},
		{3, 1, false, digest.Shortage{Articles: 1, Least: 3}},
		{3, 0, false, digest.Shortage{Least: 3}},
		{0, 1, true, digest.Shortage{}},
		{0, 0, false, digest.Shortage{Least: 1}},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%d of %d", tt.chosen, tt.minimum), func(t *testing.T) {
			t.Parallel()
			s := digest.Selection{Sections: []digest.IssueSection{{}, {Articles: make([]digest.Printed, tt.chosen)}}}
			if got, short := (digest.Rules{MinArticles: tt.minimum}).Enough(s); got != tt.want || short != tt.short {
				t.Errorf("got %v, %+v; want %v, %+v", got, short, tt.want, tt.short)
			}
		})
	}
}

func TestChooseWithoutRules(t *testing.T) {
	t.Parallel()
	s := digest.Choose(digest.Rules{}, digest.Edits{}, []digest.Candidate{owed(2), owed(1)}, onSlot())
	if got := page(s); got != " 1 2" {
		t.Errorf("got %q, want one untitled section with both, the newest first", got)
	}
	if got := digest.Choose(digest.Rules{}, digest.Edits{}, nil, digest.Moment{}); got.Count() != 0 || got.Fates != nil {
		t.Errorf("of nothing came %+v", got)
	}
}

// week draws a random week: candidates, edits and rules of every kind.
type week struct {
	rules      digest.Rules
	edits      digest.Edits
	candidates []digest.Candidate
}

func drawWeek(t *rapid.T) week {
	labels := rapid.SampledFrom([]string{"analysis", "Opinion", "op-ed", "sport", "sponsored", "Uncategorized"})
	w := week{edits: digest.Edits{Articles: map[int64]digest.ArticleEdit{}}}
	w.rules = digest.Rules{
		Rename:      []digest.Rename{{From: "op-ed", To: "Opinion"}},
		Sources:     map[string]digest.SourceRule{feedName: {Exclude: digest.Match{Labels: []string{"sponsored"}}}},
		MaxArticles: rapid.IntRange(0, 12).Draw(t, "max articles"),
		MaxAge:      21 * 24 * time.Hour,
		CutOff:      rapid.SampledFrom([]time.Duration{0, 3 * time.Hour}).Draw(t, "cut-off"),
	}
	all := []digest.Section{
		{Title: "Analysis", Labels: []string{"analysis"}},
		{Title: "Opinion", Labels: []string{"opinion"}, Next: true},
		{Title: "Rest", Rest: true},
		{Title: "Sport", Labels: []string{"sport", "analysis"}},
	}
	for _, s := range all {
		if rapid.Bool().Draw(t, "has "+s.Title) {
			s.Max = rapid.IntRange(0, 5).Draw(t, "cap")
			w.rules.Sections = append(w.rules.Sections, s)
		}
	}
	for i := range rapid.IntRange(0, 20).Draw(t, "candidates") {
		id := int64(i + 1)
		c := owed(id, rapid.SliceOfN(labels, 0, 3).Draw(t, "labels")...)
		c.Source = rapid.SampledFrom([]string{feedName, deskName}).Draw(t, "source")
		c.Published = slotAt.Add(-time.Duration(rapid.IntRange(-3, 24).Draw(t, "hours")) * time.Hour)
		if rapid.IntRange(0, 5).Draw(t, "undated") == 0 {
			c.Published = time.Time{}
		}
		if rapid.IntRange(0, 3).Draw(t, "settled") == 0 {
			c.State, c.Issue = rapid.SampledFrom(digest.States()).Draw(t, "state"), 7
		}
		if rapid.Bool().Draw(t, "rolled over") {
			c.PassedOver = 1
			c.FirstSeen = slotAt.AddDate(0, 0, -rapid.IntRange(1, 25).Draw(t, "days"))
			c.OwedSince = c.FirstSeen
		}
		if author := rapid.SampledFrom([]string{"", "Ada", "Bo", "Cy"}).Draw(t, "author"); author != "" {
			c.Authors = []digest.Author{{Name: author}}
		}
		if rapid.IntRange(0, 4).Draw(t, "edited") == 0 {
			w.edits.Articles[id] = digest.ArticleEdit{
				Pin:      rapid.Bool().Draw(t, "pin"),
				Position: rapid.IntRange(0, 4).Draw(t, "position"),
				Section:  rapid.SampledFrom([]string{"", "", "Opinion", "rest", "Nowhere"}).Draw(t, "moved"),
				Skip:     rapid.IntRange(0, 3).Draw(t, "skip") == 0,
			}
		}
		w.candidates = append(w.candidates, c)
	}
	return w
}

// TestChooseKeepsItsPromises draws random weeks and checks what must hold of
// every choice.
func TestChooseKeepsItsPromises(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWeek(t)
		s := digest.Choose(w.rules, w.edits, w.candidates, onSlot())

		shuffled := rapid.Permutation(w.candidates).Draw(t, "shuffled")
		if diff := cmp.Diff(s, digest.Choose(w.rules, w.edits, shuffled, onSlot())); diff != "" {
			t.Fatalf("another order of the candidates gave another choice:\n%s", diff)
		}
		fates := map[int64]digest.Fate{}
		for _, f := range s.Fates {
			if _, twice := fates[f.Candidate.ID]; twice {
				t.Fatalf("article %d has two fates", f.Candidate.ID)
			}
			fates[f.Candidate.ID] = f
			if f.Reason == "" {
				t.Fatalf("article %d: %s without a reason", f.Candidate.ID, f.Outcome)
			}
		}
		if len(fates) != len(w.candidates) {
			t.Fatalf("%d candidates, %d fates", len(w.candidates), len(fates))
		}
		checkOutcomes(t, w, fates)
		checkPage(t, w, s, fates)
	})
}

// checkOutcomes checks that nothing vanishes: what is owed stays so unless it
// is in, excluded, or dropped for its age after it had its chance.
func checkOutcomes(t *rapid.T, w week, fates map[int64]digest.Fate) {
	for _, c := range w.candidates {
		f := fates[c.ID]
		switch {
		case c.State != digest.Owed && f.Outcome != digest.Out:
			t.Fatalf("article %d is %s and has fate %s", c.ID, c.State, f.Outcome)
		case c.State == digest.Owed && f.Outcome == digest.Out && !strings.HasPrefix(f.Reason, "excluded: "):
			t.Fatalf("article %d is owed and out: %s", c.ID, f.Reason)
		case f.Outcome == digest.Expired && (c.PassedOver == 0 || slotAt.Sub(c.FirstSeen) <= w.rules.MaxAge-time.Hour):
			t.Fatalf("article %d expired without its chance", c.ID)
		case f.Outcome == digest.In && (c.State != digest.Owed || w.edits.Articles[c.ID].Skip):
			t.Fatalf("article %d is in", c.ID)
		}
	}
}

// checkPage checks the caps, the limit, the share of what rolled over, and that
// the page and the fates agree.
func checkPage(t *rapid.T, w week, s digest.Selection, fates map[int64]digest.Fate) {
	if w.rules.MaxArticles > 0 && s.Count() > w.rules.MaxArticles {
		t.Fatalf("%d articles, over the limit of %d", s.Count(), w.rules.MaxArticles)
	}
	in := 0
	for _, sec := range s.Sections {
		at := slices.IndexFunc(w.rules.Sections, func(r digest.Section) bool { return r.Title == sec.Title })
		if at >= 0 && w.rules.Sections[at].Max > 0 && len(sec.Articles) > w.rules.Sections[at].Max {
			t.Fatalf("%s has %d articles, over its cap", sec.Title, len(sec.Articles))
		}
		rolledOver, fresh := 0, 0
		for i, a := range sec.Articles {
			if f := fates[a.ID]; f.Outcome != digest.In || f.Section != sec.Title || s.Fates[in].Candidate.ID != a.ID {
				t.Fatalf("article %d is printed in %q; fate %d is %+v", a.ID, sec.Title, in, f)
			}
			in++
			edit := w.edits.Articles[a.ID]
			pinned := edit.Pin || edit.Position > 0
			if i == 0 && a.RolledOver && !pinned && slices.ContainsFunc(sec.Articles, func(p digest.Printed) bool {
				e := w.edits.Articles[p.ID]
				return !p.RolledOver && !e.Pin && e.Position == 0
			}) {
				t.Fatalf("%s opens with article %d, which rolled over", sec.Title, a.ID)
			}
			switch {
			case pinned:
			case a.RolledOver:
				rolledOver++
			default:
				fresh++
			}
		}
		if rolledOver > fresh && missesNew(w, fates, sec.Title) {
			t.Fatalf("%s has %d rolled over and %d new, and new ones wait", sec.Title, rolledOver, fresh)
		}
	}
	for _, f := range fates {
		if f.Outcome == digest.In {
			in--
		}
	}
	if in != 0 {
		t.Fatalf("the page and the fates differ by %d articles", in)
	}
}

// missesNew reports whether a new article found no place in a section.
func missesNew(w week, fates map[int64]digest.Fate, title string) bool {
	for id, f := range fates {
		edit := w.edits.Articles[id]
		if f.Outcome == digest.Next && f.Section == title && f.Candidate.PassedOver == 0 && !edit.Pin && edit.Position == 0 {
			return true
		}
	}
	return false
}
