package ledgertest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roundup/delivery"
	"roundup/delivery/mail"
	"roundup/digest"
	"roundup/store"
	"roundup/store/ledger"
	"roundup/store/storetest"
	"roundup/subscribers"
)

func (e suite) TestExchangeClaimsAndRecords(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 4, 1)
	issue := s.Start(1)
	claims := s.MustTrade(issue, 2)
	want := []delivery.Claim{
		{SubscriberID: 1, Reader: mail.Reader{PublicID: subscribers.PublicID{15: 1}, Email: "Reader1@b.example", Name: "Reader 1", Variant: digest.Whole}, Attempts: 1},
		{SubscriberID: 2, Reader: mail.Reader{PublicID: subscribers.PublicID{15: 2}, Email: "Reader2@c.example", Name: "Reader 2", Variant: digest.Whole}, Attempts: 1},
	}
	if diff := cmp.Diff(want, claims); diff != "" {
		t.Fatalf("claims differ:\n%s", diff)
	}
	for _, c := range claims {
		if got := s.StateOf(issue, c.SubscriberID); got != delivery.Sending {
			t.Errorf("reader %d is %s once claimed, want sending", c.SubscriberID, got)
		}
	}
	claims = s.MustTrade(issue, 5, storetest.To(1, delivery.Sent), storetest.To(2, delivery.Failed))
	storetest.Equal(t, "claimed next", storetest.IDs(claims), []int64{3, 4})
	tally, err := s.Tally(t.Context(), issue.ID)
	s.Must(err)
	if want := (delivery.Tally{Sending: 2, Sent: 1, Failed: 1}); tally != want {
		t.Errorf("tally = %+v, want %+v", tally, want)
	}
	// Attempts that ended sent leave no row.
	attempts, err := s.Attempts(t.Context(), issue.ID, 0)
	s.Must(err)
	failed := storetest.To(2, delivery.Failed)
	wantAttempts := []ledger.Attempt{{Email: "Reader2@c.example", Attempt: 1, State: delivery.Failed, Reply: failed.Reply, At: begin()}}
	if diff := cmp.Diff(wantAttempts, attempts); diff != "" {
		t.Errorf("attempts differ:\n%s", diff)
	}
}

func (e suite) TestExchangeClaimsInOrder(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 6, 1)
	issue := s.Start(1)
	s.MustTrade(issue, 5)
	soon, late := storetest.To(2, delivery.Deferred), storetest.To(1, delivery.Deferred)
	soon.Pause, late.Pause = time.Minute, 2*time.Minute
	s.MustTrade(issue, 0, late, soon, storetest.To(3, delivery.Unknown), storetest.To(4, delivery.Queued), storetest.To(5, delivery.Sent))

	storetest.Equal(t, "before any pause is over", storetest.IDs(s.MustTrade(issue, 2)), []int64{4, 6})
	s.MustTrade(issue, 0, storetest.To(4, delivery.Sent), storetest.To(6, delivery.Sent))
	tally, err := s.Tally(t.Context(), issue.ID)
	s.Must(err)
	if want := begin().Add(time.Minute); !tally.NextDue.Equal(want) || tally.Resendable != 1 {
		t.Errorf("next due %v, %d resendable, want %v and 1", tally.NextDue, tally.Resendable, want)
	}
	s.clock.Forward(2 * time.Minute)
	claims := s.MustTrade(issue, 10)
	storetest.Equal(t, "deferred by their time, then unknown", storetest.IDs(claims), []int64{2, 1, 3})
	if !claims[2].Resend || claims[0].Resend {
		t.Errorf("resend = %v, %v, want only the unknown one", claims[0].Resend, claims[2].Resend)
	}
	for _, c := range claims {
		if c.Attempts != 2 {
			t.Errorf("reader %d: attempt %d, want 2", c.SubscriberID, c.Attempts)
		}
	}
	s.MustTrade(issue, 0, storetest.To(1, delivery.Sent), storetest.To(2, delivery.Sent), storetest.To(3, delivery.Unknown))
	storetest.Equal(t, "after its one resend", storetest.IDs(s.MustTrade(issue, 10)), []int64{})
	s.Must(s.Mark(t.Context(), s.Lease, issue.ID, digest.Sent, ""))
}

