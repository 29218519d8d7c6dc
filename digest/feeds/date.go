package feeds

import (
	"slices"
	"strconv"
	"strings"
	"time"

	ext "github.com/mmcdole/gofeed/extensions"

	"roundup/digest/feeds/plain"
	"roundup/internal/lazy"
)

// months are the beginnings of the names of each month in English, German, French, Spanish,
// Portuguese, Italian, Dutch, Polish and Russian: software fills the date of a feed with the
// names of its own language.
var months = [...]string{
	"jan ene gen sty янв jän", "feb fév fev lut фев", "mar mär mrz mrt maa мар", "apr avr abr kwi апр", "may mai mag mei maj май мая", "juin jun giu cze июн",
	"juil jul lug lip июл", "aug aoû ago sie авг", "sep set wrz сен", "oct okt out ott paź окт", "nov lis ноя", "dec dez déc dic gru дек",
}

// monthName is a month, whole or cut short.
var monthName = `(` + strings.Join(strings.Fields(strings.Join(months[:], " ")), "|") + `)\pL*\.?`

var (
	dayMonthYear = lazy.Regexp(`(?i)\b(\d{1,2})(?:st|nd|rd|th|er|º)?[\s.,-]+(?:de\s+)?` + monthName + `[\s,-]+(?:de\s+)?(\d{4})\b`)
	monthDayYear = lazy.Regexp(`(?i)\b` + monthName + `\s+(\d{1,2})(?:st|nd|rd|th)?[\s,]+(\d{4})\b`)
	yearFirst    = lazy.Regexp(`\b(\d{4})([-/.]?)(\d{2})([-/.]?)(\d{2})(?:\b|T)`)
	dotted       = lazy.Regexp(`\b(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\b`)
	eastern      = lazy.Regexp(`(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]`)
	slashed      = lazy.Regexp(`\b(\d{1,2})[-/](\d{1,2})[-/](\d{4})\b`) // the month is told by am and pm, or by a day over 12

	clockTime   = lazy.Regexp(`(?i)(?:^|[\sT,-])(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?(?:\s*([ap])\.?m\b)?`)
	compactTime = lazy.Regexp(`T(\d{2})(\d{2})(\d{2})?`)
	offset      = lazy.Regexp(`(?:^|[\s\dCT])([+-])(\d{2}):?(\d{2})$`)
	zoneName    = lazy.Regexp(`(?:^|[\s\d])([A-Z]{1,5})$`)
)

// zoneHours is how far a zone is ahead of UTC, for the abbreviations that mean
// one thing in feeds: those of RFC 822, and Europe's.
func zoneHours(name string) int {
	switch name {
	case "PST":
		return -8
	case "PDT", "MST":
		return -7
	case "MDT", "CST":
		return -6
	case "CDT", "EST":
		return -5
	case "EDT":
		return -4
	case "BST", "CET", "WEST":
		return 1
	case "CEST", "EET":
		return 2
	case "EEST", "MSK":
		return 3
	}
	return 0
}

const maxDate = 100 // bytes of a date read

// readDate reads a date that the feed library does not know, such as "Sat, Dec 16
// 2023 02:02:33 PM": a day in any of the usual orders, a time of day, a zone. One
// without a zone is UTC, as the library has it. It returns nil for none.
func readDate(s string) *time.Time {
	s = strings.TrimSpace(plain.Head(s, maxDate))
	year, month, day, rest, ok := readDay(s)
	if !ok {
		return nil
	}
	hour, minute, second := 0, 0, 0
	m := clockTime().FindStringSubmatch(rest)
	if m == nil {
		m = compactTime().FindStringSubmatch(rest)
	}
	if m != nil {
		hour, minute, second = digits(m[1]), digits(m[2]), digits(m[3])
		if len(m) > 4 && m[4] != "" {
			if hour < 1 || hour > 12 {
				return nil
			}
			hour %= 12
			if strings.EqualFold(m[4], "p") {
				hour += 12
			}
		}
	}
	t := time.Date(year, time.Month(month), day, hour, minute, second, 0, time.UTC)
	if t.Year() != year || t.Month() != time.Month(month) || t.Day() != day && hour != 24 || minute > 59 || second > 60 {
		return nil
	}
	t = t.Add(-readZone(rest))
	return &t
}

// readDay reads the day of a date, and returns the date without it.
func readDay(s string) (year, month, day int, rest string, ok bool) {
	cut := func(at []int) string { return s[:at[0]] + " " + s[at[1]:] }
	group := func(at []int, i int) string { return s[at[2*i]:at[2*i+1]] }
	if at := dayMonthYear().FindStringSubmatchIndex(s); at != nil {
		return digits(group(at, 3)), monthOf(group(at, 2)), digits(group(at, 1)), cut(at), true
	}
	if at := monthDayYear().FindStringSubmatchIndex(s); at != nil {
		return digits(group(at, 3)), monthOf(group(at, 1)), digits(group(at, 2)), cut(at), true
	}
	if at := yearFirst().FindStringSubmatchIndex(s); at != nil && group(at, 2) == group(at, 4) {
		rest := s[:at[0]] + " T" + strings.TrimPrefix(s[at[11]:], "T")
		return digits(group(at, 1)), digits(group(at, 3)), digits(group(at, 5)), rest, true
	}
	if at := dotted().FindStringSubmatchIndex(s); at != nil {
		return digits(group(at, 3)), digits(group(at, 2)), digits(group(at, 1)), cut(at), true
	}
	if at := eastern().FindStringSubmatchIndex(s); at != nil {
		return digits(group(at, 1)), digits(group(at, 2)), digits(group(at, 3)), cut(at), true
	}
	if at := slashed().FindStringSubmatchIndex(s); at != nil {
		first, second := digits(group(at, 1)), digits(group(at, 2))
		m := clockTime().FindStringSubmatch(cut(at))
		switch american := m != nil && m[4] != ""; {
		case american, second > 12: // am and pm go with the American order
			return digits(group(at, 3)), first, second, cut(at), true
		case first > 12:
			return digits(group(at, 3)), second, first, cut(at), true
		}
	}
	return 0, 0, 0, "", false
}

// readZone reads how far a date is ahead of UTC.
func readZone(s string) time.Duration {
	s, _, _ = strings.Cut(strings.TrimSpace(s), " (") // "GMT+0100 (Central European Standard Time)", as JavaScript writes it
	if m := offset().FindStringSubmatch(s); m != nil {
		ahead := time.Duration(digits(m[2]))*time.Hour + time.Duration(digits(m[3]))*time.Minute
		if m[1] == "-" {
			return -ahead
		}
		return ahead
	}
	if m := zoneName().FindStringSubmatch(s); m != nil {
		return time.Duration(zoneHours(m[1])) * time.Hour
	}
	return 0
}

func monthOf(name string) int {
	return slices.IndexFunc(months[:], func(names string) bool { return slices.Contains(strings.Fields(names), strings.ToLower(name)) }) + 1
}

// digits reads digits; 0 for none.
func digits(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}

// firstDate returns the first date of several that is one.
func firstDate(dates ...*time.Time) *time.Time {
	for _, d := range dates {
		if d != nil && !d.IsZero() {
			return d
		}
	}
	return nil
}

// termsDate reads the first date that an item gives under one of these names of
// Dublin Core's terms.
func termsDate(extensions ext.Extensions, names ...string) *time.Time {
	for _, name := range names {
		if d := readDate(first(extensions, "dcterms", name).Value); d != nil {
			return d
		}
	}
	return nil
}
