package config

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"roundup/digest/schedule"
	"roundup/internal/nearest"
)

// weekdays are those of a cron expression, by their names.
func weekdays() []struct{ name, cron string } {
	return []struct{ name, cron string }{
		{"monday", "MON"},
		{"tuesday", "TUE"},
		{"wednesday", "WED"},
		{"thursday", "THU"},
		{"friday", "FRI"},
		{"saturday", "SAT"},
		{"sunday", "SUN"},
		{"weekdays", "MON-FRI"},
		{"daily", "*"},
	}
}

// clockTime is a time of day, as people write it: 7, 7:00, 07.30, 7pm.
var clockTime = regexp.MustCompile(`^(\d{1,2})(?:[:.](\d\d))?(am|pm)?$`)

// parseSendDay makes a cron expression of "friday 07:00", "mon, thu 18:30" or
// "daily 7"; a cron expression stays one. wrong says what is not understood.
func parseSendDay(answer string) (cron, wrong string) {
	words := strings.Fields(strings.NewReplacer(",", " ", " and ", " ", " at ", " ", "every ", "", "each ", "").Replace(strings.ToLower(answer)))
	if len(words) == 5 && schedule.Fault(strings.Join(strings.Fields(answer), " ")) == "" {
		return strings.Join(strings.Fields(answer), " "), ""
	}
	hour, minute := 7, 0
	var days []string
	for i, word := range words {
		if h, m, ok := parseClock(word); ok && i == len(words)-1 {
			hour, minute = h, m
			continue
		}
		day, near := sendDay(word)
		if day == "" {
			return "", notADay(answer, near)
		}
		days = append(days, day)
	}
	if len(days) == 0 {
		return "", notADay(answer, "")
	}
	return fmt.Sprintf("%d %d * * %s", minute, hour, strings.Join(days, ",")), ""
}

func notADay(answer, near string) string {
	wrong := fmt.Sprintf("%q is not a day and a time", answer)
	if near != "" {
		wrong += " (did you mean " + near + "?)"
	}
	return wrong + "; write it as Friday 07:00, or as a cron expression such as 0 7 * * FRI"
}

// sendDay is a word's day of a cron expression, else the day it is most like.
func sendDay(word string) (cron, near string) {
	word = strings.TrimSuffix(word, ".")
	var names []string
	for _, day := range weekdays() {
		short := len(word) >= 3 && len(day.cron) == 3 && strings.HasPrefix(day.name, word) // "week" is not short for weekdays
		if short || word == day.name || word == day.name+"s" || word+"s" == day.name || word == "day" && day.cron == "*" {
			return day.cron, ""
		}
		names = append(names, day.name)
	}
	near = nearest.Of(word, names)
	if near == "" {
		return "", ""
	}
	return "", strings.ToUpper(near[:1]) + near[1:]
}

func parseClock(word string) (hour, minute int, ok bool) {
	m := clockTime.FindStringSubmatch(word)
	if m == nil {
		return 0, 0, false
	}
	hour, _ = strconv.Atoi(m[1])   // two digits at most
	minute, _ = strconv.Atoi(m[2]) // 0 for none
	switch {
	case m[3] != "" && (hour < 1 || hour > 12):
		return 0, 0, false
	case m[3] == "am":
		hour %= 12
	case m[3] == "pm":
		hour = hour%12 + 12
	}
	return hour, minute, hour < 24 && minute < 60
}
