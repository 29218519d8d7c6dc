package delivery

import (
	"fmt"
	"slices"
	"testing"
)

func TestStreak(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		before  func(s *streak)
		length  int
		domains int
		proven  bool
	}{
		{"long and wide", nil, streakLength, streakDomains, true},
		{"too short", nil, streakLength - 1, streakDomains, false},
		{"of too few domains", nil, 5 * streakLength, streakDomains - 1, false},
		{"after a message that was taken", func(s *streak) { s.end() }, streakLength - 1, streakDomains, false},
		{"after other words", func(s *streak) { s.add("553 something else", 1, "c.example") }, streakLength - 1, streakDomains, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var s streak
			if tt.before != nil {
				s.add("550 no", 999, "a.example")
				tt.before(&s)
			}
			var proven []int64
			for i := range tt.length {
				ours, blamed := s.add("550 no", int64(i), fmt.Sprint(i%tt.domains))
				if ours != (len(blamed) > 0) {
					t.Fatalf("refusal %d: ours %t, and %d blamed before", i, ours, len(blamed))
				}
				proven = slices.Concat(proven, blamed)
			}
			if (proven != nil) != tt.proven {
				t.Fatalf("got %d readers blamed without reason, want proven %t", len(proven), tt.proven)
			}
			if tt.proven && (len(proven) != streakLength-1 || proven[0] != 0 || slices.Contains(proven, streakLength-1)) {
				t.Errorf("got %v, want all of the run but the last", proven)
			}
		})
	}
}

// What was proven to be about us stays so, also after a message was taken.
func TestStreakRemembersWhatIsOurs(t *testing.T) {
	t.Parallel()
	var s streak
	for i := range streakLength {
		s.add("550 no", int64(i), fmt.Sprint(i%streakDomains))
	}
	s.end()
	if ours, blamed := s.add("550 no", 100, "d.example"); !ours || blamed != nil {
		t.Errorf("got %t, %v, want ours, with nobody else blamed", ours, blamed)
	}
	if ours, _ := s.add("550 no such user", 101, "d.example"); ours {
		t.Error("a refusal in other words is ours")
	}
}
