package digest

import (
	"fmt"
	"time"
)

const (
	// quarantineReadings is how often a source must have been read before its
	// articles can look suspicious: nothing is sudden in a source just met.
	quarantineReadings = 3
	// quarantineUnknown is how many unknown articles dated before the last
	// reading make a source suspicious, where they are also more than
	// quarantinePercent of all it dates before then.
	quarantineUnknown = 5
	quarantinePercent = 60
)

// suspicion says why the reading looks as if the source had renamed its old
// articles; "" when it does not. old marks the entries from before its last reading.
func (a *absorber) suspicion(old []bool) string {
	if a.known.Readings < quarantineReadings || a.known.LastRead.IsZero() {
		return ""
	}
	shown, unknown := 0, 0
	for i, entry := range a.out {
		if !old[i] {
			continue
		}
		shown++
		if entry.New {
			unknown++
		}
	}
	if unknown < quarantineUnknown || unknown*100 <= shown*quarantinePercent {
		return ""
	}
	return fmt.Sprintf("%d of the %d articles its source dates before its last reading were suddenly unknown", unknown, shown)
}

// before marks the entries from before a moment: those dated so.
//
// One without a date is as old as what stands above it, since feeds list the
// newest first: an unknown one below a known one, or below a date before then,
// is of before. At the top nothing says so, and it counts as new: an article too
// many is a smaller harm than a week's news that waits for a person.
func (a *absorber) before(moment time.Time) []bool {
	old := make([]bool, len(a.out))
	above := false
	for i, entry := range a.out {
		switch date := entry.Article.Published; {
		case !date.IsZero():
			above = date.Before(moment)
		case !entry.New:
			above = true
		}
		old[i] = above
	}
	return old
}
