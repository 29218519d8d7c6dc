package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store"
)

func TestEditsRoundTrip(t *testing.T) {
	t.Parallel()
	s := newScene(t, 0, 2)
	ctx := t.Context()
	s.must(s.EditIssue(ctx, func(e *digest.Edits) { e.Subject, e.Note = "Subject", "Note" }))
	s.must(s.EditIssue(ctx, func(e *digest.Edits) { e.Preheader = "Preheader" }))
	s.must(s.EditArticle(ctx, 1, func(e *digest.ArticleEdit) { e.Pin, e.Position, e.Section = true, 2, "Opinion" }))
	s.must(s.EditArticle(ctx, 1, func(e *digest.ArticleEdit) { e.Headline = "Mine" }))
	s.must(s.EditArticle(ctx, 2, func(e *digest.ArticleEdit) { e.Skip, e.Blurb = true, "My words" }))
	want := digest.Edits{
		Subject: "Subject", Preheader: "Preheader", Note: "Note",
		Articles: map[int64]digest.ArticleEdit{
			1: {Pin: true, Position: 2, Section: "Opinion", Headline: "Mine", UpstreamTitle: "Article 1"},
			2: {Skip: true, Blurb: "My words", UpstreamBlurb: "Dek 2"},
		},
	}
	got, err := s.Edits(ctx)
	s.must(err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("edits differ:\n%s", diff)
	}
	// The upstream value is the one at the time of the edit.
	run(t, s.Store, `UPDATE articles SET title = 'Changed upstream' WHERE id = 1`)
	s.must(s.EditArticle(ctx, 1, func(e *digest.ArticleEdit) { e.Pin = false }))
	got, err = s.Edits(ctx)
	s.must(err)
	if got := got.Articles[1].UpstreamTitle; got != "Article 1" {
		t.Errorf("upstream title = %q, want the one that was edited", got)
	}
	s.mustFail(s.EditArticle(ctx, 99, func(*digest.ArticleEdit) {}), store.ErrNotFound)
}

func TestAnEditThatEditsNothingIsGone(t *testing.T) {
	t.Parallel()
	s := newScene(t, 0, 1)
	s.must(s.EditArticle(t.Context(), 1, func(e *digest.ArticleEdit) { e.Pin = true }))
	s.must(s.EditArticle(t.Context(), 1, func(e *digest.ArticleEdit) { e.Pin = false }))
	if got := one[int](t, s.Store, `SELECT count(*) FROM article_edits`); got != 0 {
		t.Errorf("%d edits are kept, want none", got)
	}
}

func TestEditsBelongToOneIssue(t *testing.T) {
	t.Parallel()
	s := newScene(t, 1, 4)
	ctx := t.Context()
	edit := func(id int64, change func(*digest.ArticleEdit)) { s.must(s.EditArticle(ctx, id, change)) }
	s.must(s.EditIssue(ctx, func(e *digest.Edits) { e.Subject = "For this one" }))
	edit(1, func(e *digest.ArticleEdit) { e.Pin = true })
	edit(2, func(e *digest.ArticleEdit) { e.Skip = true })
	edit(3, func(e *digest.ArticleEdit) { e.Headline = "Rolls over with its article" })
	issue := s.start(1)

	next, err := s.Edits(ctx)
	s.must(err)
	want := digest.Edits{Articles: map[int64]digest.ArticleEdit{
		3: {Headline: "Rolls over with its article", UpstreamTitle: "Article 3"},
	}}
	if diff := cmp.Diff(want, next); diff != "" {
		t.Errorf("the next issue's edits differ:\n%s", diff)
	}

	// Cancelled before anybody saw it, it gives its edits back, but for what
	// was edited anew.
	edit(2, func(e *digest.ArticleEdit) { e.Section = "New wish" })
	s.must(s.CancelIssue(ctx, issue.Number, "", "test"))
	next, err = s.Edits(ctx)
	s.must(err)
	want.Subject = "For this one"
	want.Articles[1] = digest.ArticleEdit{Pin: true}
	want.Articles[2] = digest.ArticleEdit{Section: "New wish"}
	if diff := cmp.Diff(want, next); diff != "" {
		t.Errorf("edits after the cancellation differ:\n%s", diff)
	}
}

func TestACancelledIssueThatWasSeenKeepsItsEdits(t *testing.T) {
	t.Parallel()
	s := newScene(t, 2, 1)
	s.must(s.EditIssue(t.Context(), func(e *digest.Edits) { e.Subject = "Seen" }))
	issue := s.start(1)
	claims := s.exchange(issue, 1)
	s.exchange(issue, 0, to(claims[0].SubscriberID, delivery.Sent))
	s.must(s.CancelIssue(t.Context(), issue.Number, "", "test"))
	next, err := s.Edits(t.Context())
	if next.Subject != "" || err != nil {
		t.Errorf("next issue's subject = %q, %v, want none", next.Subject, err)
	}
}
