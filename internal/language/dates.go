package language

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Date writes a day in a pattern such as FullDate.
func (d DateWords) Date(pattern string, t time.Time) string {
	day := d.digits(strconv.Itoa(t.Day()))
	if t.Day() == 1 && d.FirstDay != "" {
		day = d.FirstDay
	}
	return Fill(pattern,
		"weekday", d.Weekdays[t.Weekday()],
		"day", day,
		"dd", d.digits(fmt.Sprintf("%02d", t.Day())),
		"month", d.Months[t.Month()-1],
		"year", d.digits(fmt.Sprintf("%04d", t.Year())))
}

// DateWithin leaves the year out where it is the issue's own.
func (d DateWords) DateWithin(t, issue time.Time) string {
	if t.Year() == issue.Year() {
		return d.Date(d.ShortDate, t)
	}
	return d.Date(d.LongDate, t)
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
