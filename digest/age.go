package digest

import (
	"fmt"
	"time"
)

// inDays writes a duration of the configuration for people: "21 days",
// "1 day", "36 hours", else as Go does.
func inDays(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d == day:
		return "1 day"
	case d == time.Hour:
		return "1 hour"
	case d%day == 0:
		return fmt.Sprintf("%d days", d/day)
	case d%time.Hour == 0:
		return fmt.Sprintf("%d hours", d/time.Hour)
	}
	return d.String()
}
