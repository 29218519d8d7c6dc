package schedule

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/adhocore/gronx"
)

// Calendar is a schedule in a time zone: an endless row of slots. The zero
// Calendar has none.
//
// A slot is a time on the wall: it comes at the first moment at which a clock
// there shows that time or a later one. So where summer time skips it, it comes
// at the first valid minute after the gap; where the clock goes through it
// twice, it comes once, the first time. Times that become one moment are one slot.
type Calendar struct {
	cron     string // normalised to single spaces
	loc      *time.Location
	weeks    int       // only every so many weeks; 0 for all
	starting time.Time // from this midnight on the wall; zero for always
}

// NewCalendar reads a cron expression of five fields (minute, hour, day of the
// month, month, day of the week) that holds in loc; nil stands for UTC. An empty
// expression gives the Calendar without slots. The error says what Fault does.
func NewCalendar(cron string, loc *time.Location) (Calendar, error) {
	if loc == nil {
		loc = time.UTC
	}
	fields := strings.Fields(cron)
	if len(fields) == 0 {
		return Calendar{loc: loc}, nil
	}
	if fault := Fault(cron); fault != "" {
		return Calendar{}, fmt.Errorf("cron %q %s", cron, fault)
	}
	return Calendar{cron: strings.Join(fields, " "), loc: loc}, nil
}

// Every narrows a calendar to every so many weeks, counted from a date: only slots
// in the seven days that begin with it, and in those so many weeks later each time.
// There are none before it. The zero time and one week narrow nothing. The error
// says that no slot is left.
func (c Calendar) Every(weeks int, starting time.Time) (Calendar, error) {
	if starting.IsZero() {
		return c, nil
	}
	year, month, day := starting.Date()
	c.weeks, c.starting = max(weeks, 1), time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	if _, err := c.tick(c.starting.Add(-time.Minute)); err != nil {
		return Calendar{}, fmt.Errorf("cron %q: in every %d weeks from %s it never comes", c.cron, c.weeks, c.starting.Format(time.DateOnly))
	}
	return c, nil
}

// IsZero reports whether the calendar has no slots.
func (c Calendar) IsZero() bool { return c.cron == "" }

// Latest returns the last slot at or before now; false where there is none.
func (c Calendar) Latest(now time.Time) (time.Time, bool) {
	if c.IsZero() {
		return time.Time{}, false
	}
	wall, ok := c.tickBefore(c.wall(now))
	if !ok {
		return time.Time{}, false
	}
	// When the clock was set back, it may have shown later times before now.
	for {
		later, err := c.tick(wall)
		if err != nil || c.moment(later).After(now) {
			return c.moment(wall), true
		}
		wall = later
	}
}

// Next returns the first slot after a moment; the zero time where there is none.
func (c Calendar) Next(after time.Time) time.Time {
	if c.IsZero() {
		return time.Time{}
	}
	wall := c.wall(after)
	for {
		next, err := c.tick(wall)
		if err != nil {
			return time.Time{}
		}
		if at := c.moment(next); at.After(after) {
			return at
		}
		wall = next
	}
}

// Label writes a moment in the calendar's time zone, as slots are shown to
// people: "Friday 20 November 2026, 07:00 EST". Zones without an abbreviation
// are written by their offset: "07:00 UTC+05:45".
func (c Calendar) Label(t time.Time) string {
	loc := c.loc
	if loc == nil {
		loc = time.UTC
	}
	t = t.In(loc)
	label := t.Format("Monday 2 January 2006, 15:04 ")
	zone := t.Format("MST")
	if strings.HasPrefix(zone, "+") || strings.HasPrefix(zone, "-") {
		zone = t.Format("UTC-07:00")
	}
	return label + zone
}

// wall is what a clock in the calendar's zone shows at a moment, as a time in
// UTC, where no time is missing and none comes twice.
func (c Calendar) wall(t time.Time) time.Time {
	t = t.In(c.loc)
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// periods is how many weeks that count are looked through for a slot: the fifth
// Friday of a month, in every 52nd week, is found in fewer.
const periods = 500

// tick returns the next time on the wall that the expression names, in a week
// that counts.
func (c Calendar) tick(after time.Time) (time.Time, error) {
	for range periods {
		next, err := gronx.NextTickAfter(c.cron, after, false)
		if err != nil {
			return next, err
		}
		if !next.After(after) {
			break
		}
		week, counts := c.week(next)
		if counts {
			return next, nil
		}
		if week < 0 {
			week = -c.weeks
		}
		// On to the beginning of the next week that counts.
		after = c.starting.AddDate(0, 0, 7*(week-week%c.weeks+c.weeks)).Add(-time.Minute)
	}
	return time.Time{}, errors.New("no later tick")
}

// tickBefore returns the last such time up to another.
func (c Calendar) tickBefore(until time.Time) (time.Time, bool) {
	for range periods {
		last, err := gronx.PrevTickBefore(c.cron, until, true)
		if err != nil {
			return time.Time{}, false
		}
		week, counts := c.week(last)
		if counts {
			return last, true
		}
		if week < 0 {
			break
		}
		// Back to the end of the last week that counts.
		until = c.starting.AddDate(0, 0, 7*(week-week%c.weeks+1)).Add(-time.Minute)
	}
	return time.Time{}, false
}

// week is how many weeks after the beginning a time on the wall is, negative for
// before it, and whether slots in that week count.
func (c Calendar) week(wall time.Time) (int, bool) {
	if c.starting.IsZero() {
		return 0, true
	}
	if wall.Before(c.starting) {
		return -1, false
	}
	week := int(wall.Sub(c.starting) / (7 * 24 * time.Hour))
	return week, week%c.weeks == 0
}

// moment is the first moment at which a clock in the calendar's zone shows a
// wall time or a later one.
func (c Calendar) moment(wall time.Time) time.Time {
	// No zone is two days from UTC, so the search may begin there. Within each
	// span of one offset the clock runs evenly.
	at := wall.Add(-48 * time.Hour).In(c.loc)
	for {
		start, end := at.ZoneBounds()
		_, offset := at.Zone()
		first := wall.Add(-time.Duration(offset) * time.Second).In(c.loc)
		if first.Before(start) {
			first = start
		}
		if end.IsZero() || first.Before(end) {
			return first
		}
		at = end
	}
}
