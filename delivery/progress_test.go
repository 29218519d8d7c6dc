package delivery_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"roundup/delivery"
	"roundup/digest"
)

func TestProgressIsToldNotTooOften(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(4000)
		var last time.Time
		told := 0
		var end delivery.Progress
		s.progress = func(p delivery.Progress) {
			end = p
			if told++; !last.IsZero() && time.Since(last) < 100*time.Millisecond && p.Done < 4000 {
				t.Errorf("told twice within %s", time.Since(last))
			}
			last = time.Now()
			if sum := p.Done + p.Queued + p.Deferred; sum != 4000 || p.Total != 4000 {
				t.Errorf("counts add up to %d of %d: %+v", sum, p.Total, p)
			}
		}
		begun := time.Now()
		s.send(t)
		if end.Done != 4000 {
			t.Errorf("the last telling: %d done, want 4000", end.Done)
		}
		if want := int(time.Since(begun) / (200 * time.Millisecond)); told < want {
			t.Errorf("told %d times, want at least %d", told, want)
		}
	})
}

func TestProgressRateAndTimeLeft(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(40000) // 4 connections at 100 a second each: 100 s
		begun := time.Now()
		var half delivery.Progress
		s.progress = func(p delivery.Progress) {
			if half.Total == 0 && time.Since(begun) > 50*time.Second {
				half = p
			}
		}
		s.send(t)
		if half.Rate < 380 || half.Rate > 420 {
			t.Errorf("rate: got %.1f, want about 400", half.Rate)
		}
		if half.Left < 45*time.Second || half.Left > 55*time.Second {
			t.Errorf("time left: got %s, want about 50 s", half.Left)
		}
		if half.Connections != 4 {
			t.Errorf("connections: got %d, want 4", half.Connections)
		}
	})
}

func TestProgressOfASlowIssue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(2000)
		s.settings.PerHour = 500 // one every 7.2 s: four hours
		begun := time.Now()
		s.progress = func(p delivery.Progress) {
			took := time.Since(begun)
			if took < time.Minute || p.Queued == 0 {
				return
			}
			want := 4*time.Hour - took
			if off := p.Left - want; p.State != "" || off < -20*time.Minute || off > 20*time.Minute {
				t.Errorf("after %s: got %s left (%q), want about %s", took, p.Left, p.State, want)
			}
		}
		s.send(t)
	})
}

func TestProgressSaysThatTheHourIsUsedUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(100)
		s.settings.PerHour = 50
		for range 50 {
			s.ledger.begun = append(s.ledger.begun, time.Now().Add(-20*time.Minute))
		}
		var said []string
		s.progress = func(p delivery.Progress) {
			if p.State != "" && len(said) == 0 {
				said = append(said, p.State)
			}
		}
		s.send(t)
		want := "this hour's smtp.per_hour is used up, the next mail in 40m"
		if len(said) != 1 || said[0] != want {
			t.Errorf("got %q, want %q", said, want)
		}
	})
}

func TestProgressSaysWhatIsWaitedFor(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		script func(*scene)
		want   string
	}{
		{"the relay", func(s *scene) { goAway(s, 5, time.Minute) }, "waiting for relay.example (connect to relay:587: connection refused), next try in"},
		{"deferred readers", func(s *scene) { deferrals(s) }, "waiting for deferred readers, next try in"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newScene(10)
				tt.script(s)
				said := false
				s.progress = func(p delivery.Progress) { said = said || strings.HasPrefix(p.State, tt.want) }
				s.send(t)
				if !said {
					t.Errorf("progress never said %q", tt.want)
				}
			})
		})
	}
}

func TestProgressString(t *testing.T) {
	t.Parallel()
	tests := []struct {
		p    delivery.Progress
		want string
	}{
		{delivery.Progress{Total: 12000}, "0 of 12,000"},
		{delivery.Progress{Total: 12000, Done: 1200, Rate: 148.2, Left: 73 * time.Second, Deferred: 3, Failed: 1},
			"1,200 of 12,000, 148 a second, 1m13s left, 3 deferred, 1 failed"},
		{delivery.Progress{Total: 500, Done: 20, Rate: 0.2, Left: 40 * time.Minute, Unknown: 1}, "20 of 500, 12 a minute, 40m left, 1 unknown"},
		{delivery.Progress{Total: 5, Done: 4, Deferred: 1, State: "waiting for deferred readers, next try in 40s"},
			"4 of 5, 1 deferred, waiting for deferred readers, next try in 40s"},
	}
	for _, tt := range tests {
		if got := tt.p.String(); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

func TestSummaryOfARun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(400)
		sum := s.send(t)
		wantStatus(t, sum, digest.Sent, 0)
		if sum.Issue != 12 || sum.Relay != "relay.example" || sum.Seconds < 1 || sum.Seconds > 1.2 || sum.Rate < 350 || sum.Rate > 400 {
			t.Errorf("got %+v", sum)
		}
	})
}
