package storetest

import (
	"fmt"
	"testing"

	"roundup/delivery"
	"roundup/digest"
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
		{"claimed", func(s *scene, i digest.Issue) { s.exchange(i, 2) }, "unknown unknown queued"},
		{"one recorded, the next claimed", func(s *scene, i digest.Issue) {
			s.exchange(i, 2)
			s.exchange(i, 1, to(1, delivery.Sent))
		}, "sent unknown unknown"},
		{"all recorded", func(s *scene, i digest.Issue) {
			s.exchange(i, 3)
			s.exchange(i, 0, to(1, delivery.Sent), to(2, delivery.Deferred), to(3, delivery.Failed))
		}, "sent deferred failed"},
		{"handed back", func(s *scene, i digest.Issue) {
			s.exchange(i, 2)
			s.exchange(i, 0, to(1, delivery.Queued), to(2, delivery.Queued))
		}, "queued queued queued"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := e.newScene(t, 3, 1)
			issue := s.start(1)
			tt.do(s, issue)
			again := &scene{base: s.reopen()}
			again.takeLease()
			again.recover(issue)
			got := fmt.Sprint(again.state(issue, 1), " ", again.state(issue, 2), " ", again.state(issue, 3))
			if got != tt.want {
				t.Errorf("states = %s, want %s", got, tt.want)
			}
		})
	}
}
