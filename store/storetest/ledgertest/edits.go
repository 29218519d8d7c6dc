package ledgertest

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store"
	"roundup/store/content"
	"roundup/store/storetest"
)

func (e suite) TestEditsRoundTrip(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 0, 2)
	ctx := t.Context()
	s.editIssue(func(e *digest.Edits) { e.Subject, e.Note = "Subject", "Note" })
	s.editIssue(func(e *digest.Edits) { e.Preheader = "Preheader" })
	s.editArticle(1, func(e *digest.ArticleEdit) { e.Pin, e.Position, e.Section = true, 2, "Opinion" })
	s.editArticle(1, func(e *digest.ArticleEdit) { e.Headline = "Mine" })
	s.editArticle(2, func(e *digest.ArticleEdit) { e.Skip, e.Blurb = true, "My words" })
	want := digest.Edits{
		Subject: "Subject", Preheader: "Preheader", Note: "Note",
		Articles: map[int64]digest.ArticleEdit{
			1: {Pin: true, Position: 2, Section: "Opinion", Headline: "Mine", UpstreamTitle: "Article 1"},
			2: {Skip: true, Blurb: "My words", UpstreamBlurb: "Dek 2"},
		},
	}
	got, err := s.Edits(ctx)
	s.Must(err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("edits differ:\n%s", diff)
	}
	// The upstream value is the one at the time of the edit.
	storetest.Exec(t, s.Base, `UPDATE articles SET title = 'Changed upstream' WHERE id = 1`)
	s.editArticle(1, func(e *digest.ArticleEdit) { e.Pin = false })
	got, err = s.Edits(ctx)
	s.Must(err)
	if got := got.Articles[1].UpstreamTitle; got != "Article 1" {
		t.Errorf("upstream title = %q, want the one that was edited", got)
	}
	// Cleared by whoever decides, it is the one of now.
	s.editArticle(1, func(e *digest.ArticleEdit) { e.UpstreamTitle = "" })
	got, err = s.Edits(ctx)
	s.Must(err)
	if got := got.Articles[1].UpstreamTitle; got != "Changed upstream" {
		t.Errorf("upstream title = %q, want the one of now", got)
	}
	s.MustFail(s.Edit(ctx, 0, storetest.Anna(), pin(99)), store.ErrNotFound)
}

// What is frozen can't be edited: neither an issue that has started, nor an
// article that is in one.
func (e suite) TestEditsOfAStartedIssueAreRefused(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 1, 2)
	ctx := t.Context()
	s.Must(s.Edit(ctx, 1, storetest.Anna(), pin(1)))
	s.Start(1)
	err := s.Edit(ctx, 1, storetest.Anna(), func(e *digest.Edits) error { e.Subject = "Too late"; return nil })
	var started *content.StartedError
	if !errors.As(err, &started) || *started != (content.StartedError{Number: 1, Next: 2}) {
		t.Errorf("an edit of issue 1, which has started: %v, want a StartedError", err)
	}
	var state *content.StateError
	if err := s.Edit(ctx, 2, storetest.Anna(), pin(1)); !errors.As(err, &state) || *state != (content.StateError{State: digest.Reserved, Issue: 1}) {
		t.Errorf("an edit of an article of issue 1: %v, want a StateError", err)
	}
	s.Must(s.Edit(ctx, 2, storetest.Anna(), pin(2)))
	edits, err := s.Edits(ctx)
	s.Must(err)
	if want := (digest.Edits{Articles: map[int64]digest.ArticleEdit{2: {Pin: true}}}); !cmp.Equal(want, edits) {
		t.Errorf("edits = %+v, want %+v", edits, want)
	}
}

// pin is an edit as a caller makes it.
func pin(id int64) func(*digest.Edits) error {
	return func(e *digest.Edits) error { e.Articles[id] = digest.ArticleEdit{Pin: true}; return nil }
}

func (s *scene) editIssue(change func(*digest.Edits)) {
	s.t.Helper()
	s.Must(s.Edit(s.t.Context(), 0, storetest.Anna(), func(e *digest.Edits) error { change(e); return nil }))
}

func (s *scene) editArticle(id int64, change func(*digest.ArticleEdit)) {
	s.t.Helper()
	s.editIssue(func(e *digest.Edits) {
		edit := e.Articles[id]
		change(&edit)
		e.Articles[id] = edit
	})
}

func (e suite) TestAnEditThatEditsNothingIsGone(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 0, 1)
	s.editArticle(1, func(e *digest.ArticleEdit) { e.Pin = true })
	s.editArticle(1, func(e *digest.ArticleEdit) { e.Pin = false })
	if got := storetest.One[int](t, s.Base, `SELECT count(*) FROM article_edits`); got != 0 {
		t.Errorf("%d edits are kept, want none", got)
	}
}

func (e suite) TestEditsBelongToOneIssue(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 1, 4)
	ctx := t.Context()
	edit := s.editArticle
	s.editIssue(func(e *digest.Edits) { e.Subject = "For this one" })
	edit(1, func(e *digest.ArticleEdit) { e.Pin = true })
	edit(2, func(e *digest.ArticleEdit) { e.Skip = true })
	edit(3, func(e *digest.ArticleEdit) { e.Headline = "Rolls over with its article" })
	issue := s.Start(1)

	next, err := s.Edits(ctx)
	s.Must(err)
	want := digest.Edits{Articles: map[int64]digest.ArticleEdit{
		3: {Headline: "Rolls over with its article", UpstreamTitle: "Article 3"},
	}}
	if diff := cmp.Diff(want, next); diff != "" {
		t.Errorf("the next issue's edits differ:\n%s", diff)
	}

	// Cancelled before anybody saw it, it gives its edits back, but for what
	// was edited anew.
	edit(2, func(e *digest.ArticleEdit) { e.Section = "New wish" })
	s.Must(s.CancelIssue(ctx, issue.Number, "", storetest.Anna()))
	next, err = s.Edits(ctx)
	s.Must(err)
	want.Subject = "For this one"
	want.Articles[1] = digest.ArticleEdit{Pin: true}
	want.Articles[2] = digest.ArticleEdit{Section: "New wish"}
	if diff := cmp.Diff(want, next); diff != "" {
		t.Errorf("edits after the cancellation differ:\n%s", diff)
	}
}

func (e suite) TestACancelledIssueThatWasSeenKeepsItsEdits(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 2, 1)
	s.editIssue(func(e *digest.Edits) { e.Subject = "Seen" })
	issue := s.Start(1)
	claims := s.MustTrade(issue, 1)
	s.MustTrade(issue, 0, storetest.To(claims[0].SubscriberID, delivery.Sent))
	s.Must(s.CancelIssue(t.Context(), issue.Number, "", storetest.Anna()))
	next, err := s.Edits(t.Context())
	if next.Subject != "" || err != nil {
		t.Errorf("next issue's subject = %q, %v, want none", next.Subject, err)
	}
}
