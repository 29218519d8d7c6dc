package schedule_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the zones of these tests, whatever the machine has

	"pgregory.net/rapid"

	"roundup/digest/schedule"
)

// slotAt is a slot of most of these tests: Friday, 07:00 in New York.
var slotAt = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func calendar(t testing.TB, cron, zoneName string) schedule.Calendar {
	t.Helper()
	c, err := schedule.NewCalendar(cron, zone(t, zoneName))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// utc parses a moment written as 2006-01-02 15:04.
func utc(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04", s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// TestCalendarAroundClockChanges lists every slot between two moments in UTC.
// between is every slot after a moment up to and including another.
func between(c schedule.Calendar, after, until time.Time) (slots []time.Time) {
	for at := c.Next(after); !at.IsZero() && !at.After(until); at = c.Next(at) {
		slots = append(slots, at)
	}
	return slots
}

func TestCalendarAroundClockChanges(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, cron, zone string
		after, until     string
		want             []string
	}{
		{"weekly, over the end of summer time", "0 7 * * FRI", "America/New_York", "2026-10-29 00:00", "2026-11-10 00:00",
			[]string{"Friday 30 October 2026, 07:00 EDT", "Friday 6 November 2026, 07:00 EST"}},
		{"New York, skipped: first valid minute", "30 2 * * SUN", "America/New_York", "2027-03-07 12:00", "2027-03-21 12:00",
			[]string{"Sunday 14 March 2027, 03:00 EDT", "Sunday 21 March 2027, 02:30 EDT"}},
		{"New York, twice: the first", "30 1 * * SUN", "America/New_York", "2026-11-01 00:00", "2026-11-08 12:00",
			[]string{"Sunday 1 November 2026, 01:30 EDT", "Sunday 8 November 2026, 01:30 EST"}},
		{"New York, all day: none lost, none double", "0 0-4 * * *", "America/New_York", "2027-03-14 04:00", "2027-03-14 12:00",
			[]string{"Sunday 14 March 2027, 00:00 EST", "Sunday 14 March 2027, 01:00 EST", "Sunday 14 March 2027, 03:00 EDT", "Sunday 14 March 2027, 04:00 EDT"}},
		{"New York, several in the gap are one", "*/20 2 14 3 *", "America/New_York", "2027-01-01 00:00", "2027-12-31 00:00",
			[]string{"Sunday 14 March 2027, 03:00 EDT"}},
		{"Lord Howe, half an hour skipped", "15 2 * * *", "Australia/Lord_Howe", "2026-10-02 20:00", "2026-10-04 20:00",
			[]string{"Sunday 4 October 2026, 02:30 UTC+11:00", "Monday 5 October 2026, 02:15 UTC+11:00"}},
		{"Lord Howe, half an hour twice", "45 1 * * *", "Australia/Lord_Howe", "2026-04-04 00:00", "2026-04-05 20:00",
			[]string{"Sunday 5 April 2026, 01:45 UTC+11:00", "Monday 6 April 2026, 01:45 UTC+10:30"}},
		{"Apia, a whole day skipped", "0 7 * * FRI", "Pacific/Apia", "2011-12-22 00:00", "2012-01-07 00:00",
			[]string{"Friday 23 December 2011, 07:00 UTC-10:00", "Saturday 31 December 2011, 00:00 UTC+14:00", "Friday 6 January 2012, 07:00 UTC+14:00"}},
		{"Berlin, skipped", "30 2 * * *", "Europe/Berlin", "2027-03-27 12:00", "2027-03-29 12:00",
			[]string{"Sunday 28 March 2027, 03:00 CEST", "Monday 29 March 2027, 02:30 CEST"}},
		{"Berlin, twice: the first", "30 2 * * *", "Europe/Berlin", "2026-10-24 12:00", "2026-10-26 12:00",
			[]string{"Sunday 25 October 2026, 02:30 CEST", "Monday 26 October 2026, 02:30 CET"}},
		{"Kathmandu, a quarter of an hour off", "0 7 * * FRI", "Asia/Kathmandu", "2026-11-19 00:00", "2026-11-20 12:00",
			[]string{"Friday 20 November 2026, 07:00 UTC+05:45"}},
		{"Santiago, midnight skipped", "0 0 * * *", "America/Santiago", "2026-09-05 12:00", "2026-09-07 12:00",
			[]string{"Sunday 6 September 2026, 01:00 UTC-03:00", "Monday 7 September 2026, 00:00 UTC-03:00"}},
		{"last day of a month", "0 7 L * *", "UTC", "2028-01-31 12:00", "2028-04-01 00:00",
			[]string{"Tuesday 29 February 2028, 07:00 UTC", "Friday 31 March 2028, 07:00 UTC"}},
		{"leap day", "0 7 29 2 *", "UTC", "2097-01-01 00:00", "2104-12-31 00:00",
			[]string{"Friday 29 February 2104, 07:00 UTC"}},
		{"both bounds: after, and up to", "0 7 * * *", "UTC", "2026-11-19 07:00", "2026-11-20 07:00",
			[]string{"Friday 20 November 2026, 07:00 UTC"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := calendar(t, tt.cron, tt.zone)
			after, until := utc(t, tt.after), utc(t, tt.until)
			var got []string
			for _, at := range between(c, after, until) {
				got = append(got, c.Label(at))
				if latest, ok := c.Latest(at); !ok || !latest.Equal(at) {
					t.Errorf("latest at %s is %s", c.Label(at), c.Label(latest))
				}
				if latest, _ := c.Latest(at.Add(-time.Nanosecond)); !latest.Before(at) {
					t.Errorf("latest just before %s is %s", c.Label(at), c.Label(latest))
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
			last, _ := c.Latest(until)
			if want := tt.want[len(tt.want)-1]; c.Label(last) != want {
				t.Errorf("latest at the end is %s, want %s", c.Label(last), want)
			}
		})
	}
}

// TestCalendarInTheSecondPass looks on from the hour that comes again.
func TestCalendarInTheSecondPass(t *testing.T) {
	t.Parallel()
	c := calendar(t, "30 1 * * SUN", "America/New_York")
	at := utc(t, "2026-11-01 06:10") // 01:10 EST, after 01:30 EDT
	if got, want := c.Label(c.Next(at)), "Sunday 8 November 2026, 01:30 EST"; got != want {
		t.Errorf("next: got %s, want %s", got, want)
	}
	latest, _ := c.Latest(at)
	if got, want := c.Label(latest), "Sunday 1 November 2026, 01:30 EDT"; got != want {
		t.Errorf("latest: got %s, want %s", got, want)
	}
}

func TestNewCalendarRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct{ cron, want string }{
		{"0 7 * *", `cron "0 7 * *" has 4 fields; it needs 5: minute, hour, day of the month, month, day of the week`},
		{"@weekly", `cron "@weekly" has 1 fields; it needs 5: minute, hour, day of the month, month, day of the week`},
		{"0 0 7 * * FRI", `cron "0 0 7 * * FRI" has 6 fields; it needs 5: minute, hour, day of the month, month, day of the week`},
		{"60 7 * * *", `cron "60 7 * * *" can't have "60" for the minute; 0 to 59`},
		{"0 25 * * *", `cron "0 25 * * *" can't have "25" for the hour; 0 to 23`},
		{"0,99 7 * * *", `cron "0,99 7 * * *" can't have "99" for the minute; 0 to 59`},
		{"0 7 * * FREITAG", `cron "0 7 * * FREITAG" can't have "FREITAG" for the day of the week; 0 to 7 or SUN to SAT`},
		{"0 7 * * 1-", `cron "0 7 * * 1-" can't have "1-" for the day of the week; 0 to 7 or SUN to SAT`},
		{"*/0 7 * * *", `cron "*/0 7 * * *" can't have "*/0" for the minute; 0 to 59`},
		{"0 @daily * * *", `cron "0 @daily * * *" can't have "@daily" for the hour; 0 to 23`},
		{"0 7 30 2 *", `cron "0 7 30 2 *" never comes`},
	}
	for _, tt := range tests {
		t.Run(tt.cron, func(t *testing.T) {
			t.Parallel()
			_, err := schedule.NewCalendar(tt.cron, time.UTC)
			if err == nil {
				t.Fatal("it was taken")
			}
			if got := err.Error(); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestCalendarWithoutSlots(t *testing.T) {
	t.Parallel()
	empty, err := schedule.NewCalendar("  ", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []schedule.Calendar{{}, empty} {
		if _, ok := c.Latest(slotAt); ok || !c.IsZero() {
			t.Error("it has a latest slot")
		}
		if at := c.Next(slotAt); !at.IsZero() {
			t.Errorf("its next slot is %s", at)
		}
		if slots := between(c, slotAt, slotAt.AddDate(1, 0, 0)); slots != nil {
			t.Errorf("it has slots %v", slots)
		}
		if got, want := c.Label(slotAt), "Friday 20 November 2026, 12:00 UTC"; got != want {
			t.Errorf("label: got %q, want %q", got, want)
		}
	}
}

// zones of every kind of clock change.
var zones = []string{
	"UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia",
	"America/Santiago", "Africa/Casablanca", "Antarctica/Troll", "Asia/Tehran",
}

// drawCron draws an expression of numbers, lists, ranges and steps.
func drawCron(t *rapid.T) string {
	field := func(name string, from, to int) string {
		n := rapid.IntRange(from, to)
		switch rapid.IntRange(0, 5).Draw(t, name+" kind") {
		case 0:
			return fmt.Sprintf("%d,%d", n.Draw(t, name), n.Draw(t, name))
		case 1:
			a, b := n.Draw(t, name), n.Draw(t, name)
			return fmt.Sprintf("%d-%d", min(a, b), max(a, b))
		case 2:
			return fmt.Sprintf("*/%d", rapid.IntRange(1, to).Draw(t, name))
		case 3:
			return strconv.Itoa(n.Draw(t, name))
		}
		return "*"
	}
	return strings.Join([]string{
		field("minute", 0, 59), field("hour", 0, 23), field("day", 1, 28), field("month", 1, 12), field("weekday", 0, 6),
	}, " ")
}

// TestCalendarNextAndLatestAgree walks random calendars around clock changes.
func TestCalendarNextAndLatestAgree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		loc, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		cron := drawCron(t)
		c, err := schedule.NewCalendar(cron, loc)
		if err != nil {
			t.Fatalf("%s: %v", cron, err)
		}
		at := time.Date(2011, 12, 29, 0, 0, rapid.IntRange(0, 20*365*86400).Draw(t, "second"), 0, time.UTC)
		if _, end := at.In(loc).ZoneBounds(); !end.IsZero() && rapid.Bool().Draw(t, "near a change") {
			at = end.Add(time.Duration(rapid.IntRange(-120, 120).Draw(t, "minutes off")) * time.Minute)
		}
		for range 5 {
			next := c.Next(at)
			if !next.After(at) {
				t.Fatalf("%s in %s: next after %s is %s", cron, loc, at, next)
			}
			if latest, ok := c.Latest(next); !ok || !latest.Equal(next) {
				t.Fatalf("%s in %s: latest at the slot %s is %s", cron, loc, next, latest)
			}
			if before, ok := c.Latest(next.Add(-time.Second)); ok && before.After(at) {
				t.Fatalf("%s in %s: %s lies between %s and its next, %s", cron, loc, before, at, next)
			}
			at = next
		}
	})
}

// fits is another reading of cron expressions, to hold ours against: both day
// fields must fit, unless neither begins with a star, when one is enough.
func fits(cron string, wall time.Time) bool {
	fields := strings.Fields(cron)
	fit := func(i, value, from int) bool {
		return slices.ContainsFunc(strings.Split(fields[i], ","), func(part string) bool {
			if step, ok := strings.CutPrefix(part, "*/"); ok {
				n, _ := strconv.Atoi(step)
				return (value-from)%n == 0
			}
			if part == "*" {
				return true
			}
			first, last, isRange := strings.Cut(part, "-")
			if !isRange {
				last = first
			}
			a, _ := strconv.Atoi(first)
			b, _ := strconv.Atoi(last)
			return a <= value && value <= b
		})
	}
	day, weekday := fit(2, wall.Day(), 1), fit(4, int(wall.Weekday()), 0)
	days := day && weekday
	if fields[2][0] != '*' && fields[4][0] != '*' {
		days = day || weekday
	}
	return fit(0, wall.Minute(), 0) && fit(1, wall.Hour(), 0) && fit(3, int(wall.Month()), 1) && days
}

// TestCalendarReadsCron compares the slots of random days, where no clock
// changes, with a minute by minute search.
func TestCalendarReadsCron(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cron := drawCron(t)
		c, err := schedule.NewCalendar(cron, time.UTC)
		if err != nil {
			t.Fatalf("%s: %v", cron, err)
		}
		start := time.Date(2026, 1, 1, 0, rapid.IntRange(0, 4*365*1440).Draw(t, "minute"), 0, 0, time.UTC)
		end := start.Add(40 * 24 * time.Hour)
		got := c.Next(start)
		for at := start.Add(time.Minute); !at.After(end); at = at.Add(time.Minute) {
			if !fits(cron, at) {
				continue
			}
			if !got.Equal(at) {
				t.Fatalf("%s: next after %s is %s, want %s", cron, start, got, at)
			}
			return
		}
		if !got.After(end) {
			t.Fatalf("%s: next after %s is %s, want none before %s", cron, start, got, end)
		}
	})
}

func FuzzNewCalendar(f *testing.F) {
	for _, cron := range []string{
		"0 7 * * FRI", "*/10 * * * *", "0 7 L * *", "0 7 15W * *", "0 7 * * 5#2", "0 7 * * 5L", "0 7 * * FRI#5", "0 7 31 2 *",
		"0,30 7-9/2 1,15 jan-jun ?", "\t0 7 * *  5", "@weekly", "0 7 * * 7", "-1 * * * *", "0 0/0 * * *", "0 7 * * MON-FRI",
	} {
		f.Add(cron)
	}
	f.Fuzz(func(t *testing.T, cron string) {
		c, err := schedule.NewCalendar(cron, time.UTC)
		if err != nil || c.IsZero() {
			return
		}
		at := slotAt
		for range 3 {
			next := c.Next(at)
			if next.IsZero() {
				return
			}
			if !next.After(at) {
				t.Fatalf("%q: next after %s is %s", cron, at, next)
			}
			at = next
		}
	})
}
