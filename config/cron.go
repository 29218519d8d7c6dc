package config

import (
	"fmt"
	"strings"
	"time"

	"github.com/adhocore/gronx"
)

// checkCron checks an expression field by field. The calendar that makes slots
// of it is digest's; here the mistake is told where it is, in the file.
func checkCron(value string) string {
	fields := strings.Fields(value)
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
			if !validCronPart(i, part) {
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

// validCronPart checks one part of a field alone: of a list, gronx looks at the
// parts only until one fits.
func validCronPart(field int, part string) bool {
	if strings.HasPrefix(part, "@") {
		return false
	}
	parts := [5]string{"*", "*", "*", "*", "*"}
	parts[field] = part
	return gronx.IsValid(strings.Join(parts[:], " "))
}
