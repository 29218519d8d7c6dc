package storetest

import (
	"strings"
	"testing"
	"time"

	"roundup/delivery"
	"roundup/digest"
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
		issue := s.start(1)
		e.Unguard(t, s.Store, "deliveries", "deliveries_begin")
		db := raw(t, s.base)
		_, err := db.Exec(`
			INSERT INTO deliveries (issue_id, subscriber_id, state, attempts, why, next_at, changed_at)
			VALUES (?1, 1, ?2, 1, 'issue cancelled', CASE ?2 WHEN 'deferred' THEN '2026-11-19T12:00:00.000Z' END, '')`, issue.ID, from)
		s.must(err)
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
	issue := s.start(1)
	run(t, s.base, `UPDATE subscriptions SET status = 'unsubscribed'`)
	s.exchange(issue, 1)
	s.must(s.CancelIssue(t.Context(), issue.Number, "", anna()))
	s.must(s.takeBack(issue.Number))
	if got := s.state(issue, 1); got != delivery.Skipped {
		t.Errorf("a reader who left is %s", got)
	}
	if _, err := raw(t, s.base).Exec(`UPDATE deliveries SET state = 'queued'`); err == nil {
		t.Error("a reader who left was queued again")
	}
}

func (e suite) TestNoOtherStateIsKept(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 1, 1)
	s.bring(s.start(1), delivery.Failed)
	db := raw(t, s.base)
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
	s.bring(s.start(1), delivery.Failed)
	for _, change := range []string{
		`DELETE FROM deliveries`, `DELETE FROM audience`, `UPDATE audience SET last_id = last_id + 1`, `DELETE FROM subscribers`,
		`INSERT INTO deliveries (issue_id, subscriber_id, state, attempts, changed_at) VALUES (1, 2, 'sending', 1, '')`,
		`UPDATE ranges SET claimed = size + 1`,
	} {
		if _, err := raw(t, s.base).Exec(change); err == nil {
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
			issue := s.start(1)
			s.bring(issue, from)
			try(s, issue)
			got := s.state(issue, 1)
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
		s.exchange(issue, 1)
	case delivery.Skipped:
		s.must(s.CancelIssue(s.t.Context(), issue.Number, "", anna()))
	default:
		s.exchange(issue, 1)
		s.exchange(issue, 0, to(1, state))
	}
	if got := s.state(issue, 1); got != state {
		s.t.Fatalf("brought it to %s, want %s", got, state)
	}
}

// attemptsAt are the ways that might bring a delivery into a state.
func attemptsAt(state delivery.State) map[string]func(*scene, digest.Issue) {
	ways := map[string]func(*scene, digest.Issue){
		"an outcome": func(s *scene, issue digest.Issue) {
			_, _, _ = s.trade(issue, []delivery.Outcome{to(1, state)}, delivery.Want{})
		},
		"resolving": func(s *scene, issue digest.Issue) {
			_ = s.Resolve(s.t.Context(), issue.Number, "reader1@b.example", state, anna())
		},
	}
	switch state {
	case delivery.Sending:
		ways["a claim"] = func(s *scene, issue digest.Issue) {
			s.clock.Forward(time.Hour)
			s.exchange(issue, 1)
		}
	case delivery.Unknown:
		ways["recovery"] = func(s *scene, issue digest.Issue) {
			s.takeLease()
			s.recover(issue)
		}
	case delivery.Queued:
		ways["reopening"] = func(s *scene, issue digest.Issue) {
			_ = s.reopenFailed(issue, 1)
		}
		ways["restoring"] = func(s *scene, issue digest.Issue) {
			_ = s.CancelIssue(s.t.Context(), issue.Number, "", anna()) // or it is cancelled
			s.must(s.RestoreIssue(s.t.Context(), issue.Number, begin(), "", anna()))
		}
	case delivery.Skipped:
		ways["leaving"] = func(s *scene, issue digest.Issue) {
			s.clock.Forward(time.Hour)
			run(s.t, s.base, `UPDATE subscriptions SET status = 'unsubscribed'`)
			s.exchange(issue, 1)
		}
		ways["cancelling"] = func(s *scene, issue digest.Issue) {
			_ = s.CancelIssue(s.t.Context(), issue.Number, "", anna()) // or it is cancelled
		}
	}
	return ways
}
