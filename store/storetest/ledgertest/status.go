package ledgertest

import (
	"errors"
	"strings"
	"testing"
	"time"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store"
	"roundup/store/content"
	"roundup/store/storetest"
)

func (e suite) TestHoldReleaseCancel(t *testing.T) {
	t.Parallel()
	verbs := map[string]func(*store.Store) error{
		"hold":    func(st *store.Store) error { return st.HoldIssue(t.Context(), 1, "why", storetest.Anna()) },
		"release": func(st *store.Store) error { return st.ReleaseIssue(t.Context(), 1, "why", storetest.Anna()) },
		"cancel":  func(st *store.Store) error { return st.CancelIssue(t.Context(), 1, "why", storetest.Anna()) },
		"restore": func(st *store.Store) error { return st.RestoreIssue(t.Context(), 1, begin(), "why", storetest.Anna()) },
	}
	tests := []struct {
		from digest.Status
		want map[string]digest.Status // by verb; what is not here is refused
	}{
		{digest.Sending, map[string]digest.Status{"hold": digest.Held, "cancel": digest.Cancelled}},
		{digest.Waiting, map[string]digest.Status{"hold": digest.Held, "cancel": digest.Cancelled}},
		{digest.Held, map[string]digest.Status{"release": digest.Sending, "cancel": digest.Cancelled}},
		{digest.Sent, nil},
		{digest.Cancelled, map[string]digest.Status{"restore": digest.Sending}},
	}
	for _, tt := range tests {
		for verb, do := range verbs {
			t.Run(verb+" "+string(tt.from), func(t *testing.T) {
				t.Parallel()
				s := e.newScene(t, 1, 1)
				issue := s.Start(1)
				s.reach(issue, tt.from)
				err := do(s.Store)
				want, allowed := tt.want[verb]
				var refused *content.StatusError
				if allowed != (err == nil) || (!allowed && !errors.As(err, &refused)) {
					t.Fatalf("error = %v, want allowed %v or a StatusError", err, allowed)
				}
				if !allowed {
					want = tt.from
				}
				if got := s.StatusOf(1); got != want {
					t.Errorf("status = %s, want %s", got, want)
				}
			})
		}
	}
}

// reach brings an issue of one reader to a status.
func (s *scene) reach(issue digest.Issue, status digest.Status) {
	s.t.Helper()
	switch status {
	case digest.Cancelled:
		s.Must(s.CancelIssue(s.t.Context(), issue.Number, "", storetest.Anna()))
	case digest.Sent:
		s.MustTrade(issue, 1)
		s.MustTrade(issue, 0, storetest.To(1, delivery.Sent))
		fallthrough
	default:
		s.Must(s.Mark(s.t.Context(), s.Lease, issue.ID, status, "because"))
	}
}

func (e suite) TestMarkSentOnlyWhenAllIsFinal(t *testing.T) {
	t.Parallel()
	for state, want := range map[delivery.State]error{
		delivery.Queued:   delivery.ErrOwed,
		delivery.Sending:  delivery.ErrOwed,
		delivery.Deferred: delivery.ErrOwed,
		delivery.Sent:     nil,
		delivery.Failed:   nil,
		delivery.Unknown:  nil, // final under hold, which only the sender knows
		delivery.Skipped:  nil,
	} {
		t.Run(string(state), func(t *testing.T) {
			t.Parallel()
			s := e.newScene(t, 1, 1)
			issue := s.Start(1)
			if state == delivery.Skipped {
				storetest.Exec(t, s.Base, `UPDATE subscriptions SET status = 'unsubscribed'`)
				s.MustTrade(issue, 1)
			} else {
				s.bring(issue, state)
			}
			err := s.Mark(t.Context(), s.Lease, issue.ID, digest.Sent, "")
			if !errors.Is(err, want) {
				t.Fatalf("Mark = %v, want %v", err, want)
			}
			if got := s.StatusOf(1); (got == digest.Sent) != (want == nil) {
				t.Errorf("status = %s after %v", got, err)
			}
		})
	}
}

