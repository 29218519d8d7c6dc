package schedule

import (
	"fmt"
	"strings"
	"time"

	"github.com/adhocore/gronx"
)

// Fault says what is wrong with a cron expression, in words that follow it: the
// field that can't be, or that it never comes; "" where nothing is.
func Fault(cron string) string {
	fields := strings.Fields(cron)
	if len(fields) != 5 {
		return fmt.Sprintf("has %d fields; it needs 5: minute, hour, day of the month, month, day of the week", len(fields))
	}
	allowed := [5]string{
		"the minute; 0 to 59",
		"the hour; 0 to 23",
		"the day of the month; 1 to 31",
		"the month; 1 to 12 or JAN to DEC",
		"the day of the week; 0 to 7 or SUN to SAT",
	}
	for i, field := range fields {
		for _, part := range strings.Split(field, ",") {
			if !validPart(i, part) {
				return fmt.Sprintf("can't have %q for %s", part, allowed[i])
			}
		}
	}
	// A leap year is within the four years gronx looks ahead of any start.
	start := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	if _, err := gronx.NextTickAfter(strings.Join(fields, " "), start, true); err != nil {
		return "never comes"
	}
	return ""
}

// validPart checks one part of a comma-separated field alone: of a list,
// gronx looks at the parts only until one fits the time it is asked about.
func validPart(field int, part string) bool {
	if strings.HasPrefix(part, "@") {
		return false
	}
	parts := [5]string{"*", "*", "*", "*", "*"}
	parts[field] = part
	return gronx.IsValid(strings.Join(parts[:], " "))
}
