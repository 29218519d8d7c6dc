package schedule

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Pace is how often issues come, as far as it can be said in a few words.
type Pace string

// The paces of a schedule.
const (
	Unsaid  Pace = ""        // no schedule, or one that no short sentence describes
	Daily   Pace = "daily"   // every day
	Weekly  Pace = "weekly"  // on one day of each week
	Often   Pace = "often"   // on several days of a week
	Weeks   Pace = "weeks"   // once in several weeks
	Monthly Pace = "monthly" // once a month
)

// Rhythm is a schedule as readers are told of it.
type Rhythm struct {
	Pace  Pace
	Day   time.Weekday // of Weekly
	Weeks int          // of Weeks
}

// RhythmOf says how often a cron expression comes that holds in every so many weeks.
func RhythmOf(cron string, weeks int) Rhythm {
	fields := strings.Fields(cron)
	if len(fields) != 5 || !isNumber(fields[0]) || !isNumber(fields[1]) || !isAny(fields[3]) {
		return Rhythm{}
	}
	date, day := fields[2], fields[4]
	days := weekdays(day)
	switch {
	case !isAny(date):
		if weeks > 1 || !isAny(day) || !isNumber(date) && date != "L" {
			return Rhythm{}
		}
		return Rhythm{Pace: Monthly}
	case weeks > 1:
		if len(days) != 1 {
			return Rhythm{}
		}
		return Rhythm{Pace: Weeks, Weeks: weeks}
	case len(days) == 7:
		return Rhythm{Pace: Daily}
	case len(days) == 1:
		return Rhythm{Pace: Weekly, Day: days[0]}
	case len(days) > 1:
		return Rhythm{Pace: Often}
	case !strings.ContainsAny(day, ",-/"): // the second Friday (5#2), the last one (5L)
		return Rhythm{Pace: Monthly}
	}
	return Rhythm{}
}

func isAny(field string) bool { return field == "*" || field == "?" }

func isNumber(field string) bool {
	_, err := strconv.Atoi(field)
	return err == nil
}

// weekdays are the days that a field of them names; none where it has other things.
func weekdays(field string) []time.Weekday {
	if isAny(field) {
		field = "0-6"
	}
	var days []time.Weekday
	for _, part := range strings.Split(field, ",") {
		first, last, isRange := strings.Cut(part, "-")
		from, ok := weekday(first)
		to := from
		if ok && isRange {
			to, ok = weekday(last)
		}
		if !ok {
			return nil
		}
		for d := from; d <= to; d++ {
			if w := time.Weekday(d % 7); !slices.Contains(days, w) {
				days = append(days, w)
			}
		}
	}
	return days
}

func weekday(s string) (int, bool) {
	if i := slices.Index([]string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}, strings.ToUpper(s)); i >= 0 {
		return i, true
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= 0 && n <= 7
}