func (e suite) TestMarkLeavesWhatAPersonDecided(t *testing.T) {
	t.Parallel()
	for _, person := range []digest.Status{digest.Held, digest.Cancelled} {
		for _, sender := range []digest.Status{digest.Sending, digest.Waiting, digest.Held, digest.Sent} {
			t.Run(string(sender)+" over "+string(person), func(t *testing.T) {
				t.Parallel()
				s := e.newScene(t, 1, 1)
				issue := s.Start(1)
				if person == digest.Held {
					s.Must(s.HoldIssue(t.Context(), 1, "by hand", storetest.Anna()))
				} else {
					s.Must(s.CancelIssue(t.Context(), 1, "by hand", storetest.Anna()))
				}
				s.Must(s.Mark(t.Context(), s.Lease, issue.ID, sender, "by the sender"))
				got, err := s.Issue(t.Context(), 1)
				s.Must(err)
				if got.Status != person || got.Why != "by hand" {
					t.Errorf("status = %s (%s), want %s (by hand)", got.Status, got.Why, person)
				}
			})
		}
	}
}

func (e suite) TestMarkRefusesWhatNoSenderDecides(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 1, 1)
	issue := s.Start(1)
	for _, status := range []digest.Status{digest.Cancelled, "", "gone"} {
		if err := s.Mark(t.Context(), s.Lease, issue.ID, status, ""); err == nil {
			t.Errorf("Mark(%q) was accepted", status)
		}
	}
}

func (e suite) TestWaitingKeepsItsBeginning(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 1, 1)
	issue := s.Start(1)
	mark := func(status digest.Status, why string) {
		s.clock.Forward(time.Minute)
		s.Must(s.Mark(t.Context(), s.Lease, issue.ID, status, why))
	}
	since := func(want time.Time) {
		t.Helper()
		got, err := s.WaitingSince(t.Context(), issue.ID)
		s.Must(err)
		tally, err := s.Tally(t.Context(), issue.ID)
		s.Must(err)
		if !got.Equal(want) || !tally.WaitingSince.Equal(want) {
			t.Errorf("waiting since %v (tally: %v), want %v", got, tally.WaitingSince, want)
		}
	}
	since(time.Time{})
	mark(digest.Waiting, "connection refused")
	mark(digest.Waiting, "421 too busy")
	since(begin().Add(time.Minute))
	claims, status, err := s.Trade(issue, nil, delivery.Want{Count: 1})
	if len(claims) != 1 || status != digest.Waiting || err != nil {
		t.Errorf("probe = %v, %s, %v, want a claim of a waiting issue", claims, status, err)
	}
	mark(digest.Sending, "")
	since(time.Time{})
	if got := storetest.One[int](t, s.Base, `SELECT count(*) FROM events WHERE what = 'issue waiting'`); got != 1 {
		t.Errorf("waiting is on record %d times, want once", got)
	}
	if got, _ := s.Issue(t.Context(), 1); got.Why != "" {
		t.Errorf("why = %q while sending, want none", got.Why)
	}
}

func (e suite) TestNothingIsClaimedOfAHeldIssue(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 3, 1)
	issue := s.Start(1)
	s.MustTrade(issue, 1)
	s.Must(s.HoldIssue(t.Context(), 1, "by hand", storetest.Anna()))
	claims, status, err := s.Trade(issue, []delivery.Outcome{storetest.To(1, delivery.Sent)}, delivery.Want{Count: 5})
	if len(claims) != 0 || status != digest.Held || err != nil {
		t.Errorf("Exchange = %v, %s, %v, want no claim of a held issue", claims, status, err)
	}
	if got := s.StateOf(issue, 1); got != delivery.Sent {
		t.Errorf("reader 1 is %s, want sent: what was on the wire is recorded", got)
	}
}

func (e suite) TestTouched(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 2, 1)
	issue := s.Start(1)
	touched := func(what string, want bool, do func()) {
		t.Helper()
		s.clock.Forward(time.Minute)
		do()
		got, err := s.IssueTouched(t.Context(), issue.ID)
		s.Must(err)
		if now := s.clock.Now(); got.Equal(now) != want {
			t.Errorf("%s: touched at %v, now it is %v, want touched %v", what, got, now, want)
		}
	}
	touched("a claim", true, func() { s.MustTrade(issue, 1) })
	touched("an outcome", true, func() { s.MustTrade(issue, 0, storetest.To(1, delivery.Sent)) })
	touched("an idle look", false, func() { s.MustTrade(issue, 0) })
	touched("a hold", true, func() { s.Must(s.HoldIssue(t.Context(), 1, "", storetest.Anna())) })
	touched("a release", true, func() { s.Must(s.ReleaseIssue(t.Context(), 1, "", storetest.Anna())) })
}

