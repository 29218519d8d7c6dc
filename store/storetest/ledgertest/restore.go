package ledgertest

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store/content"
	"roundup/store/storetest"
)

func (s *scene) takeBack(number int) error {
	return s.RestoreIssue(s.t.Context(), number, begin(), "by mistake", storetest.Anna())
}

// TestRestore cancels an issue that some have, or nobody, and takes it back.
func (e suite) TestRestore(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		reach   func(s *scene, issue digest.Issue)
		article digest.State
		want    delivery.Tally
	}{
		{"nobody has it", func(*scene, digest.Issue) {}, digest.Reserved, delivery.Tally{Queued: 5}},
		{"some have it", func(s *scene, issue digest.Issue) {
			s.MustTrade(issue, 4)
			s.MustTrade(issue, 0, storetest.To(1, delivery.Sent), storetest.To(2, delivery.Failed), storetest.To(3, delivery.Deferred), storetest.To(4, delivery.Unknown))
		}, digest.Carried, delivery.Tally{Sent: 1, Failed: 1, Unknown: 1, Resendable: 1, Deferred: 1, Queued: 1, NextDue: begin().Add(10 * time.Minute)}},
		{"one is on the wire", func(s *scene, issue digest.Issue) { s.MustTrade(issue, 1) },
			digest.Reserved, delivery.Tally{Sending: 1, Queued: 4}},
		{"one left in time", func(s *scene, issue digest.Issue) {
			storetest.Exec(s.t, s.Base, `UPDATE subscriptions SET status = 'unsubscribed' WHERE subscriber_id = 1`)
			s.MustTrade(issue, 1)
			s.MustTrade(issue, 0, storetest.To(2, delivery.Queued))
		}, digest.Reserved, delivery.Tally{Skipped: 1, Queued: 4}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := e.newScene(t, 5, 1)
			issue := s.Start(1)
			c.reach(s, issue)
			s.Must(s.CancelIssue(t.Context(), 1, "", storetest.Anna()))
			s.Must(s.takeBack(1))
			tally, err := s.Tally(t.Context(), issue.ID)
			s.Must(err)
			if tally != c.want {
				t.Errorf("tally = %+v, want %+v", tally, c.want)
			}
			if got := s.ArticleState(1); got != c.article {
				t.Errorf("article is %s, want %s", got, c.article)
			}
			if got := s.StatusOf(1); got != digest.Sending {
				t.Errorf("status = %s, want sending", got)
			}
			again, err := s.Issue(t.Context(), 1)
			s.Must(err)
			if !again.Finished.IsZero() || again.Why != "" {
				t.Errorf("issue = %+v, want it unfinished", again)
			}
			if n := storetest.One[int](t, s.Base, `SELECT count(*) FROM events WHERE what = 'issue restored' AND detail = 'by mistake'`); n != 1 {
				t.Errorf("%d events say that it was restored", n)
			}
			if err := s.takeBack(1); !errors.As(err, new(*content.StatusError)) {
				t.Errorf("a second time: %v", err)
			}
		})
	}
}

// TestRestoreAsksWhoMayBeMailed has readers leave while the issue is cancelled.
func (e suite) TestRestoreAsksWhoMayBeMailed(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 4, 1)
	issue := s.Start(1)
	s.Must(s.CancelIssue(t.Context(), 1, "", storetest.Anna()))
	storetest.Exec(t, s.Base, `UPDATE subscriptions SET status = 'unsubscribed' WHERE subscriber_id = 1`)
	storetest.Exec(t, s.Base, `INSERT INTO suppressions (hash, reason, at) SELECT hash, 'complaint', '' FROM subscribers WHERE id = 2`)
	storetest.Exec(t, s.Base, `UPDATE subscribers SET email = NULL, key = NULL, hash = NULL, erased_at = created_at WHERE id = 3`)
	s.Must(s.takeBack(1))
	if claims := s.MustTrade(issue, 9); len(claims) != 1 || claims[0].SubscriberID != 4 {
		t.Errorf("claimed %+v, want reader 4 alone", claims)
	}
}

// TestRestoreWhatWasHeld leaves the issue to a person, in the words it was held with.
func (e suite) TestRestoreWhatWasHeld(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 2, 1)
	s.Start(1)
	s.Must(s.HoldIssue(t.Context(), 1, "wrong picture", storetest.Anna()))
	s.Must(s.CancelIssue(t.Context(), 1, "", storetest.Anna()))
	s.Must(s.takeBack(1))
	issue, err := s.Issue(t.Context(), 1)
	s.Must(err)
	if issue.Status != digest.Held || issue.Why != "wrong picture" {
		t.Errorf("status %s, %q", issue.Status, issue.Why)
	}
}

func (e suite) TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		since func(s *scene)
		want  string
	}{
		{"a day too late", func(s *scene) {
			storetest.Exec(s.t, s.Base, `UPDATE issues SET finished_at = '2026-11-19T11:59:59.999Z'`)
		}, content.ErrTooLate.Error()},
		{"another issue has an article", func(s *scene) {
			next := storetest.Draft(2)
			next.Issue.UID, next.Issue.Kind, next.Issue.Slot = "next", digest.Extra, time.Time{}
			_, err := s.StartIssue(s.t.Context(), s.Lease, next)
			s.Must(err)
		}, "article 2 is reserved by issue 2"},
		{"a person dropped one", func(s *scene) { s.Must(s.DropArticle(s.t.Context(), 1, "no", storetest.Anna())) }, "article 1 is dropped"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := e.newScene(t, 2, 2)
			issue := s.Start(1, 2)
			s.Must(s.CancelIssue(t.Context(), 1, "", storetest.Anna()))
			c.since(s)
			was := []digest.State{s.ArticleState(1), s.ArticleState(2)}
			if err := s.takeBack(1); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
			tally, err := s.Tally(t.Context(), issue.ID)
			s.Must(err)
			if tally.Skipped != 2 || s.StatusOf(1) != digest.Cancelled {
				t.Errorf("it changed all the same: %s, %+v", s.StatusOf(1), tally)
			}
			if diff := cmp.Diff(was, []digest.State{s.ArticleState(1), s.ArticleState(2)}); diff != "" {
				t.Errorf("articles:\n%s", diff)
			}
		})
	}
}

// TestRestoreTakesBackEdits restores an issue with the edits made for it: they are not
// the next issue's as well, but for what was edited for that meanwhile.
func (e suite) TestRestoreTakesBackEdits(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 1, 3)
	s.editIssue(func(e *digest.Edits) { e.Subject = "For this one" })
	s.editArticle(1, func(e *digest.ArticleEdit) { e.Pin = true })
	s.editArticle(2, func(e *digest.ArticleEdit) { e.Skip = true })
	s.Start(1)
	s.clock.Forward(time.Minute)
	s.Must(s.CancelIssue(t.Context(), 1, "", storetest.Anna()))
	s.clock.Forward(time.Minute)
	s.editArticle(3, func(e *digest.ArticleEdit) { e.Skip = true })
	s.Must(s.takeBack(1))
	next, err := s.Edits(t.Context())
	s.Must(err)
	want := digest.Edits{Articles: map[int64]digest.ArticleEdit{3: {Skip: true}}}
	if diff := cmp.Diff(want, next); diff != "" {
		t.Errorf("the next issue's edits differ:\n%s", diff)
	}
}
