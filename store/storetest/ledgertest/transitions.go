package ledgertest

import (
	"strings"
	"testing"
	"time"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store/storetest"
)

// everyPair runs a subtest for each pair of states.
func everyPair(t *testing.T, check func(t *testing.T, from, to delivery.State)) {
	for _, from := range delivery.States() {
		for _, to := range delivery.States() {
			t.Run(string(from)+" to "+string(to), func(t *testing.T) {
				t.Parallel()
				check(t, from, to)
			})
		}
	}
}

// The trigger in the schema and delivery.Transitions say the same, but for what a
// cancelling that is taken back changes: that is no row.
func (e suite) TestTheDatabaseGuardsTheMachine(t *testing.T) {
	t.Parallel()
	everyPair(t, func(t *testing.T, from, to delivery.State) {
		s := e.newScene(t, 1, 1)
		issue := s.Start(1)
		e.Unguard(t, s.Store, "deliveries", "deliveries_begin")
		db := storetest.Raw(t, s.Base)
		_, err := db.Exec(`
			INSERT INTO deliveries (issue_id, subscriber_id, state, attempts, why, next_at, changed_at)
			VALUES (?1, 1, ?2, 1, 'issue cancelled', CASE ?2 WHEN 'deferred' THEN '2026-11-19T12:00:00.000Z' END, '')`, issue.ID, from)
		s.Must(err)
		_, err = db.Exec(`
			UPDATE deliveries
			SET state = ?1, next_at = CASE ?1 WHEN 'deferred' THEN changed_at END
			WHERE issue_id = ?2`, to, issue.ID)
		if got, want := err == nil, delivery.Lawful(from, to) && from != delivery.Skipped; got != want {
			t.Errorf("the database allows it: %v (%v), the machine: %v", got, err, want)
		}
	})
}

// Whoever left while the issue was under way does not come back with it.
func (e suite) TestOnlyACancellingIsTakenBack(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 1, 1)
	issue := s.Start(1)
	storetest.Exec(t, s.Base, `UPDATE subscriptions SET status = 'unsubscribed'`)
	s.MustTrade(issue, 1)
	s.Must(s.CancelIssue(t.Context(), issue.Number, "", storetest.Anna()))
	s.Must(s.takeBack(issue.Number))
	if got := s.StateOf(issue, 1); got != delivery.Skipped {
		t.Errorf("a reader who left is %s", got)
	}
	if _, err := storetest.Raw(t, s.Base).Exec(`UPDATE deliveries SET state = 'queued'`); err == nil {
		t.Error("a reader who left was queued again")
	}
}

func (e suite) TestNoOtherStateIsKept(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 1, 1)
	s.bring(s.Start(1), delivery.Failed)
	db := storetest.Raw(t, s.Base)
	e.Unguard(t, s.Store, "deliveries", "deliveries_lawful")
	for _, state := range []string{"", "lost", "Sent", "sent ", "queued sending"} {
		_, err := db.Exec(`UPDATE deliveries SET state = ?`, state)
		if err == nil || !strings.Contains(strings.ToLower(err.Error()), "check constraint") {
			t.Errorf("%q was kept as a state: %v", state, err)
		}
	}
}

// What is frozen stays, and what is on record stays on record.
func (e suite) TestNothingOfALedgerIsDeleted(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 1, 1)
	s.bring(s.Start(1), delivery.Failed)
	for _, change := range []string{
		`DELETE FROM deliveries`, `DELETE FROM audience`, `UPDATE audience SET last_id = last_id + 1`, `DELETE FROM subscribers`,
		`INSERT INTO deliveries (issue_id, subscriber_id, state, attempts, changed_at) VALUES (1, 2, 'sending', 1, '')`,
		`UPDATE ranges SET claimed = size + 1`,
	} {
		if _, err := storetest.Raw(t, s.Base).Exec(change); err == nil {
			t.Errorf("%s: it was done", change)
		}
	}
}