func (e suite) TestCancelBeforeAnybodyWasReached(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 3, 1)
	issue := s.Start(1)
	s.MustTrade(issue, 2)
	s.MustTrade(issue, 0, storetest.To(1, delivery.Failed), storetest.To(2, delivery.Deferred))
	s.Must(s.CancelIssue(t.Context(), issue.Number, "wrong picture", storetest.Anna()))
	if got := s.ArticleState(1); got != digest.Owed {
		t.Errorf("article is %s, want owed", got)
	}
	tally, err := s.Tally(t.Context(), issue.ID)
	s.Must(err)
	if want := (delivery.Tally{Failed: 1, Skipped: 2}); tally != want {
		t.Errorf("tally = %+v, want %+v", tally, want)
	}
	got, err := s.Issue(t.Context(), issue.Number)
	s.Must(err)
	if got.Why != "wrong picture" || !got.Finished.Equal(begin()) {
		t.Errorf("issue = %+v, want it finished with its why", got)
	}
	again := storetest.Draft(1)
	again.Issue.UID, again.Issue.Kind, again.Issue.Slot = "again", digest.Extra, time.Time{}
	next, err := s.StartIssue(t.Context(), s.Lease, again)
	if err != nil || next.Number != 2 {
		t.Errorf("the article's next issue = %d, %v, want 2", next.Number, err)
	}
}

// A mail on the wire when its issue is cancelled may still reach its reader.
func (e suite) TestCancelWithMailOnTheWire(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		after func(s *scene, issue digest.Issue)
		want  digest.State
		state delivery.State
	}{
		{"accepted", func(s *scene, issue digest.Issue) { s.MustTrade(issue, 5, storetest.To(1, delivery.Sent)) }, digest.Carried, delivery.Sent},
		{"in doubt", func(s *scene, issue digest.Issue) { s.MustTrade(issue, 5, storetest.To(1, delivery.Unknown)) }, digest.Carried, delivery.Unknown},
		{"deferred", func(s *scene, issue digest.Issue) { s.MustTrade(issue, 5, storetest.To(1, delivery.Deferred)) }, digest.Owed, delivery.Skipped},
		{"not begun", func(s *scene, issue digest.Issue) { s.MustTrade(issue, 5, storetest.To(1, delivery.Queued)) }, digest.Owed, delivery.Skipped},
		{"the sender dies", func(s *scene, _ digest.Issue) { s.TakeLease() }, digest.Carried, delivery.Unknown},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := e.newScene(t, 2, 1)
			issue := s.Start(1)
			s.MustTrade(issue, 1)
			s.Must(s.CancelIssue(t.Context(), issue.Number, "", storetest.Anna()))
			if got := s.ArticleState(1); got != digest.Reserved {
				t.Errorf("article is %s while the mail is on the wire, want reserved", got)
			}
			tt.after(s, issue)
			if got := s.ArticleState(1); got != tt.want {
				t.Errorf("article is %s, want %s", got, tt.want)
			}
			if got := s.StateOf(issue, 1); got != tt.state {
				t.Errorf("reader 1 is %s, want %s", got, tt.state)
			}
			if got := s.StateOf(issue, 2); got != delivery.Skipped {
				t.Errorf("reader 2 is %s, want skipped", got)
			}
		})
	}
}

// A cancelling changes no row, so it takes no longer for a large audience.
func (e suite) TestCancellingWritesNoDelivery(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 5, 1)
	issue := s.Start(1)
	s.MustTrade(issue, 3)
	s.MustTrade(issue, 0, storetest.To(1, delivery.Deferred), storetest.To(2, delivery.Queued), storetest.To(3, delivery.Failed))
	rows := func() string {
		return strings.Join(storetest.Texts(t, s.Base, `SELECT state FROM deliveries ORDER BY subscriber_id`), " ")
	}
	before := rows()
	s.Must(s.CancelIssue(t.Context(), issue.Number, "", storetest.Anna()))
	if got := rows(); got != before {
		t.Errorf("rows = %s, want %s", got, before)
	}
	tally, err := s.Tally(t.Context(), issue.ID)
	s.Must(err)
	if want := (delivery.Tally{Failed: 1, Skipped: 4}); tally != want {
		t.Errorf("tally = %+v, want %+v", tally, want)
	}
	for id := range int64(5) {
		r := s.RecordOf(issue, id+1)
		if id+1 != 3 && (r.State != delivery.Skipped || r.Why != "issue cancelled" || !r.At.Equal(begin())) {
			t.Errorf("reader %d is %s (%s) at %v, want skipped by the cancelling", id+1, r.State, r.Why, r.At)
		}
	}
	if got := s.ArticleState(1); got != digest.Owed {
		t.Errorf("article is %s, want owed", got)
	}
}
