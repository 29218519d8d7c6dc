package digest

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// date writes a day in a pattern such as FullDate.
func (d DateWords) date(pattern string, t time.Time) string {
	day := d.digits(strconv.Itoa(t.Day()))
	if t.Day() == 1 && d.FirstDay != "" {
		day = d.FirstDay
	}
	return fill(pattern,
		"weekday", d.Weekdays[t.Weekday()],
		"day", day,
		"dd", d.digits(fmt.Sprintf("%02d", t.Day())),
		"month", d.Months[t.Month()-1],
		"year", d.digits(fmt.Sprintf("%04d", t.Year())))
}

// dateWithin leaves the year out where it is the issue's own.
func (d DateWords) dateWithin(t, issue time.Time) string {
	if t.Year() == issue.Year() {
		return d.date(d.ShortDate, t)
	}
	return d.date(d.LongDate, t)
}

// digits writes a number's digits as the language does.
func (d DateWords) digits(number string) string {
	own := []rune(d.Digits)
	if len(own) != 10 {
		return number
	}
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return own[r-'0']
		}
		return r
	}, number)
}
