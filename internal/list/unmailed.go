package list

import (
	"time"

	"roundup/store"
	"roundup/subscribers"
)

// Unmailed says why a reader gets no mail of the issue of a slot, the zero time for one now;
// "" for who is mailed it, as far as that depends on how they stand. Times are as they are in
// that place.
func (l *List) Unmailed(r store.Listed, slot time.Time, in *time.Location) string {
	at := l.now()
	if slot.After(at) {
		at = slot
	}
	day := func(t time.Time) string {
		if in != nil {
			t = t.In(in)
		}
		return t.Format("2 January 2006")
	}
	switch {
	case r.Status == subscribers.Unsubscribed:
		return "unsubscribed since " + day(r.Changed)
	case r.Suppressed != "":
		return "suppressed: " + string(r.Suppressed)
	case r.Status == subscribers.Pending:
		return "has not confirmed"
	case r.Paused.After(at):
		return "paused until " + day(r.Paused)
	}
	return ""
}
