package setup

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/words"
	"roundup/store/content"
)

// since is what a person knows that a database does not: what another tool, or
// another copy of it, has already sent.
type since struct {
	nextNumber int
	sentUntil  string
}

func (s *since) flags(c *cobra.Command) {
	c.Flags().IntVar(&s.nextNumber, "next-number", 0, "the `NUMBER` of the next issue")
	c.Flags().StringVar(&s.sentUntil, "already-sent-until", "", "articles up to this `TIME` went out already (2026-11-20, the whole of that day or, today, until now; or RFC 3339)")
}

// check refuses what could never be meant, in whichever time zone, before anything is done.
func (s *since) check(now time.Time) error {
	if s.nextNumber > content.MaxNumber {
		return &words.UsageError{Msg: fmt.Sprintf("--next-number: %d is too high", s.nextNumber), Hint: fmt.Sprintf("numbers end at %d", content.MaxNumber)}
	}
	_, err := s.until(time.UTC, now.AddDate(0, 0, 1))
	return err
}

// until is the moment up to which articles went out: none in the future, since the slots
// before it don't count. A date is the whole of that day, today's until now.
func (s *since) until(loc *time.Location, now time.Time) (time.Time, error) {
	if s.sentUntil == "" {
		return time.Time{}, nil
	}
	t, day, err := s.parse(loc)
	if err != nil {
		return time.Time{}, err
	}
	if t.After(now) {
		return time.Time{}, &words.UsageError{
			Msg:  fmt.Sprintf("--already-sent-until: %s is in the future: no issue would go out until then", s.sentUntil),
			Hint: "write when the last issue went out that this database does not know",
		}
	}
	if end := t.AddDate(0, 0, 1).Add(-time.Second); day && end.Before(now) {
		return end, nil
	} else if day {
		return now, nil
	}
	return t, nil
}

// parse reads the time, or the beginning of the day.
func (s *since) parse(loc *time.Location) (t time.Time, day bool, err error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04", "2006-01-02T15:04"} {
		if t, err := time.ParseInLocation(layout, s.sentUntil, loc); err == nil {
			return t, false, nil
		}
	}
	if t, err = time.ParseInLocation(time.DateOnly, s.sentUntil, loc); err != nil {
		return t, false, &words.UsageError{
			Msg:  fmt.Sprintf("--already-sent-until: %q is not a time", s.sentUntil),
			Hint: "write 2026-11-20, or 2026-11-20T07:00:00-05:00",
		}
	}
	return t, true, nil
}