func (e suite) TestExchangeHoldsUnknownBack(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 1, 1)
	issue := s.Start(1)
	s.MustTrade(issue, 1)
	claims, _, err := s.Trade(issue, []delivery.Outcome{storetest.To(1, delivery.Unknown)}, delivery.Want{Count: 1, Policy: delivery.Hold})
	s.Must(err)
	storetest.Equal(t, "claimed under hold", storetest.IDs(claims), []int64{})
}

func (e suite) TestExchangeCountsSendingTime(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 1, 1)
	issue := s.Start(1)
	turn := func(active time.Duration, outcomes ...delivery.Outcome) []delivery.Claim {
		claims, _, err := s.Trade(issue, outcomes, delivery.Want{Count: 1, Policy: delivery.Resend, Active: active})
		s.Must(err)
		return claims
	}
	if got := turn(time.Minute)[0].DeferredFor; got != 0 {
		t.Errorf("deferred for %v at the first attempt, want 0", got)
	}
	turn(time.Minute, storetest.To(1, delivery.Deferred))
	s.clock.Forward(24 * time.Hour) // the machine slept: nobody gives up for that
	if got, want := turn(5 * time.Minute)[0].DeferredFor, 5*time.Minute; got != want {
		t.Errorf("deferred for %v of sending time, want %v", got, want)
	}
	turn(time.Minute, storetest.To(1, delivery.Deferred))
	s.clock.Forward(time.Hour)
	if got, want := turn(time.Minute)[0].DeferredFor, 7*time.Minute; got != want {
		t.Errorf("deferred for %v, want %v since the first deferral", got, want)
	}
}

// A claim handed back untried is as if it had never been made.
func (e suite) TestExchangeTakesUntriedClaimsBack(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 1, 1)
	issue := s.Start(1)
	s.MustTrade(issue, 1)
	claims := s.MustTrade(issue, 1, delivery.Outcome{SubscriberID: 1, To: delivery.Queued})
	if len(claims) != 1 || claims[0].Attempts != 1 {
		t.Errorf("claims = %+v, want attempt 1 once more", claims)
	}
	if got := storetest.One[int](t, s.Base, `SELECT count(*) FROM attempts`); got != 0 {
		t.Errorf("%d attempts on record, want none", got)
	}
	// One that met with trouble is an attempt.
	claims = s.MustTrade(issue, 1, storetest.To(1, delivery.Queued))
	if len(claims) != 1 || claims[0].Attempts != 2 {
		t.Errorf("claims = %+v, want attempt 2", claims)
	}
}

func (e suite) TestExchangeIsAllOrNothing(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		outcomes []delivery.Outcome
		want     error
	}{
		{"not claimed", []delivery.Outcome{storetest.To(1, delivery.Sent), storetest.To(3, delivery.Sent)}, delivery.ErrUnlawful},
		{"twice", []delivery.Outcome{storetest.To(1, delivery.Sent), storetest.To(1, delivery.Sent)}, delivery.ErrUnlawful},
		{"not in the audience", []delivery.Outcome{storetest.To(1, delivery.Sent), storetest.To(99, delivery.Sent)}, store.ErrNotFound},
		{"no state at all", []delivery.Outcome{storetest.To(1, delivery.Sent), {SubscriberID: 2, To: "gone"}}, delivery.ErrUnlawful},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := e.newScene(t, 3, 1)
			issue := s.Start(1)
			s.MustTrade(issue, 2)
			claims, _, err := s.Trade(issue, tt.outcomes, delivery.Want{Count: 1})
			s.MustFail(err, tt.want)
			if len(claims) > 0 {
				t.Errorf("claims = %v beside an error, want none", claims)
			}
			for id, want := range map[int64]delivery.State{1: delivery.Sending, 2: delivery.Sending, 3: delivery.Queued} {
				if got := s.StateOf(issue, id); got != want {
					t.Errorf("reader %d is %s, want %s", id, got, want)
				}
			}
		})
	}
}

