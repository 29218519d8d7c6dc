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

// The trigger in the schema and delivery.Transitions say the same.
func (e suite) TestTheDatabaseGuardsTheMachine(t *testing.T) {
	t.Parallel()
	everyPair(t, func(t *testing.T, from, to delivery.State) {
		s := e.newScene(t, 1, 1)
		issue := s.start(1)
		db := raw(t, s.base)
		_, err := db.Exec(`
			DROP TRIGGER deliveries_keep;
			CREATE TEMP TABLE kept AS SELECT * FROM deliveries;
			DELETE FROM deliveries;
			INSERT INTO deliveries (issue_id, subscriber_id, variant_id, state, why, next_at, changed_at)
			SELECT issue_id, subscriber_id, variant_id, ?1, 'issue cancelled', CASE ?1 WHEN 'deferred' THEN changed_at END, changed_at FROM kept`, from)
		s.must(err)
		_, err = db.Exec(`
			UPDATE deliveries
			SET state = ?1, next_at = CASE ?1 WHEN 'deferred' THEN changed_at END
			WHERE issue_id = ?2`, to, issue.ID)
		if got, want := err == nil, delivery.Lawful(from, to); got != want {
			t.Errorf("the database allows it: %v (%v), the machine: %v", got, err, want)
		}
	})
}

// Whoever left while the issue was under way does not come back with it.
func (e suite) TestOnlyACancellingIsTakenBack(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 1, 1)
	s.bring(s.start(1), delivery.Skipped)
	if _, err := raw(t, s.base).Exec(`UPDATE deliveries SET state = 'queued'`); err == nil {
		t.Error("a reader who left was queued again")
	}
}

func (e suite) TestNoOtherStateIsKept(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 1, 1)
	s.start(1)
	db := raw(t, s.base)
	_, err := db.Exec(`DROP TRIGGER deliveries_lawful`)
	s.must(err)
	for _, state := range []string{"", "lost", "Sent", "sent ", "queued sending"} {
		_, err := db.Exec(`UPDATE deliveries SET state = ?`, state)
		if err == nil || !strings.Contains(err.Error(), "CHECK") {
			t.Errorf("%q was kept as a state: %v", state, err)
		}
	}
}

func (e suite) TestDeliveriesAreNeverDeleted(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 1, 1)
	s.start(1)
	if _, err := raw(t, s.base).Exec(`DELETE FROM deliveries`); err == nil {
		t.Error("a delivery was deleted")
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
// reopened delivery of an issue that is cancelled, and a cancelling taken back.
func twoSteps(from, to delivery.State) bool {
	return to == delivery.Skipped && (from == delivery.Sending || from == delivery.Failed) ||
		from == delivery.Deferred && to == delivery.Queued
}

// bring puts the only delivery into a state, by lawful steps.
func (s *scene) bring(issue digest.Issue, state delivery.State) {
	s.t.Helper()
	switch state {
	case delivery.Queued:
	case delivery.Sending:
		s.exchange(issue, 1)
	case delivery.Skipped:
		run(s.t, s.base, `UPDATE subscriptions SET status = 'unsubscribed'`)
		s.exchange(issue, 1)
		run(s.t, s.base, `UPDATE subscriptions SET status = 'active'`)
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
			_, _, _ = s.Exchange(s.t.Context(), s.lease, issue.ID, []delivery.Outcome{to(1, state)}, delivery.Want{})
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
			_, err := s.Recover(s.t.Context(), s.lease, issue.ID)
			s.must(err)
		}
	case delivery.Queued:
		ways["reopening"] = func(s *scene, issue digest.Issue) {
			_ = s.Reopen(s.t.Context(), s.lease, issue.ID, []int64{1})
		}
		ways["restoring"] = func(s *scene, issue digest.Issue) {
			run(s.t, s.base, `UPDATE deliveries SET why = 'issue cancelled' WHERE state = 'skipped'`)
			s.must(s.CancelIssue(s.t.Context(), issue.Number, "", anna()))
			s.must(s.RestoreIssue(s.t.Context(), issue.Number, begin(), "", anna()))
		}
	case delivery.Skipped:
		ways["leaving"] = func(s *scene, issue digest.Issue) {
			s.clock.Forward(time.Hour)
			run(s.t, s.base, `UPDATE subscriptions SET status = 'unsubscribed'`)
			s.exchange(issue, 1)
		}
		ways["cancelling"] = func(s *scene, issue digest.Issue) {
			s.must(s.CancelIssue(s.t.Context(), issue.Number, "", anna()))
		}
	}
	return ways
}