// Whatever is tried, a delivery goes only where the machine lets it, and it
// can get everywhere the machine lets it.
func (e suite) TestOnlyLawfulStepsAreTaken(t *testing.T) {
	t.Parallel()
	everyPair(t, func(t *testing.T, from, to delivery.State) {
		reached := false
		for name, try := range attemptsAt(to) {
			s := e.newScene(t, 1, 1)
			issue := s.Start(1)
			s.bring(issue, from)
			try(s, issue)
			got := s.StateOf(issue, 1)
			if got != from && !delivery.Lawful(from, got) && !twoSteps(from, got) {
				t.Errorf("%s led from %s to %s", name, from, got)
			}
			reached = reached || got == to
		}
		if want := delivery.Lawful(from, to); reached != want && from != to && !twoSteps(from, to) {
			t.Errorf("reached = %v, want %v", reached, want)
		}
	})
}

// twoSteps are what one attempt does in two lawful steps: a claim's outcome or a
// reopened delivery of an issue that is cancelled. Who was deferred before a cancelling
// is so after it was taken back; here, nobody was.
func twoSteps(from, to delivery.State) bool {
	return to == delivery.Skipped && (from == delivery.Sending || from == delivery.Failed) ||
		from == delivery.Skipped && to == delivery.Deferred
}

// bring puts the only delivery into a state, by lawful steps.
func (s *scene) bring(issue digest.Issue, state delivery.State) {
	s.t.Helper()
	switch state {
	case delivery.Queued:
	case delivery.Sending:
		s.MustTrade(issue, 1)
	case delivery.Skipped:
		s.Must(s.CancelIssue(s.t.Context(), issue.Number, "", storetest.Anna()))
	default:
		s.MustTrade(issue, 1)
		s.MustTrade(issue, 0, storetest.To(1, state))
	}
	if got := s.StateOf(issue, 1); got != state {
		s.t.Fatalf("brought it to %s, want %s", got, state)
	}
}

// attemptsAt are the ways that might bring a delivery into a state.
func attemptsAt(state delivery.State) map[string]func(*scene, digest.Issue) {
	ways := map[string]func(*scene, digest.Issue){
		"an outcome": func(s *scene, issue digest.Issue) {
			_, _, _ = s.Trade(issue, []delivery.Outcome{storetest.To(1, state)}, delivery.Want{})
		},
		"resolving": func(s *scene, issue digest.Issue) {
			_ = s.Resolve(s.t.Context(), issue.Number, "reader1@b.example", state, storetest.Anna())
		},
	}
	switch state {
	case delivery.Sending:
		ways["a claim"] = func(s *scene, issue digest.Issue) {
			s.clock.Forward(time.Hour)
			s.MustTrade(issue, 1)
		}
	case delivery.Unknown:
		ways["recovery"] = func(s *scene, issue digest.Issue) {
			s.TakeLease()
			s.Recover(issue)
		}
	case delivery.Queued:
		ways["reopening"] = func(s *scene, issue digest.Issue) {
			_ = s.ReopenFailed(issue, 1)
		}
		ways["restoring"] = func(s *scene, issue digest.Issue) {
			_ = s.CancelIssue(s.t.Context(), issue.Number, "", storetest.Anna()) // or it is cancelled
			s.Must(s.RestoreIssue(s.t.Context(), issue.Number, begin(), "", storetest.Anna()))
		}
	case delivery.Skipped:
		ways["leaving"] = func(s *scene, issue digest.Issue) {
			s.clock.Forward(time.Hour)
			storetest.Exec(s.t, s.Base, `UPDATE subscriptions SET status = 'unsubscribed'`)
			s.MustTrade(issue, 1)
		}
		ways["cancelling"] = func(s *scene, issue digest.Issue) {
			_ = s.CancelIssue(s.t.Context(), issue.Number, "", storetest.Anna()) // or it is cancelled
		}
	}
	return ways
}
