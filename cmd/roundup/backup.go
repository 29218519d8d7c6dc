package main

import (
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/spf13/cobra"
)

func newBackup(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "backup <file>",
		Short: "copy the database, whole and consistent, while it is in use",
		Long: `Copy the database to a new file while it is in use. The copy is marked as one: it
sends nothing until ` + "`roundup adopt`" + ` has asked what went out since it was made.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			st, err := a.store(cmd.Context())
			if err != nil {
				return err
			}
			err = st.Backup(cmd.Context(), args[0])
			if errors.Is(err, fs.ErrExist) {
				return &hintedError{err: err, hint: "a backup never replaces a file: name a new one, such as roundup-" + a.now().Format(time.DateOnly) + ".db"}
			}
			if err != nil {
				return err
			}
			a.printf("Copied to %s. It holds addresses and keys: keep it safe.\n", args[0])
			return nil
		},
	}
}

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
