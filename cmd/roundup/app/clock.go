package app

import (
	"time"

	"roundup/cmd/roundup/words"
)

// newClock returns the program's calendar: the real one, or one that starts at
// the moment ROUNDUP_CLOCK names and runs on from there.
func newClock(from string) (func() time.Time, error) {
	if from == "" {
		return time.Now, nil
	}
	t, err := time.Parse(time.RFC3339, from)
	if err != nil {
		return nil, &words.UsageError{
			Msg:  "ROUNDUP_CLOCK: " + from + " is not a time",
			Hint: "write it like 2026-11-20T07:00:00-05:00 (RFC 3339)",
		}
	}
	began := time.Now()
	return func() time.Time { return t.Add(time.Since(began)) }, nil
}
