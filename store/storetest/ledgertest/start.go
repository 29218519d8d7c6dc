package ledgertest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roundup/delivery"
	"roundup/digest"
	"roundup/digest/schedule"
	"roundup/store"
	"roundup/store/content"
	"roundup/store/storetest"
)

func (e suite) TestStartIssueFreezesEverything(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 6, 5)
	s.Must(s.SetNextNumber(t.Context(), 12))
	storetest.Exec(t, s.Base, `UPDATE subscriptions SET status = 'unsubscribed' WHERE subscriber_id = 2`)
	storetest.Exec(t, s.Base, `UPDATE subscriptions SET status = 'pending' WHERE subscriber_id = 3`)
	storetest.Exec(t, s.Base, `INSERT INTO suppressions (hash, reason, at) SELECT hash, 'complaint', '' FROM subscribers WHERE id = 4`)
	storetest.Exec(t, s.Base, `UPDATE subscribers SET email = NULL, key = NULL, hash = NULL, erased_at = '2026-11-01T00:00:00.000Z' WHERE id = 5`)
	storetest.Exec(t, s.Base, `UPDATE subscriptions SET status = 'unsubscribed' WHERE subscriber_id = 5`)
	start := storetest.Draft(1, 2)
	start.PassedOver = []int64{3}
	start.Expired = []digest.Fate{{Candidate: digest.Candidate{Article: digest.Article{ID: 4}}}, {Candidate: digest.Candidate{Article: digest.Article{ID: 5}}, Reason: "too old"}}

	s.Must(s.EnsureSources(t.Context(), []content.Configured{{Name: "feed.xml"}}))
	sources, err := s.Sources(t.Context())
	s.Must(err)
	start.Without = []content.SourceRecord{{ID: sources[0].ID, URL: "feed.xml", LastError: "no answer"}}

	issue, err := s.StartIssue(t.Context(), s.Lease, start)
	s.Must(err)

	want := start.Issue
	want.ID, want.Number, want.Status, want.Revision, want.Started = issue.ID, 12, digest.Sending, 1, begin()
	if diff := cmp.Diff(want, issue); diff != "" {
		t.Errorf("issue differs (-want +got):\n%s", diff)
	}
	read, err := s.Issue(t.Context(), 12)
	s.Must(err)
	if diff := cmp.Diff(issue, read); diff != "" {
		t.Errorf("issue read back differs:\n%s", diff)
	}
	variants, err := s.Variants(t.Context(), issue.ID)
	s.Must(err)
	start.Variants[0].Readers = 2
	if diff := cmp.Diff(start.Variants, variants); diff != "" {
		t.Errorf("variants differ (-want +got):\n%s", diff)
	}
	tally, err := s.Tally(t.Context(), issue.ID)
	s.Must(err)
	if want := (delivery.Tally{Queued: 2}); tally != want {
		t.Errorf("audience = %+v, want the two who are active and not suppressed", tally)
	}
	storetest.Equal(t, "claimed", storetest.IDs(s.MustTrade(issue, 10)), []int64{1, 6})
	for id, want := range map[int64]digest.State{1: digest.Reserved, 2: digest.Reserved, 3: digest.Owed, 4: digest.Dropped, 5: digest.Dropped} {
		if got := s.ArticleState(id); got != want {
			t.Errorf("article %d is %s, want %s", id, got, want)
		}
	}
	for id, want := range map[int64]string{4: "older than digest.max_age", 5: "too old"} {
		if got := storetest.One[string](t, s.Base, `SELECT why FROM article_states WHERE article_id = ?`, id); got != want {
			t.Errorf("article %d dropped because %q, want %q", id, got, want)
		}
	}
	if got := storetest.One[int](t, s.Base, `SELECT passed_over FROM article_states WHERE article_id = 3`); got != 1 {
		t.Errorf("article 3 passed over %d times, want 1", got)
	}
	slots, err := s.Slots(t.Context(), 0)
	s.Must(err)
	wantSlots := []schedule.Slot{{At: start.Issue.Slot, Label: start.SlotLabel, Outcome: schedule.Taken, Issue: 12, Decided: begin()}}
	if diff := cmp.Diff(wantSlots, slots); diff != "" {
		t.Errorf("slots differ:\n%s", diff)
	}
	if got := storetest.One[string](t, s.Base, `SELECT what FROM events WHERE issue_id = ? AND source_id IS NULL`, issue.ID); got != "issue started" {
		t.Errorf("event = %q, want issue started", got)
	}
	if got, err := s.WithoutSources(t.Context(), issue.ID); err != nil || !slices.Equal(got, []string{"feed.xml: no answer"}) {
		t.Errorf("without %q, %v, want the source that was not read", got, err)
	}
}

