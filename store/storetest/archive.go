package storetest

import (
	"testing"
	"time"

	"roundup/delivery"
	"roundup/digest"
)

// shelved is a scene with issues 1 to 5, a week apart over the turn of a year; 4
// reached nobody, and 2 is taken down.
func (e suite) shelved(t *testing.T) *Scene {
	t.Helper()
	s := e.newScene(t, 1, 5)
	for i := range 5 {
		start := Draft(int64(i + 1))
		start.Issue.Kind, start.Issue.Slot = digest.Extra, time.Time{}
		start.Issue.Date = time.Date(2026, time.December, 18, 12, 0, 0, 0, time.UTC).AddDate(0, 0, 7*i)
		start.Issue.Slug = []string{"one", "two", "three", "four", "five"}[i]
		start.Issue.Sections[0].Articles[0].Headline = []string{"Ports", "Trade", "100% Größe مُؤتمر الصحيفة ٢٠٢٦", "Rails", "Straßen_bau"}[i]
		if i == 2 {
			start.Issue.Sections[0].Key = "culture"
		}
		issue, err := s.StartIssue(t.Context(), s.Lease, start)
		s.Must(err)
		if i != 3 {
			s.MustTrade(issue, 1)
			s.MustTrade(issue, 0, To(1, delivery.Sent))
		}
	}
	s.Must(s.UnpublishIssue(t.Context(), 2, "why", Anna()))
	return s
}

func (e suite) TestArchived(t *testing.T) {
	t.Parallel()
	s := e.shelved(t)
	newYear := time.Date(2027, time.January, 1, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		name  string
		query digest.ArchiveQuery
		want  []int
	}{
		{"all", digest.ArchiveQuery{}, []int{5, 3, 1}},
		{"the newest", digest.ArchiveQuery{Limit: 2}, []int{5, 3}},
		{"older ones", digest.ArchiveQuery{Before: 5, Limit: 1}, []int{3}},
		{"a year", digest.ArchiveQuery{Until: newYear}, []int{1}},
		{"the next", digest.ArchiveQuery{From: newYear}, []int{5, 3}},
		{"a section", digest.ArchiveQuery{Section: "culture"}, []int{3}},
		{"a word", digest.ArchiveQuery{Words: digest.SearchWords("PORTS")}, []int{1}},
		{"without its accents", digest.ArchiveQuery{Words: digest.SearchWords("grosse")}, []int{3}},
		{"Arabic as it is typed", digest.ArchiveQuery{Words: digest.SearchWords("موتمر صحيفه 2026")}, []int{3}},
		{"Arabic as it is printed", digest.ArchiveQuery{Words: digest.SearchWords("مُؤتمَر صحيفة ٢٠٢٦")}, []int{3}},
		{"a NUL between words", digest.ArchiveQuery{Words: digest.SearchWords("ports\x00headline")}, []int{1}},
		{"all words", digest.ArchiveQuery{Words: digest.SearchWords("ports headline")}, []int{1}},
		{"not all words", digest.ArchiveQuery{Words: digest.SearchWords("ports rails")}, nil},
		{"a percent sign", digest.ArchiveQuery{Words: []string{"%"}}, []int{3}},
		{"an underscore", digest.ArchiveQuery{Words: []string{"_"}}, []int{5}},
		{"an exclamation mark", digest.ArchiveQuery{Words: []string{"!"}}, nil},
		{"taken down", digest.ArchiveQuery{Words: digest.SearchWords("trade")}, nil},
	}
	for _, tt := range tests {
		issues, err := s.Archived(t.Context(), tt.query)
		s.Must(err)
		var got []int
		for _, i := range issues {
			got = append(got, i.Number)
		}
		Equal(t, tt.name, got, tt.want)
	}
	full, err := s.Archived(t.Context(), digest.ArchiveQuery{Limit: 1, Articles: true})
	s.Must(err)
	if len(full) != 1 || len(full[0].Articles()) != 1 {
		t.Errorf("with articles: %+v", full)
	}
	dates, err := s.ArchivedDates(t.Context())
	s.Must(err)
	if len(dates) != 3 || dates[0].Year() != 2027 || dates[2].Year() != 2026 {
		t.Errorf("dates are %v", dates)
	}
}

func (e suite) TestPageKnowsItsNeighbours(t *testing.T) {
	t.Parallel()
	s := e.shelved(t)
	for slug, want := range map[string][2]int{"one": {0, 3}, "three": {1, 5}, "five": {3, 0}, "two": {0, 0}, "four": {0, 0}} {
		page, err := s.Page(t.Context(), slug)
		s.Must(err)
		if got := [2]int{page.Previous.Number, page.Next.Number}; got != want {
			t.Errorf("%s is between %v, want %v", slug, got, want)
		}
	}
}

