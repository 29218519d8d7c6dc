package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"
)

// since is what a person knows that a database does not: what another tool, or
// another copy of it, has already sent.
type since struct {
	nextNumber int
	sentUntil  string
}

func (s *since) flags(c *cobra.Command) {
	c.Flags().IntVar(&s.nextNumber, "next-number", 0, "the `NUMBER` of the next issue")
	c.Flags().StringVar(&s.sentUntil, "already-sent-until", "", "articles up to this `TIME` went out already (2026-11-20 or RFC 3339)")
}

// check refuses what could never be meant, before anything is done.
func (s *since) check() error {
	if s.nextNumber < 0 {
		return &usageError{msg: fmt.Sprintf("--next-number: %d is not an issue's number", s.nextNumber), hint: "numbers start at 1"}
	}
	_, err := s.until(time.UTC)
	return err
}

func (s *since) until(loc *time.Location) (time.Time, error) {
	if s.sentUntil == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04", "2006-01-02T15:04"} {
		if t, err := time.ParseInLocation(layout, s.sentUntil, loc); err == nil {
			return t, nil
		}
	}
	day, err := time.ParseInLocation(time.DateOnly, s.sentUntil, loc)
	if err != nil {
		return time.Time{}, &usageError{
			msg:  fmt.Sprintf("--already-sent-until: %q is not a time", s.sentUntil),
			hint: "write 2026-11-20, or 2026-11-20T07:00:00-05:00",
		}
	}
	return day.AddDate(0, 0, 1).Add(-time.Second), nil // the whole of that day
}