// A start that fails leaves nothing of itself, at whichever step it failed.
func (e suite) TestStartIssueIsAllOrNothing(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		before func(*scene)
		want   error
		chosen *digest.Edits
	}{
		{"slot decided", func(s *scene) {
			s.Must(s.DecideSlot(t.Context(), schedule.Slot{At: storetest.Draft().Issue.Slot, Outcome: schedule.Skipped, Why: "thin"}, nil, nil, storetest.Anna()))
		}, content.ErrSlotDecided, nil},
		{"first article dropped", func(s *scene) {
			storetest.Exec(t, s.Base, `UPDATE article_states SET state = 'dropped' WHERE article_id = 1`)
		}, content.ErrNotOwed, nil},
		{"last article dropped", func(s *scene) {
			storetest.Exec(t, s.Base, `UPDATE article_states SET state = 'dropped' WHERE article_id = 2`)
		}, content.ErrNotOwed, nil},
		{"lease lost", func(s *scene) {
			_, err := s.AcquireLease(t.Context(), "another", storetest.Anna())
			s.Must(err)
		}, delivery.ErrLeaseLost, nil},
		{"issue edited", func(s *scene) {
			s.editIssue(func(e *digest.Edits) { e.Note = "Dear all" })
		}, content.ErrEdited, &digest.Edits{Subject: "Mine"}},
		{"article edited", func(s *scene) {
			s.editIssue(func(e *digest.Edits) { e.Articles[3] = digest.ArticleEdit{Skip: true} })
		}, content.ErrEdited, &digest.Edits{Subject: "Mine"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := e.newScene(t, 2, 3)
			s.editIssue(func(e *digest.Edits) { e.Subject = "Mine" })
			tt.before(s)
			start := storetest.Draft(1, 2)
			start.PassedOver, start.Edits = []int64{3}, tt.chosen
			_, err := s.StartIssue(t.Context(), s.Lease, start)
			s.MustFail(err, tt.want)
			for _, table := range []string{"issues", "issue_articles", "issue_variants", "deliveries"} {
				if got := storetest.One[int](t, s.Base, `SELECT count(*) FROM `+table); got != 0 {
					t.Errorf("%s has %d rows, want none", table, got)
				}
			}
			if got := storetest.One[int](t, s.Base, `SELECT count(*) FROM article_states WHERE state = 'reserved' OR passed_over > 0`); got != 0 {
				t.Errorf("%d articles were touched, want none", got)
			}
			edits, err := s.Edits(t.Context())
			s.Must(err)
			if edits.Subject != "Mine" {
				t.Errorf("edits = %+v, want them kept for the next issue", edits)
			}
			if n, _ := s.NextNumber(t.Context()); n != 1 {
				t.Errorf("next number = %d, want 1: no gaps", n)
			}
		})
	}
}

func (e suite) TestExtraIssueTakesNoSlot(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 1, 2)
	extra := storetest.Draft(1)
	extra.Issue.Kind, extra.Issue.Slot = digest.Extra, time.Time{}
	first, err := s.StartIssue(t.Context(), s.Lease, extra)
	s.Must(err)
	if !first.Slot.IsZero() {
		t.Errorf("slot = %v, want none", first.Slot)
	}
	second := s.Start(2)
	if first.Number != 1 || second.Number != 2 {
		t.Errorf("numbers = %d, %d, want 1, 2", first.Number, second.Number)
	}
	slots, err := s.Slots(t.Context(), 0)
	if len(slots) != 1 || slots[0].Issue != 2 || err != nil {
		t.Errorf("slots = %+v, %v, want only the second issue's", slots, err)
	}
}

func (e suite) TestIssuesAreListed(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 1, 3)
	for i := range int64(3) {
		start := storetest.Draft(i + 1)
		start.Issue.Slot = start.Issue.Slot.AddDate(0, 0, 7*int(i))
		issue, err := s.StartIssue(t.Context(), s.Lease, start)
		s.Must(err)
		if i == 0 {
			s.MustTrade(issue, 0, storetest.To(s.MustTrade(issue, 1)[0].SubscriberID, delivery.Sent))
			s.Must(s.Mark(t.Context(), s.Lease, issue.ID, digest.Sent, ""))
		}
	}
	numbers := func(issues []digest.Issue, err error) string {
		s.Must(err)
		var text strings.Builder
		for _, i := range issues {
			fmt.Fprintf(&text, "%d:%d ", i.Number, len(i.Articles()))
		}
		return text.String()
	}
	if got, want := numbers(s.Issues(t.Context(), 2)), "3:1 2:1 "; got != want {
		t.Errorf("Issues(2) = %s, want %s", got, want)
	}
	if got, want := numbers(s.Issues(t.Context(), 0)), "3:1 2:1 1:1 "; got != want {
		t.Errorf("Issues(0) = %s, want %s", got, want)
	}
	if got, want := numbers(s.UnderWay(t.Context())), "2:1 3:1 "; got != want {
		t.Errorf("UnderWay() = %s, want %s", got, want)
	}
	_, err := s.Issue(t.Context(), 99)
	s.MustFail(err, store.ErrNotFound)
}