func (e suite) TestArticlesAreCarriedOnceSomebodyWasReached(t *testing.T) {
	t.Parallel()
	for state, want := range map[delivery.State]digest.State{
		delivery.Sent:     digest.Carried,
		delivery.Unknown:  digest.Carried,
		delivery.Failed:   digest.Reserved,
		delivery.Deferred: digest.Reserved,
		delivery.Queued:   digest.Reserved,
	} {
		t.Run(string(state), func(t *testing.T) {
			t.Parallel()
			s := e.newScene(t, 2, 2)
			issue := s.Start(1)
			s.MustTrade(issue, 1)
			s.MustTrade(issue, 0, storetest.To(1, state))
			if got := s.ArticleState(1); got != want {
				t.Errorf("article is %s, want %s", got, want)
			}
			if got := s.ArticleState(2); got != digest.Owed {
				t.Errorf("an article of no issue is %s, want owed", got)
			}
		})
	}
}

func (e suite) TestClaimSkipsWhoMayNotBeMailed(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 40, 1)
	issue := s.Start(1)
	s.MustTrade(issue, 4) // 1 to 4 are on the wire before anything changes
	s.MustTrade(issue, 0, storetest.To(1, delivery.Deferred), storetest.To(2, delivery.Deferred), storetest.To(3, delivery.Unknown), storetest.To(4, delivery.Sent))
	storetest.Exec(t, s.Base, `UPDATE subscriptions SET status = 'unsubscribed' WHERE subscriber_id BETWEEN 5 AND 36 OR subscriber_id IN (2, 3, 4)`)
	storetest.Exec(t, s.Base, `UPDATE subscribers SET email = NULL, key = NULL, hash = NULL, erased_at = '2026-11-19T00:00:00.000Z' WHERE id = 37`)
	storetest.Exec(t, s.Base, `INSERT INTO suppressions (hash, reason, at) SELECT hash, 'hard_bounce', '' FROM subscribers WHERE id = 38`)
	s.clock.Forward(time.Hour)

	storetest.Equal(t, "claimed", storetest.IDs(s.MustTrade(issue, 2)), []int64{39, 40})
	storetest.Equal(t, "then", storetest.IDs(s.MustTrade(issue, 5)), []int64{1})
	for id, want := range map[int64]string{
		2: "unsubscribed", 5: "unsubscribed", 36: "unsubscribed", 37: "erased", 38: "suppressed: hard_bounce",
	} {
		if got := s.StateOf(issue, id); got != delivery.Skipped {
			t.Errorf("reader %d is %s, want skipped", id, got)
		}
		if got := s.RecordOf(issue, id).Why; got != want {
			t.Errorf("reader %d skipped because %q, want %q", id, got, want)
		}
	}
	// Unknown stays unknown, since it may have arrived, but is final now.
	if got := s.StateOf(issue, 3); got != delivery.Unknown {
		t.Errorf("reader 3 is %s, want unknown", got)
	}
	s.MustTrade(issue, 0, storetest.To(1, delivery.Sent), storetest.To(39, delivery.Sent), storetest.To(40, delivery.Sent))
	tally, err := s.Tally(t.Context(), issue.ID)
	s.Must(err)
	if got := tally.Owed(delivery.Resend); got != 0 {
		t.Errorf("owed = %d of %+v, want 0", got, tally)
	}
	if got := s.StateOf(issue, 4); got != delivery.Sent {
		t.Errorf("reader 4 is %s, want sent: leaving changes nothing that was", got)
	}
}

func (e suite) TestReopen(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 3, 1)
	issue := s.Start(1)
	s.MustTrade(issue, 3)
	s.MustTrade(issue, 0, storetest.To(1, delivery.Failed), storetest.To(2, delivery.Failed), storetest.To(3, delivery.Sent))
	s.MustFail(s.ReopenFailed(issue, 1, 3), delivery.ErrUnlawful)
	if got := s.StateOf(issue, 1); got != delivery.Failed {
		t.Errorf("reader 1 is %s, want failed still", got)
	}
	s.Must(s.ReopenFailed(issue, 1, 2))
	s.Must(s.ReopenFailed(issue, 1, 2)) // the answer to the first time was lost
	storetest.Equal(t, "claimed next", storetest.IDs(s.MustTrade(issue, 5)), []int64{1, 2})
}