func (e suite) TestPage(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		slug   string
		happen func(*Scene, digest.Issue)
		want   string
		note   string // LastNoteFile
	}{
		{"started", "a-headline", func(*Scene, digest.Issue) {}, "", "1234"},
		{"claimed", "a-headline", func(s *Scene, i digest.Issue) { s.MustTrade(i, 1) }, "", "1234"},
		{"deferred", "a-headline", func(s *Scene, i digest.Issue) { s.MustTrade(i, 1); s.MustTrade(i, 0, To(1, delivery.Deferred)) }, "", "1234"},
		{"failed", "a-headline", func(s *Scene, i digest.Issue) { s.MustTrade(i, 1); s.MustTrade(i, 0, To(1, delivery.Failed)) }, "", "1234"},
		{"handed back", "a-headline", func(s *Scene, i digest.Issue) { s.MustTrade(i, 1); s.MustTrade(i, 0, To(1, delivery.Queued)) }, "", "1234"},
		{"sent to one", "a-headline", reachOne(delivery.Sent), "<p>Page</p>", "1234"},
		{"unknown to one", "a-headline", reachOne(delivery.Unknown), "<p>Page</p>", "1234"},
		{"taken down", "a-headline", func(s *Scene, i digest.Issue) {
			reachOne(delivery.Sent)(s, i)
			s.Must(s.UnpublishIssue(t.Context(), i.Number, "why", Anna()))
			page, err := s.Page(t.Context(), i.Slug)
			s.Must(err)
			if page.Issue.Unpublished.IsZero() {
				t.Error("the page does not say that it was taken down")
			}
		}, "", "1234"},
		{"put back", "a-headline", func(s *Scene, i digest.Issue) {
			reachOne(delivery.Sent)(s, i)
			s.Must(s.UnpublishIssue(t.Context(), i.Number, "why", Anna()))
			s.Must(s.PublishIssue(t.Context(), i.Number, "why", Anna()))
		}, "<p>Page</p>", "1234"},
		{"another slug", "b-headline", reachOne(delivery.Sent), "", "1234"},
		{"another case", "A-headline", reachOne(delivery.Sent), "", "1234"},
		{"held before anybody", "a-headline", func(s *Scene, i digest.Issue) { s.Must(s.HoldIssue(t.Context(), i.Number, "why", Anna())) }, "", "1234"},
		{"held after somebody", "a-headline", func(s *Scene, i digest.Issue) {
			reachOne(delivery.Sent)(s, i)
			s.Must(s.HoldIssue(t.Context(), i.Number, "why", Anna()))
		}, "<p>Page</p>", "1234"},
		{"cancelled before anybody", "a-headline", func(s *Scene, i digest.Issue) {
			s.Must(s.CancelIssue(t.Context(), i.Number, "why", Anna()))
		}, "", ""},
		{"cancelled after somebody", "a-headline", func(s *Scene, i digest.Issue) {
			reachOne(delivery.Sent)(s, i)
			s.Must(s.CancelIssue(t.Context(), i.Number, "why", Anna()))
		}, "<p>Page</p>", "1234"},
		{"cancelled after nobody took it", "a-headline", func(s *Scene, i digest.Issue) {
			s.MustTrade(i, 1)
			s.MustTrade(i, 0, To(1, delivery.Failed))
			s.Must(s.CancelIssue(t.Context(), i.Number, "why", Anna()))
		}, "", ""},
		{"the note was of this issue alone", "a-headline", func(s *Scene, i digest.Issue) {
			reachOne(delivery.Sent)(s, i)
			Exec(t, s.Base, `UPDATE issues SET note_file = ''`)
		}, "<p>Page</p>", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := e.newScene(t, 2, 1)
			issue := s.Start(1)
			tt.happen(s, issue)
			page, err := s.Page(t.Context(), tt.slug)
			s.Must(err)
			if page.HTML != tt.want || page.HTML != "" && page.Issue.Number != issue.Number {
				t.Errorf("got %q of issue %d, want %q", page.HTML, page.Issue.Number, tt.want)
			}
			note, _, err := s.LastNoteFile(t.Context())
			s.Must(err)
			if note != tt.note {
				t.Errorf("the last note file is %q, want %q", note, tt.note)
			}
		})
	}
}

// reachOne ends one reader's delivery this way, which reaches them.
func reachOne(state delivery.State) func(*Scene, digest.Issue) {
	return func(s *Scene, i digest.Issue) {
		s.MustTrade(i, 1)
		s.MustTrade(i, 0, To(1, state))
	}
}

func (e suite) TestLastNoteFileIsTheLatest(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 1, 3)
	for i, note := range []string{"first", "second", ""} {
		start := Draft(int64(i + 1))
		start.Issue.NoteFile, start.Issue.Slot, start.Issue.Kind = note, start.Issue.Slot.AddDate(0, 0, 7*i), digest.Extra
		_, err := s.StartIssue(t.Context(), s.Lease, start)
		s.Must(err)
	}
	got, number, err := s.LastNoteFile(t.Context())
	s.Must(err)
	if got != "second" || number != 2 {
		t.Errorf("got %q of issue %d, want second of issue 2", got, number)
	}
}
