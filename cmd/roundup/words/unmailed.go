package words

import (
	"time"

	"roundup/internal/list"
)

// Unmailed says why a reader gets no mail, with days as they are in that place; "" for who
// is mailed.
func Unmailed(u list.Unmailed, in *time.Location) string {
	day := u.Day.In(in).Format("2 January 2006")
	switch u.Why {
	case list.HasLeft:
		return "unsubscribed since " + day
	case list.IsSuppressed:
		return "suppressed: " + string(u.Reason)
	case list.NotConfirmed:
		return "has not confirmed"
	case list.IsPaused:
		return "paused until " + day
	}
	return ""
}
