package delivery_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"roundup/delivery"
	"roundup/delivery/relay"
	"roundup/digest"
)

func TestLimitOf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rate    float64
		perHour int
		words   string
		takes   time.Duration // 1,000 messages
	}{
		{0, 0, "", 0},
		{0, 500, "500 an hour (smtp.per_hour)", 2 * time.Hour},
		{10, 0, "10 a second (smtp.rate)", 100 * time.Second},
		{0.5, 0, "30 a minute (smtp.rate)", 2000 * time.Second},
		{10, 3600, "3,600 an hour (smtp.per_hour)", 1000 * time.Second},
		{1, 7200, "1 a second (smtp.rate)", 1000 * time.Second},
	} {
		got := delivery.LimitOf(c.rate, c.perHour)
		if got.Words != c.words || got.Takes(1000) != c.takes {
			t.Errorf("rate %v, per hour %d: %q takes %s, want %q and %s", c.rate, c.perHour, got.Words, got.Takes(1000), c.words, c.takes)
		}
	}
}

// TestASlowIssueSaysWhy sends under smtp.per_hour: progress and summary say what it is
// no faster for, and for how long.
func TestASlowIssueSaysWhy(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(400)
		s.settings.PerHour = 100
		var first, later delivery.Progress
		begun := time.Now()
		s.progress = func(p delivery.Progress) {
			if first.Total == 0 {
				first = p
			}
			if later.Total == 0 && time.Since(begun) > 30*time.Minute && p.State == "" {
				later = p
			}
		}
		sum := s.send(t)
		for _, p := range []delivery.Progress{first, later} {
			if !strings.Contains(p.String(), ", 100 an hour (smtp.per_hour), ") || !strings.HasSuffix(p.String(), " left") {
				t.Errorf("progress: %s", p)
			}
		}
		if want := 3*time.Hour + 30*time.Minute; later.Left < want-3*time.Minute || later.Left > want+3*time.Minute {
			t.Errorf("time left after half an hour: %s", later.Left)
		}
		if got := sum.Text(); !strings.Contains(got, ", at 100 an hour (smtp.per_hour).") {
			t.Errorf("summary: %s", got)
		}
	})
}

func TestASlowIssueThatIsStoppedSaysHowLong(t *testing.T) {
	t.Parallel()
	sum := delivery.Summarise(issueOf(digest.Sending, ""), delivery.Tally{Sent: 400, Queued: 3600}, time.Hour)
	sum.Limit = delivery.LimitOf(0, 500)
	if want := "3,600 still to be sent: about 7h12m more at 500 an hour (smtp.per_hour)"; !strings.Contains(sum.Text(), want) {
		t.Errorf("got %s, want %q in it", sum.Text(), want)
	}
}

// TestARelayThatIsSlowerIsNotOurLimit keeps a limit quiet that nothing comes near.
func TestARelayThatIsSlowerIsNotOurLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(200)
		s.settings.Rate = 1000
		s.relay.latency = time.Second
		var last delivery.Progress
		s.progress = func(p delivery.Progress) {
			if p.Done > 100 && p.Done < 200 {
				last = p
			}
		}
		sum := s.send(t)
		if strings.Contains(last.String(), "smtp.rate") || strings.Contains(sum.Text(), "smtp.rate") {
			t.Errorf("progress: %s\nsummary: %s", last, sum.Text())
		}
	})
}

// TestLeaveDeferred has one full mailbox among many: on a terminal the run ends when it
// alone is left, and the summary says who goes on, and when.
func TestLeaveDeferred(t *testing.T) {
	t.Parallel()
	for _, leave := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			s := newScene(20)
			s.settings.Wait, s.settings.LeaveDeferred = 15*time.Minute, leave
			full := true
			s.relay.send = func(_ *fakeConn, m relay.Message) relay.Result {
				if m.To == addressOf(7) && full {
					return greylisted()
				}
				return accepted
			}
			begun := time.Now()
			sum := s.send(t)
			wantStatus(t, sum, digest.Sending, 3)
			took := time.Since(begun)
			if leave != (took < 10*time.Second) {
				t.Errorf("leave %t: took %s", leave, took)
			}
			if sum.Next() != delivery.AwaitDeferred || sum.NextTry.IsZero() {
				t.Errorf("next is %q, at %s", sum.Next(), sum.NextTry)
			}
			full = false
			time.Sleep(time.Hour)
			wantStatus(t, s.send(t), digest.Sent, 0)
			s.once(t)
		})
	}
}

// TestNoTimeIsNegative accounts for an issue that ended, by the calendar, before it began.
func TestNoTimeIsNegative(t *testing.T) {
	t.Parallel()
	for _, took := range []time.Duration{-time.Millisecond, -time.Hour, 0} {
		if s := delivery.Summarise(issueOf(digest.Sent, ""), delivery.Tally{Sent: 3}, took); s.Seconds != 0 || s.Rate != 0 {
			t.Errorf("%s: %v seconds, %v a second", took, s.Seconds, s.Rate)
		}
	}
}
