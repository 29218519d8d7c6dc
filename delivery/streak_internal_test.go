package delivery

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
)

func add(s *streak, gist string, reader int64, domain string) (ours bool, blamed []int64) {
	return s.add(gist, Outcome{SubscriberID: reader}, domain, noon)
}

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
		{"after other words", func(s *streak) { add(s, "553 something else", 1, "c.example") }, streakLength - 1, streakDomains, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var s streak
			if tt.before != nil {
				add(&s, "550 no", 999, "a.example")
				tt.before(&s)
			}
			var proven []int64
			for i := range tt.length {
				ours, blamed := add(&s, "550 no", int64(i), fmt.Sprint(i%tt.domains))
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
		add(&s, "550 no", int64(i), fmt.Sprint(i%streakDomains))
	}
	s.end()
	if ours, blamed := add(&s, "550 no", 100, "d.example"); !ours || blamed != nil {
		t.Errorf("got %t, %v, want ours, with nobody else blamed", ours, blamed)
	}
	if ours, _ := add(&s, "550 no such user", 101, "d.example"); ours {
		t.Error("a refusal in other words is ours")
	}
}

// Other senders are told of a run while it grows, and when it ends.
func TestStreakIsTold(t *testing.T) {
	t.Parallel()
	var s streak
	if s.untold() {
		t.Error("there is something to tell before the first refusal")
	}
	add(&s, "550 no", 1, "b.example")
	add(&s, "550 no", 2, "a.example")
	want := Refusals{Gist: "550 no", Readers: 2, Domains: []string{"a.example", "b.example"}, Since: noon}
	if got := s.refusals(); !reflect.DeepEqual(got, want) || !s.untold() {
		t.Errorf("got %+v, untold %t, want %+v", got, s.untold(), want)
	}
	s.tell(noon)
	if s.untold() {
		t.Error("what was told is untold")
	}
	if s.end(); !s.untold() || s.refusals().Readers != 0 {
		t.Errorf("got %+v, untold %t after its end, want nothing left, and that told", s.refusals(), s.untold())
	}
}

// What an earlier Send told of ends with the first message that is taken, and not before.
func TestStreakOfAnEarlierSendEnds(t *testing.T) {
	t.Parallel()
	var s streak
	if s.untold() {
		t.Error("there is something to tell before the first answer")
	}
	if s.end(); !s.untold() || s.refusals().Readers != 0 {
		t.Errorf("got %+v, untold %t, want an end that is told", s.refusals(), s.untold())
	}
	s.tell(noon)
	if s.end(); s.untold() {
		t.Error("the end is told twice")
	}
}
