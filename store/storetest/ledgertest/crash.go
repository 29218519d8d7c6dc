package ledgertest

import (
	"fmt"
	"testing"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store/storetest"
)

// Killed at any step between a claim and its record, the next sender finds
// what was on the wire unknown and everything else as it was.
func (e suite) TestCrashBetweenClaimAndRecord(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		do   func(s *scene, issue digest.Issue)
		want string
	}{
		{"issue started", func(*scene, digest.Issue) {}, "queued queued queued"},
		{"claimed", func(s *scene, i digest.Issue) { s.MustTrade(i, 2) }, "unknown unknown queued"},
		{"one recorded, the next claimed", func(s *scene, i digest.Issue) {
			s.MustTrade(i, 2)
			s.MustTrade(i, 1, storetest.To(1, delivery.Sent))
		}, "sent unknown unknown"},
		{"all recorded", func(s *scene, i digest.Issue) {
			s.MustTrade(i, 3)
			s.MustTrade(i, 0, storetest.To(1, delivery.Sent), storetest.To(2, delivery.Deferred), storetest.To(3, delivery.Failed))
		}, "sent deferred failed"},
		{"handed back", func(s *scene, i digest.Issue) {
			s.MustTrade(i, 2)
			s.MustTrade(i, 0, storetest.To(1, delivery.Queued), storetest.To(2, delivery.Queued))
		}, "queued queued queued"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := e.newScene(t, 3, 1)
			issue := s.Start(1)
			tt.do(s, issue)
			again := s.again()
			again.TakeLease()
			again.Recover(issue)
			got := fmt.Sprint(again.StateOf(issue, 1), " ", again.StateOf(issue, 2), " ", again.StateOf(issue, 3))
			if got != tt.want {
				t.Errorf("states = %s, want %s", got, tt.want)
			}
		})
	}
}

// What a person does to a range that a dead sender left, before the next one opens it, keeps
// nobody from being sent to: what was on the wire is settled once it is opened.
func (e suite) TestAPersonChangesWhatADeadSenderLeft(t *testing.T) {
	t.Parallel()
	forget := func(s *scene, id int) {
		s.Must(s.Forget(t.Context(), storetest.One[string](t, s.Base, `SELECT key FROM subscribers WHERE id = ?`, id), storetest.Anna()))
	}
	tests := []struct {
		name string
		do   func(s *scene)
		want string
	}{
		{"forgets a deferred reader", func(s *scene) { forget(s, 1) }, "skipped queued unknown"},
		{"forgets one who was handed back", func(s *scene) { forget(s, 2) }, "deferred skipped unknown"},
		{"forgets the one on the wire", func(s *scene) { forget(s, 3) }, "deferred queued unknown"},
		{"says that the one on the wire has it", func(s *scene) {
			s.Must(s.Resolve(t.Context(), 1, "reader3@a.example", delivery.Sent, storetest.Anna()))
		}, "deferred queued sent"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := e.newScene(t, 3, 1)
			issue := s.Start(1)
			s.MustTrade(issue, 3)
			s.MustTrade(issue, 0, storetest.To(1, delivery.Deferred), storetest.To(2, delivery.Queued))
			s.TakeLease()
			tt.do(s)
			s.Recover(issue)
			got := fmt.Sprint(s.StateOf(issue, 1), " ", s.StateOf(issue, 2), " ", s.StateOf(issue, 3))
			if got != tt.want {
				t.Errorf("states = %s, want %s", got, tt.want)
			}
			s.CloseUp(issue, delivery.Resend)
			s.Must(s.CompareRanges(t.Context(), issue.ID))
		})
	}
}
