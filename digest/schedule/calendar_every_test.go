package schedule_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"roundup/digest/schedule"
)

// TestCalendarOfMonths holds the expressions to what docs/operations.md says of them.
func TestCalendarOfMonths(t *testing.T) {
	t.Parallel()
	for cron, want := range map[string][]string{
		"0 7 * * FRI#1":       {"Fri 6 Nov", "Fri 4 Dec", "Fri 1 Jan"},
		"0 7 * * 5#1":         {"Fri 6 Nov", "Fri 4 Dec", "Fri 1 Jan"},
		"0 7 * * FRI#1,FRI#3": {"Fri 6 Nov", "Fri 20 Nov", "Fri 4 Dec"},
		"0 7 * * FRIL":        {"Fri 27 Nov", "Fri 25 Dec", "Fri 29 Jan"},
		"0 7 L * *":           {"Mon 30 Nov", "Thu 31 Dec", "Sun 31 Jan"},
		"0 7 15W * *":         {"Mon 16 Nov", "Tue 15 Dec", "Fri 15 Jan"},
		"0 7 1,15 * *":        {"Sun 1 Nov", "Sun 15 Nov", "Tue 1 Dec"},
		"0 7 1 1,4,7,10 *":    {"Fri 1 Jan", "Thu 1 Apr", "Thu 1 Jul"},
		"0 7 1-2 * FRI":       {"Sun 1 Nov", "Mon 2 Nov", "Fri 6 Nov"}, // either day will do
	} {
		c := calendar(t, cron, "Europe/Berlin")
		at := utc(t, "2026-10-31 22:00")
		for _, day := range want {
			at = c.Next(at)
			if got := at.Format("Mon 2 Jan"); got != day {
				t.Errorf("%s: got %s, want %s", cron, got, day)
			}
		}
	}
}

// TestCalendarEveryOtherWeek counts weeks by the wall, over the end of summer time.
func TestCalendarEveryOtherWeek(t *testing.T) {
	t.Parallel()
	starting := time.Date(2026, 10, 9, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		name, cron string
		weeks      int
		want       []string
	}{
		{"every other Friday", "0 7 * * FRI", 2, []string{"Fri 9 Oct 07:00 EDT", "Fri 23 Oct 07:00 EDT", "Fri 6 Nov 07:00 EST", "Fri 20 Nov 07:00 EST"}},
		{"two days of those weeks", "0 7 * * TUE,FRI", 2, []string{"Fri 9 Oct 07:00 EDT", "Tue 13 Oct 07:00 EDT", "Fri 23 Oct 07:00 EDT", "Tue 27 Oct 07:00 EDT"}},
		{"every week, from a date on", "0 7 * * FRI", 1, []string{"Fri 9 Oct 07:00 EDT", "Fri 16 Oct 07:00 EDT"}},
		{"minutes before the date", "55 23 * * THU", 2, []string{"Thu 15 Oct 23:55 EDT", "Thu 29 Oct 23:55 EDT"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, err := calendar(t, tt.cron, "America/New_York").Every(tt.weeks, starting)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			at := utc(t, "2026-09-01 00:00")
			if _, ok := c.Latest(at); ok {
				t.Error("it has a slot before its beginning")
			}
			for range tt.want {
				at = c.Next(at)
				got = append(got, at.In(zone(t, "America/New_York")).Format("Mon 2 Jan 15:04 MST"))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestCalendarEverySiftsSlots compares the slots of so many weeks with those of
// all, sifted by a date's distance from the beginning.
func TestCalendarEverySiftsSlots(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		loc, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		cron := fmt.Sprintf("%d %d * * %s", rapid.IntRange(0, 59).Draw(t, "minute"), rapid.IntRange(4, 23).Draw(t, "hour"),
			rapid.SampledFrom([]string{"FRI", "MON,THU", "*", "SUN#2", "FRIL"}).Draw(t, "days"))
		all, err := schedule.NewCalendar(cron, loc)
		if err != nil {
			t.Fatal(err)
		}
		weeks := rapid.IntRange(1, 52).Draw(t, "weeks")
		starting := time.Date(2026, 1, 1+rapid.IntRange(0, 400).Draw(t, "day"), 0, 0, 0, 0, time.UTC)
		some, err := all.Every(weeks, starting)
		if err != nil {
			t.Fatal(err)
		}
		from, until := starting.AddDate(0, 0, -30), starting.AddDate(0, 0, 200)
		var want []time.Time
		for _, at := range between(all, from, until) {
			y, m, d := at.In(loc).Date()
			days := int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Sub(starting).Hours() / 24)
			if !at.In(loc).Before(time.Date(starting.Year(), starting.Month(), starting.Day(), 0, 0, 0, 0, loc)) && days/7%weeks == 0 {
				want = append(want, at)
			}
		}
		got := between(some, from, until)
		if !slices.EqualFunc(got, want, time.Time.Equal) {
			t.Fatalf("%s every %d weeks from %s in %s: got %v, want %v", cron, weeks, starting, loc, got, want)
		}
		for i, at := range got {
			if latest, ok := some.Latest(at); !ok || !latest.Equal(at) {
				t.Fatalf("latest at %s is %s", at, latest)
			}
			if before, ok := some.Latest(at.Add(-time.Second)); ok != (i > 0) || ok && !before.Equal(got[i-1]) {
				t.Fatalf("latest before %s is %s, %v", at, before, ok)
			}
		}
	})
}

func TestCalendarEveryNever(t *testing.T) {
	t.Parallel()
	c := calendar(t, "0 7 * * FRI", "UTC")
	same, err := c.Every(2, time.Time{})
	if err != nil || same != c {
		t.Errorf("without a date: %v, %v", same, err)
	}
}
