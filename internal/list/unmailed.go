package list

import (
	"time"

	"roundup/store"
	"roundup/subscribers"
)

// Unmailed is why a reader gets no mail of an issue, as far as that depends on how they stand.
type Unmailed struct {
	Why    UnmailedFor        // "" for who is mailed
	Day    time.Time          // since when (HasLeft), until when (IsPaused)
	Reason subscribers.Reason // where IsSuppressed
}

// UnmailedFor is how a reader stands who gets no mail.
type UnmailedFor string

// How a reader may stand.
const (
	HasLeft      UnmailedFor = "unsubscribed"
	IsSuppressed UnmailedFor = "suppressed"
	NotConfirmed UnmailedFor = "pending"
	IsPaused     UnmailedFor = "paused"
)

// Unmailed says why a reader gets no mail of the issue of a slot, the zero time for one now.
func (l *List) Unmailed(r store.Listed, slot time.Time) Unmailed {
	at := l.now()
	if slot.After(at) {
		at = slot
	}
	switch {
	case r.Status == subscribers.Unsubscribed:
		return Unmailed{Why: HasLeft, Day: r.Changed}
	case r.Suppressed != "":
		return Unmailed{Why: IsSuppressed, Reason: r.Suppressed}
	case r.Status == subscribers.Pending:
		return Unmailed{Why: NotConfirmed}
	case r.Paused.After(at):
		return Unmailed{Why: IsPaused, Day: r.Paused}
	}
	return Unmailed{}
}
