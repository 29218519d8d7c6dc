package storetest

import (
	"errors"
	"testing"
	"time"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store"
	"roundup/store/content"
)

// isOut is a scene whose issue 1 has reached somebody.
func isOut(s *Scene) { reachOne(delivery.Sent)(s, s.Start(1)) }

// TestCorrections: each keeps its day, oldest first, and the last goes first. The page is as
// it was frozen, and the archive is searched in them.
func (e suite) TestCorrections(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 1, 1)
	issue := s.Start(1)
	if err := s.CorrectIssue(t.Context(), 1, "Too early.", Anna()); !errors.Is(err, content.ErrNotOut) {
		t.Errorf("before anybody has it: %v", err)
	}
	reachOne(delivery.Sent)(s, issue)
	if err := s.RemoveCorrection(t.Context(), 1, Anna()); !errors.Is(err, content.ErrNoCorrection) {
		t.Errorf("without one: %v", err)
	}
	if err := s.CorrectIssue(t.Context(), 7, "No such issue.", Anna()); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("of no issue: %v", err)
	}
	found := func(word string) int {
		issues, err := s.Archived(t.Context(), digest.ArchiveQuery{Words: digest.SearchWords(word)})
		s.Must(err)
		return len(issues)
	}
	var at []time.Time
	for _, text := range []string{"It is \"Gdynia\".\nNot Gdansk.", "Nor Sopot."} {
		s.Clock().Forward(24 * time.Hour)
		at = append(at, s.Clock().Now().UTC().Truncate(time.Millisecond))
		s.Must(s.CorrectIssue(t.Context(), 1, text, Anna()))
	}
	first, second := digest.IssueCorrection{At: at[0], Text: "It is \"Gdynia\".\nNot Gdansk."}, digest.IssueCorrection{At: at[1], Text: "Nor Sopot."}
	page, err := s.Page(t.Context(), issue.Slug)
	s.Must(err)
	Equal(t, "corrections", page.Issue.Corrections, []digest.IssueCorrection{first, second})
	Equal(t, "found", []int{found("gdynia"), found("sopot")}, []int{1, 1})
	if page.HTML != "<p>Page</p>" || !page.Issue.Corrected.Equal(at[1]) || !page.Issue.Changed().Equal(at[1]) {
		t.Errorf("got %q, corrected at %s", page.HTML, page.Issue.Corrected)
	}

	s.Clock().Forward(time.Hour)
	s.Must(s.RemoveCorrection(t.Context(), 1, Anna()))
	now, err := s.Issue(t.Context(), 1)
	s.Must(err)
	Equal(t, "what is left", now.Corrections, []digest.IssueCorrection{first})
	Equal(t, "found", []int{found("gdynia"), found("sopot")}, []int{1, 0})
	if !now.Corrected.Equal(at[1].Add(time.Hour)) {
		t.Errorf("that one was removed is no change: %s", now.Corrected)
	}
}
