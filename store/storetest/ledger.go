package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roundup/delivery"
	"roundup/delivery/mail"
	"roundup/digest"
	"roundup/store"
	"roundup/store/ledger"
	"roundup/subscribers"
)

func (e suite) TestExchangeClaimsAndRecords(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 4, 1)
	issue := s.start(1)
	claims := s.exchange(issue, 2)
	want := []delivery.Claim{
		{SubscriberID: 1, Reader: mail.Reader{PublicID: subscribers.PublicID{15: 1}, Email: "Reader1@b.example", Name: "Reader 1"}, Attempts: 1},
		{SubscriberID: 2, Reader: mail.Reader{PublicID: subscribers.PublicID{15: 2}, Email: "Reader2@c.example", Name: "Reader 2"}, Attempts: 1},
	}
	if diff := cmp.Diff(want, claims); diff != "" {
		t.Fatalf("claims differ:\n%s", diff)
	}
	for _, c := range claims {
		if got := s.state(issue, c.SubscriberID); got != delivery.Sending {
			t.Errorf("reader %d is %s once claimed, want sending", c.SubscriberID, got)
		}
	}
	claims = s.exchange(issue, 5, to(1, delivery.Sent), to(2, delivery.Failed))
	equal(t, "claimed next", ids(claims), []int64{3, 4})
	tally, err := s.Tally(t.Context(), issue.ID)
	s.must(err)
	if want := (delivery.Tally{Sending: 2, Sent: 1, Failed: 1}); tally != want {
		t.Errorf("tally = %+v, want %+v", tally, want)
	}
	// Attempts that ended sent leave no row.
	attempts, err := s.Attempts(t.Context(), issue.ID, 0)
	s.must(err)
	failed := to(2, delivery.Failed)
	wantAttempts := []ledger.Attempt{{Email: "Reader2@c.example", Attempt: 1, State: delivery.Failed, Reply: failed.Reply, At: begin()}}
	if diff := cmp.Diff(wantAttempts, attempts); diff != "" {
		t.Errorf("attempts differ:\n%s", diff)
	}
}

func (e suite) TestExchangeClaimsInOrder(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 6, 1)
	issue := s.start(1)
	s.exchange(issue, 5)
	soon, late := to(2, delivery.Deferred), to(1, delivery.Deferred)
	soon.Pause, late.Pause = time.Minute, 2*time.Minute
	s.exchange(issue, 0, late, soon, to(3, delivery.Unknown), to(4, delivery.Queued), to(5, delivery.Sent))

	equal(t, "before any pause is over", ids(s.exchange(issue, 2)), []int64{4, 6})
	s.exchange(issue, 0, to(4, delivery.Sent), to(6, delivery.Sent))
	tally, err := s.Tally(t.Context(), issue.ID)
	s.must(err)
	if want := begin().Add(time.Minute); !tally.NextDue.Equal(want) || tally.Resendable != 1 {
		t.Errorf("next due %v, %d resendable, want %v and 1", tally.NextDue, tally.Resendable, want)
	}
	s.clock.Forward(2 * time.Minute)
	claims := s.exchange(issue, 10)
	equal(t, "deferred by their time, then unknown", ids(claims), []int64{2, 1, 3})
	if !claims[2].Resend || claims[0].Resend {
		t.Errorf("resend = %v, %v, want only the unknown one", claims[0].Resend, claims[2].Resend)
	}
	for _, c := range claims {
		if c.Attempts != 2 {
			t.Errorf("reader %d: attempt %d, want 2", c.SubscriberID, c.Attempts)
		}
	}
	s.exchange(issue, 0, to(1, delivery.Sent), to(2, delivery.Sent), to(3, delivery.Unknown))
	equal(t, "after its one resend", ids(s.exchange(issue, 10)), []int64{})
	s.must(s.Mark(t.Context(), s.lease, issue.ID, digest.Sent, ""))
}

func (e suite) TestExchangeHoldsUnknownBack(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 1, 1)
	issue := s.start(1)
	s.exchange(issue, 1)
	claims, _, err := s.trade(issue, []delivery.Outcome{to(1, delivery.Unknown)}, delivery.Want{Count: 1, Policy: delivery.Hold})
	s.must(err)
	equal(t, "claimed under hold", ids(claims), []int64{})
}

func (e suite) TestExchangeCountsSendingTime(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 1, 1)
	issue := s.start(1)
	turn := func(active time.Duration, outcomes ...delivery.Outcome) []delivery.Claim {
		claims, _, err := s.trade(issue, outcomes, delivery.Want{Count: 1, Policy: delivery.Resend, Active: active})
		s.must(err)
		return claims
	}
	if got := turn(time.Minute)[0].DeferredFor; got != 0 {
		t.Errorf("deferred for %v at the first attempt, want 0", got)
	}
	turn(time.Minute, to(1, delivery.Deferred))
	s.clock.Forward(24 * time.Hour) // the machine slept: nobody gives up for that
	if got, want := turn(5 * time.Minute)[0].DeferredFor, 5*time.Minute; got != want {
		t.Errorf("deferred for %v of sending time, want %v", got, want)
	}
	turn(time.Minute, to(1, delivery.Deferred))
	s.clock.Forward(time.Hour)
	if got, want := turn(time.Minute)[0].DeferredFor, 7*time.Minute; got != want {
		t.Errorf("deferred for %v, want %v since the first deferral", got, want)
	}
}

