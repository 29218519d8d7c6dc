package delivery

import "time"

// sendingTime counts the time in which the relay takes mail, the pauses of deferred
// readers among it. The ledger is told of it: that is what give_up_after counts.
type sendingTime struct {
	untold time.Duration
	until  time.Time // up to when it is counted
}

// tellLeast is how much is told at least: each telling writes the row.
const tellLeast = time.Second

// tell is what the ledger is to be told now.
func (s *sendingTime) tell() time.Duration {
	if s.untold < tellLeast {
		return 0
	}
	return s.untold
}

func (s *sendingTime) count(now time.Time, sending bool) {
	if sending {
		s.untold += max(now.Sub(s.until), 0)
	}
	s.until = now
}

// idleTime adds up the time in which there was nothing to do but wait.
type idleTime struct {
	since time.Time // zero while there is something to do
	used  time.Duration
}

func (i *idleTime) note(now time.Time, idle bool) {
	switch {
	case idle && i.since.IsZero():
		i.since = now
	case !idle && !i.since.IsZero():
		i.used += now.Sub(i.since)
		i.since = time.Time{}
	}
}

// spent is the idle time up to a moment.
func (i *idleTime) spent(at time.Time) time.Duration {
	if i.since.IsZero() {
		return i.used
	}
	return i.used + at.Sub(i.since)
}
