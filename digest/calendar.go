package digest

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
	cron string // normalised to single spaces
	loc  *time.Location
}

// cronFields name the fields of a cron expression and what they may hold.
func cronFields() [5]string {
	return [5]string{
		"minute, 0 to 59",
		"hour, 0 to 23",
		"day of the month, 1 to 31",
		"month, 1 to 12 or JAN to DEC",
		"day of the week, 0 to 7 or SUN to SAT",
	}
}

// NewCalendar reads a cron expression of five fields (minute, hour, day of the
// month, month, day of the week) that holds in loc; nil stands for UTC. An empty
// expression gives the Calendar without slots. The error names the field at
// fault, or says that the expression never comes.
func NewCalendar(cron string, loc *time.Location) (Calendar, error) {
	if loc == nil {
		loc = time.UTC
	}
	fields := strings.Fields(cron)
	if len(fields) == 0 {
		return Calendar{loc: loc}, nil
	}
	if len(fields) != 5 {
		return Calendar{}, fmt.Errorf("cron %q: it needs 5 fields (minute, hour, day of the month, month, day of the week) and has %d", cron, len(fields))
	}
	for i, field := range fields {
		for _, part := range strings.Split(field, ",") {
			if !validCronPart(i, part) {
				return Calendar{}, fmt.Errorf("cron %q: field %d (%s) can't be %q", cron, i+1, cronFields()[i], part)
			}
		}
	}
	c := Calendar{cron: strings.Join(fields, " "), loc: loc}
	if _, err := c.tick(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)); err != nil {
		return Calendar{}, fmt.Errorf("cron %q: it never comes", cron)
	}
	return c, nil
}

// validCronPart checks one part of a comma-separated field alone: of a list,
// gronx looks at the parts only until one fits the time it is asked about.
func validCronPart(field int, part string) bool {
	if strings.HasPrefix(part, "@") {
		return false
	}
	parts := [5]string{"*", "*", "*", "*", "*"}
	parts[field] = part
	return gronx.IsValid(strings.Join(parts[:], " "))
}

// IsZero reports whether the calendar has no slots.
func (c Calendar) IsZero() bool { return c.cron == "" }

// Latest returns the last slot at or before now; false where there is none.
func (c Calendar) Latest(now time.Time) (time.Time, bool) {
	if c.IsZero() {
		return time.Time{}, false
	}
	wall, err := gronx.PrevTickBefore(c.cron, c.wall(now), true)
	if err != nil {
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

// Between returns the slots after a moment up to and including another, in
// their order.
func (c Calendar) Between(after, until time.Time) []time.Time {
	var slots []time.Time
	for at := c.Next(after); !at.IsZero() && !at.After(until); at = c.Next(at) {
		slots = append(slots, at)
	}
	return slots
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

// tick returns the next time on the wall that the expression names.
func (c Calendar) tick(after time.Time) (time.Time, error) {
	next, err := gronx.NextTickAfter(c.cron, after, false)
	if err == nil && !next.After(after) {
		err = errors.New("no later tick")
	}
	return next, err
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