// A claim handed back untried is as if it had never been made.
func (e suite) TestExchangeTakesUntriedClaimsBack(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 1, 1)
	issue := s.start(1)
	s.exchange(issue, 1)
	claims := s.exchange(issue, 1, delivery.Outcome{SubscriberID: 1, To: delivery.Queued})
	if len(claims) != 1 || claims[0].Attempts != 1 {
		t.Errorf("claims = %+v, want attempt 1 once more", claims)
	}
	if got := one[int](t, s.base, `SELECT count(*) FROM attempts`); got != 0 {
		t.Errorf("%d attempts on record, want none", got)
	}
	// One that met with trouble is an attempt.
	claims = s.exchange(issue, 1, to(1, delivery.Queued))
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
		{"not claimed", []delivery.Outcome{to(1, delivery.Sent), to(3, delivery.Sent)}, delivery.ErrUnlawful},
		{"twice", []delivery.Outcome{to(1, delivery.Sent), to(1, delivery.Sent)}, delivery.ErrUnlawful},
		{"not in the audience", []delivery.Outcome{to(1, delivery.Sent), to(99, delivery.Sent)}, store.ErrNotFound},
		{"no state at all", []delivery.Outcome{to(1, delivery.Sent), {SubscriberID: 2, To: "gone"}}, delivery.ErrUnlawful},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := e.newScene(t, 3, 1)
			issue := s.start(1)
			s.exchange(issue, 2)
			claims, _, err := s.trade(issue, tt.outcomes, delivery.Want{Count: 1})
			s.mustFail(err, tt.want)
			if len(claims) > 0 {
				t.Errorf("claims = %v beside an error, want none", claims)
			}
			for id, want := range map[int64]delivery.State{1: delivery.Sending, 2: delivery.Sending, 3: delivery.Queued} {
				if got := s.state(issue, id); got != want {
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
			issue := s.start(1)
			s.exchange(issue, 1)
			s.exchange(issue, 0, to(1, state))
			if got := s.articleState(1); got != want {
				t.Errorf("article is %s, want %s", got, want)
			}
			if got := s.articleState(2); got != digest.Owed {
				t.Errorf("an article of no issue is %s, want owed", got)
			}
		})
	}
}

func (e suite) TestClaimSkipsWhoMayNotBeMailed(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 40, 1)
	issue := s.start(1)
	s.exchange(issue, 4) // 1 to 4 are on the wire before anything changes
	s.exchange(issue, 0, to(1, delivery.Deferred), to(2, delivery.Deferred), to(3, delivery.Unknown), to(4, delivery.Sent))
	run(t, s.base, `UPDATE subscriptions SET status = 'unsubscribed' WHERE subscriber_id BETWEEN 5 AND 36 OR subscriber_id IN (2, 3, 4)`)
	run(t, s.base, `UPDATE subscribers SET email = NULL, key = NULL, hash = NULL, erased_at = '2026-11-19T00:00:00.000Z' WHERE id = 37`)
	run(t, s.base, `INSERT INTO suppressions (hash, reason, at) SELECT hash, 'hard_bounce', '' FROM subscribers WHERE id = 38`)
	s.clock.Forward(time.Hour)

	equal(t, "claimed", ids(s.exchange(issue, 2)), []int64{39, 40})
	equal(t, "then", ids(s.exchange(issue, 5)), []int64{1})
	for id, want := range map[int64]string{
		2: "unsubscribed", 5: "unsubscribed", 36: "unsubscribed", 37: "erased", 38: "suppressed: hard_bounce",
	} {
		if got := s.state(issue, id); got != delivery.Skipped {
			t.Errorf("reader %d is %s, want skipped", id, got)
		}
		if got := s.record(issue, id).Why; got != want {
			t.Errorf("reader %d skipped because %q, want %q", id, got, want)
		}
	}
	// Unknown stays unknown, since it may have arrived, but is final now.
	if got := s.state(issue, 3); got != delivery.Unknown {
		t.Errorf("reader 3 is %s, want unknown", got)
	}
	s.exchange(issue, 0, to(1, delivery.Sent), to(39, delivery.Sent), to(40, delivery.Sent))
	tally, err := s.Tally(t.Context(), issue.ID)
	s.must(err)
	if got := tally.Owed(delivery.Resend); got != 0 {
		t.Errorf("owed = %d of %+v, want 0", got, tally)
	}
	if got := s.state(issue, 4); got != delivery.Sent {
		t.Errorf("reader 4 is %s, want sent: leaving changes nothing that was", got)
	}
}

func (e suite) TestReopen(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 3, 1)
	issue := s.start(1)
	s.exchange(issue, 3)
	s.exchange(issue, 0, to(1, delivery.Failed), to(2, delivery.Failed), to(3, delivery.Sent))
	s.mustFail(s.reopenFailed(issue, 1, 3), delivery.ErrUnlawful)
	if got := s.state(issue, 1); got != delivery.Failed {
		t.Errorf("reader 1 is %s, want failed still", got)
	}
	s.must(s.reopenFailed(issue, 1, 2))
	s.must(s.reopenFailed(issue, 1, 2)) // the answer to the first time was lost
	equal(t, "claimed next", ids(s.exchange(issue, 5)), []int64{1, 2})
}
