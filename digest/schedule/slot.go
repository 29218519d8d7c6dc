package schedule

import "time"

// Outcome is what became of a slot. A slot is decided once.
type Outcome string

// The outcomes of a slot; nothing leads out of any.
const (
	Taken   Outcome = "taken"   // an issue was started for it
	Skipped Outcome = "skipped" // nothing went out, for a reason: too few articles
	Missed  Outcome = "missed"  // nobody was there to send within schedule.catch_up
)

// Slot is a slot that was decided.
type Slot struct {
	At      time.Time
	Label   string // local time, as Calendar.Label wrote it then
	Outcome Outcome
	Why     string    // of Skipped and Missed; of one that is due why it still is, as far as that is known
	Month   string    // whose first issue took it: "2026-11"; "" for another
	Issue   int       // the number of the issue that took it; 0 for none
	Decided time.Time // when
}

// Due says whether a slot waits to be decided now.
//
// Only the latest slot at or before now can be due: those before it are history.
// It counts only when it is after notBefore, the moment at which the database or
// the present schedule was first seen, and not decided yet. It is due for catchUp
// (and at its end), and missed from then on. Where no slot waits, slot is zero
// and both answers are false.
func Due(c Calendar, now, notBefore time.Time, decided func(time.Time) bool, catchUp time.Duration) (slot time.Time, due, missed bool) {
	latest, ok := c.Latest(now)
	if !ok || !latest.After(notBefore) || decided(latest) {
		return time.Time{}, false, false
	}
	if now.Sub(latest) > catchUp {
		return latest, false, true
	}
	return latest, true, false
}

// Month is the month a slot lies in, in a time zone: "2026-11".
func Month(slot time.Time, zone *time.Location) string {
	if zone == nil {
		zone = time.UTC
	}
	return slot.In(zone).Format("2006-01")
}
