package storetest

import (
	"testing"

	"roundup/delivery"
	"roundup/digest"
)

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
