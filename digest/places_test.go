package digest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"roundup/digest"
)

// TestChooseGivesOutPlaces is the table of who gets a place, and where.
func TestChooseGivesOutPlaces(t *testing.T) {
	t.Parallel()
	section := func(title string, places int, labels ...string) digest.Section {
		return digest.Section{Title: title, Max: places, Labels: labels}
	}
	next := func(s digest.Section) digest.Section { s.Next = true; return s }
	rest := func(s digest.Section) digest.Section { s.Rest = true; return s }
	many := func(from, to int64, labels ...string) (all []digest.Candidate) {
		for id := from; id <= to; id++ {
			all = append(all, owed(id, labels...))
		}
		return all
	}
	join := func(lists ...[]digest.Candidate) (all []digest.Candidate) {
		for _, l := range lists {
			all = append(all, l...)
		}
		return all
	}
	tests := []struct {
		name     string
		sections []digest.Section
		max      int
		room     int
		of       []digest.Candidate
		edits    map[int64]digest.ArticleEdit
		want     string
		fates    map[int64]string // outcome: reason, of some
		problems []string
	}{
		{
			name:     "first section that takes it, whatever the label's spelling",
			sections: []digest.Section{section("Analysis", 0, "ANALYSIS"), section("Politique", 0, "politique générale")},
			of:       []digest.Candidate{owed(1, "Politique  Generale", "analysis"), owed(2, "POLITIQUE GÉNÉRALE")},
			want:     "Analysis 1 | Politique 2",
		},
		{
			name:     "a renamed label counts under both names",
			sections: []digest.Section{section("Opinion", 0, "opinion"), section("Columns", 0, "op-ed")},
			of:       []digest.Candidate{owed(1, "Op-Ed")},
			want:     "Opinion 1",
		},
		{
			name:     "no section takes it",
			sections: []digest.Section{section("Analysis", 0, "analysis")},
			of:       []digest.Candidate{owed(1, "sport"), owed(2, "analysis")},
			want:     "Analysis 2",
			fates:    map[int64]string{1: "next: no section takes it: next issue"},
		},
		{
			name:     "over the cap, without a rest",
			sections: []digest.Section{section("Opinion", 2, "opinion")},
			of:       many(1, 3, "opinion"),
			want:     "Opinion 1 2",
			fates:    map[int64]string{3: "next: over Opinion's cap of 2: waits"},
		},
		{
			name:     "over the cap, into the rest, wherever it stands",
			sections: []digest.Section{rest(section("Latest", 0)), section("Opinion", 2, "opinion")},
			of:       join(many(1, 3, "opinion"), many(4, 4)),
			want:     "Latest 3 4 | Opinion 1 2",
			fates:    map[int64]string{3: "in: new, over Opinion's cap of 2"},
		},
		{
			name:     "over the cap, kept for the next issue",
			sections: []digest.Section{next(section("Opinion", 3, "opinion")), rest(section("Also", 0))},
			of:       many(1, 4, "opinion"),
			want:     "Opinion 1 2 3",
			fates:    map[int64]string{4: "next: over Opinion's cap of 3: waits"},
		},
		{
			name:     "over both caps",
			sections: []digest.Section{section("Opinion", 1, "opinion"), rest(section("Also this week", 2))},
			of:       join(many(1, 3, "opinion"), many(4, 4)),
			want:     "Opinion 1 | Also this week 2 3",
			fates:    map[int64]string{4: "next: over Also this week's cap of 2: waits"},
		},
		{
			name:     "over both caps, from the first",
			sections: []digest.Section{section("News", 1, "news"), rest(section("Also", 1))},
			of:       many(1, 3, "news"),
			want:     "News 1 | Also 2",
			fates:    map[int64]string{3: "next: over News' cap of 1 and Also's cap of 1: waits"},
		},
		{
			name:     "over the cap of a section without a title",
			sections: []digest.Section{rest(section("", 1))},
			of:       many(1, 2),
			want:     " 1",
			fates:    map[int64]string{2: "next: over the cap of 1: waits"},
		},
		{
			name:     "half of the places, rounded down, for the longest owed",
			sections: []digest.Section{rest(section("All", 5))},
			of:       join(many(1, 9), []digest.Candidate{rolled(10, 6), rolled(11, 9), rolled(12, 8), rolled(13, 7)}),
			want:     "All 1 2 3 12 11",
			fates:    map[int64]string{4: "next: over All's cap of 5: waits", 13: "next: over All's cap of 5: waits"},
		},
		{
			name:     "more for the rolled over where there are too few new ones",
			sections: []digest.Section{rest(section("All", 4))},
			of:       join(many(1, 1), []digest.Candidate{rolled(10, 6), rolled(11, 9), rolled(12, 8), rolled(13, 7)}),
			want:     "All 1 13 12 11",
		},
		{
			name:     "more for new ones where few rolled over",
			sections: []digest.Section{rest(section("All", 4))},
			of:       join(many(1, 9), []digest.Candidate{rolled(10, 6)}),
			want:     "All 1 2 3 10",
		},
		{
			name:     "one place goes to what is new",
			sections: []digest.Section{rest(section("All", 1))},
			of:       join(many(1, 3), []digest.Candidate{rolled(10, 6), rolled(11, 9)}),
			want:     "All 1",
		},
		{
			name:     "pinned ones come before the shares",
			sections: []digest.Section{rest(section("All", 3))},
			of:       join(many(1, 3), []digest.Candidate{rolled(10, 6), rolled(11, 9)}),
			edits:    map[int64]digest.ArticleEdit{3: {Pin: true}, 10: {Position: 3}},
			want:     "All 3 1 10",
		},
		{
			name:     "a section of articles that rolled over does not open the issue",
			sections: []digest.Section{section("News", 3, "news"), section("Views", 3, "views"), rest(section("All", 3))},
			of:       join([]digest.Candidate{rolled(10, 6, "news"), rolled(11, 9, "views")}, many(1, 2, "views"), many(3, 3)),
			want:     "Views 1 2 11 | News 10 | All 3",
		},
		{
			name:     "one that is pinned does",
			sections: []digest.Section{section("News", 3, "news"), rest(section("All", 3))},
			of:       join([]digest.Candidate{rolled(10, 6, "news")}, many(1, 2)),
			edits:    map[int64]digest.ArticleEdit{10: {Pin: true}},
			want:     "News 10 | All 1 2",
		},
		{
			name:     "and any where nothing is new",
			sections: []digest.Section{section("News", 3, "news"), rest(section("All", 3))},
			of:       []digest.Candidate{rolled(10, 6, "news"), rolled(11, 6)},
			want:     "News 10 | All 11",
		},
		{
			name:     "more pins than places",
			sections: []digest.Section{next(section("Opinion", 1, "opinion"))},
			of:       many(1, 2, "opinion"),
			edits:    map[int64]digest.ArticleEdit{1: {Pin: true}, 2: {Pin: true, Position: 1}},
			want:     "Opinion 2",
			problems: []string{"article 1 (Article 1): pinned, but not in: over Opinion's cap of 1: waits"},
		},
		{
			name:     "moved by hand, also where no label leads",
			sections: []digest.Section{section("Analysis", 0, "analysis"), section("Editors' picks", 2)},
			of:       many(1, 2, "analysis"),
			edits:    map[int64]digest.ArticleEdit{2: {Section: "editors' PICKS"}},
			want:     "Analysis 1 | Editors' picks 2",
		},
		{
			name:     "moved by hand to a full section",
			sections: []digest.Section{section("Opinion", 1, "opinion"), rest(section("Also", 0))},
			of:       join(many(1, 1, "opinion"), many(2, 2)),
			edits:    map[int64]digest.ArticleEdit{2: {Section: "Opinion"}},
			want:     "Opinion 1 | Also 2",
			problems: []string{"article 2 (Article 2): moved to Opinion, but over Opinion's cap of 1: in Also"},
		},
		{
			name:     "the issue's limit cuts the last section first",
			sections: []digest.Section{section("A", 0, "a"), section("B", 0, "b"), rest(section("C", 0))},
			max:      6,
			of:       join(many(1, 3, "a"), many(4, 5, "b"), many(6, 8)),
			want:     "A 1 2 3 | B 4 5 | C 6",
			fates:    map[int64]string{7: "next: over the issue's limit of 6: waits"},
		},
		{
			name:     "and leaves each section one while another has two",
			sections: []digest.Section{section("A", 0, "a"), section("B", 0, "b"), rest(section("C", 0))},
			max:      4,
			of:       join(many(1, 3, "a"), many(4, 5, "b"), many(6, 8)),
			want:     "A 1 2 | B 4 | C 6",
		},
		{
			name:     "then whole sections, from the last",
			sections: []digest.Section{section("A", 0, "a"), section("B", 0, "b"), rest(section("C", 0))},
			max:      2,
			of:       join(many(1, 3, "a"), many(4, 5, "b"), many(6, 8)),
			want:     "A 1 | B 4",
		},
		{
			name:     "and pinned ones last of all",
			sections: []digest.Section{section("A", 0, "a"), section("B", 0, "b"), rest(section("C", 0))},
			max:      2,
			of:       join(many(1, 3, "a"), many(4, 5, "b"), many(6, 8)),
			edits:    map[int64]digest.ArticleEdit{7: {Pin: true}, 8: {Pin: true}, 3: {Pin: true}},
			want:     "A 3 | C 7",
			problems: []string{"article 8 (Article 8): pinned, but not in: over the issue's limit of 2: waits"},
		},
		{
			name:     "the limit keeps the shares of a section without a cap",
			sections: []digest.Section{rest(section("All", 0))},
			max:      4,
			of:       join(many(1, 5), []digest.Candidate{rolled(10, 6), rolled(11, 9), rolled(12, 8), rolled(13, 7)}),
			want:     "All 1 2 12 11",
		},
		{
			name:     "what does not fit into the mail goes the same way, after what is over the limit",
			sections: []digest.Section{section("A", 0, "a"), rest(section("B", 0))},
			max:      5,
			room:     3,
			of:       join(many(1, 2, "a"), many(3, 6)),
			edits:    map[int64]digest.ArticleEdit{5: {Pin: true}},
			want:     "A 1 2 | B 5",
			fates: map[int64]string{
				3: "next: does not fit: the mail would be larger than Gmail shows whole; waits",
				4: "next: does not fit: the mail would be larger than Gmail shows whole; waits",
				6: "next: over the issue's limit of 5: waits",
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			rules := houseRules(t)
			rules.Sections, rules.MaxArticles, rules.Room = tt.sections, tt.max, tt.room
			s := digest.Choose(rules, edits(tt.edits), tt.of, onSlot())
			if got := page(s); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			for id, want := range tt.fates {
				f := fateOf(t, s, id)
				if got := string(f.Outcome) + ": " + f.Reason; got != want {
					t.Errorf("article %d:\ngot  %s\nwant %s", id, got, want)
				}
			}
			if diff := cmp.Diff(tt.problems, s.Problems); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

// TestChooseOverWeeks runs a section with a cap over several weeks: everything
// owed is printed in the end, once.
func TestChooseOverWeeks(t *testing.T) {
	t.Parallel()
	rules := houseRules(t)
	rules.Sections = []digest.Section{{Title: "All", Rest: true, Max: 4}}
	printed := map[int64]int{}
	var waiting []digest.Candidate
	for week := range 8 {
		at := digest.Moment{Slot: slotAt.AddDate(0, 0, 7*week), Now: slotAt.AddDate(0, 0, 7*week)}
		if week < 3 {
			for i := range 6 {
				c := owed(int64(week*6 + i + 1))
				c.Published = at.Now.AddDate(0, 0, -i)
				c.FirstSeen, c.OwedSince = c.Published, c.Published
				waiting = append(waiting, c)
			}
		}
		s := digest.Choose(rules, digest.Edits{}, waiting, at)
		waiting = nil
		for _, f := range s.Fates {
			switch f.Outcome {
			case digest.In:
				printed[f.Candidate.ID]++
			case digest.Next:
				f.Candidate.PassedOver++
				waiting = append(waiting, f.Candidate)
			default:
				t.Fatalf("week %d: article %d: %s: %s", week, f.Candidate.ID, f.Outcome, f.Reason)
			}
		}
	}
	for id := int64(1); id <= 18; id++ {
		if printed[id] != 1 {
			t.Errorf("article %d was printed %d times, want once", id, printed[id])
		}
	}
}
