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
		happen func(*scene, digest.Issue)
		want   string
		note   string // LastNoteFile
	}{
		{"started", "a-headline", func(*scene, digest.Issue) {}, "", "1234"},
		{"claimed", "a-headline", func(s *scene, i digest.Issue) { s.exchange(i, 1) }, "", "1234"},
		{"deferred", "a-headline", func(s *scene, i digest.Issue) { s.exchange(i, 1); s.exchange(i, 0, to(1, delivery.Deferred)) }, "", "1234"},
		{"failed", "a-headline", func(s *scene, i digest.Issue) { s.exchange(i, 1); s.exchange(i, 0, to(1, delivery.Failed)) }, "", "1234"},
		{"handed back", "a-headline", func(s *scene, i digest.Issue) { s.exchange(i, 1); s.exchange(i, 0, to(1, delivery.Queued)) }, "", "1234"},
		{"sent to one", "a-headline", reachOne(delivery.Sent), "<p>Page</p>", "1234"},
		{"unknown to one", "a-headline", reachOne(delivery.Unknown), "<p>Page</p>", "1234"},
		{"taken down", "a-headline", func(s *scene, i digest.Issue) {
			reachOne(delivery.Sent)(s, i)
			s.must(s.UnpublishIssue(t.Context(), i.Number, "why", anna()))
			page, err := s.Page(t.Context(), i.Slug)
			s.must(err)
			if page.Issue.Unpublished.IsZero() {
				t.Error("the page does not say that it was taken down")
			}
		}, "", "1234"},
		{"put back", "a-headline", func(s *scene, i digest.Issue) {
			reachOne(delivery.Sent)(s, i)
			s.must(s.UnpublishIssue(t.Context(), i.Number, "why", anna()))
			s.must(s.PublishIssue(t.Context(), i.Number, "why", anna()))
		}, "<p>Page</p>", "1234"},
		{"another slug", "b-headline", reachOne(delivery.Sent), "", "1234"},
		{"another case", "A-headline", reachOne(delivery.Sent), "", "1234"},
		{"held before anybody", "a-headline", func(s *scene, i digest.Issue) { s.must(s.HoldIssue(t.Context(), i.Number, "why", anna())) }, "", "1234"},
		{"held after somebody", "a-headline", func(s *scene, i digest.Issue) {
			reachOne(delivery.Sent)(s, i)
			s.must(s.HoldIssue(t.Context(), i.Number, "why", anna()))
		}, "<p>Page</p>", "1234"},
		{"cancelled before anybody", "a-headline", func(s *scene, i digest.Issue) {
			s.must(s.CancelIssue(t.Context(), i.Number, "why", anna()))
		}, "", ""},
		{"cancelled after somebody", "a-headline", func(s *scene, i digest.Issue) {
			reachOne(delivery.Sent)(s, i)
			s.must(s.CancelIssue(t.Context(), i.Number, "why", anna()))
		}, "<p>Page</p>", "1234"},
		{"cancelled after nobody took it", "a-headline", func(s *scene, i digest.Issue) {
			s.exchange(i, 1)
			s.exchange(i, 0, to(1, delivery.Failed))
			s.must(s.CancelIssue(t.Context(), i.Number, "why", anna()))
		}, "", ""},
		{"the note was of this issue alone", "a-headline", func(s *scene, i digest.Issue) {
			reachOne(delivery.Sent)(s, i)
			run(t, s.base, `UPDATE issues SET note_file = ''`)
		}, "<p>Page</p>", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := e.newScene(t, 2, 1)
			issue := s.start(1)
			tt.happen(s, issue)
			page, err := s.Page(t.Context(), tt.slug)
			s.must(err)
			if page.HTML != tt.want || page.HTML != "" && page.Issue.Number != issue.Number {
				t.Errorf("got %q of issue %d, want %q", page.HTML, page.Issue.Number, tt.want)
			}
			note, _, err := s.LastNoteFile(t.Context())
			s.must(err)
			if note != tt.note {
				t.Errorf("the last note file is %q, want %q", note, tt.note)
			}
		})
	}
}

// reachOne ends one reader's delivery this way, which reaches them.
func reachOne(state delivery.State) func(*scene, digest.Issue) {
	return func(s *scene, i digest.Issue) {
		s.exchange(i, 1)
		s.exchange(i, 0, to(1, state))
	}
}

func (e suite) TestLastNoteFileIsTheLatest(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 1, 3)
	for i, note := range []string{"first", "second", ""} {
		start := draft(int64(i + 1))
		start.Issue.NoteFile, start.Issue.Slot, start.Issue.Kind = note, start.Issue.Slot.AddDate(0, 0, 7*i), digest.Extra
		_, err := s.StartIssue(t.Context(), s.lease, start)
		s.must(err)
	}
	got, number, err := s.LastNoteFile(t.Context())
	s.must(err)
	if got != "second" || number != 2 {
		t.Errorf("got %q of issue %d, want second of issue 2", got, number)
	}
}
