package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"roundup/store"
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

func newAdopt(a *app) *cobra.Command {
	var s since
	c := &cobra.Command{
		Use:   "adopt",
		Short: "make a copied or moved database the one that sends",
		Long: `A backup, or a database last opened on another machine, sends nothing until it is
adopted: issues may have gone out since that it does not know of, and would go out
again. adopt asks what they were, puts it on record, and makes this the database
that sends. Stop the other one first.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.adopt(cmd.Context(), s) },
	}
	s.flags(c)
	return c
}

func (a *app) adopt(ctx context.Context, s since) error {
	if err := s.check(); err != nil {
		return err
	}
	st, err := a.store(ctx)
	if err != nil {
		return err
	}
	standing, err := st.Standing(ctx)
	if err != nil {
		return err
	}
	if !standing.Copy && !standing.OtherMachine {
		a.printf("This database is the one that sends already: nothing to adopt.\n")
		return nil
	}
	a.printf("About this database: %s.\n", standing.Detail)
	next, err := st.NextNumber(ctx)
	if err != nil {
		return err
	}
	if a.interactive() && s == (since{}) {
		if s, err = a.askSince(next); err != nil {
			return err
		}
	}
	if s.nextNumber == 0 || s.sentUntil == "" {
		return &usageError{
			msg: "say what went out since the copy was made",
			hint: fmt.Sprintf("roundup adopt --next-number %d --already-sent-until TIME   (the last issue it knows is %d)",
				next, next-1),
		}
	}
	if s.nextNumber < next {
		return &usageError{msg: fmt.Sprintf("--next-number: issue %d is on record already; the next is %d or more", s.nextNumber, next)}
	}
	until, err := s.until(a.cfg.Newsletter.Timezone)
	if err != nil {
		return err
	}
	if err := st.Adopt(ctx, store.AdoptOptions{NextNumber: s.nextNumber, AlreadySentUntil: until}); err != nil {
		return err
	}
	a.printf("Adopted: the next issue is %d, and articles up to %s are not sent again.\n", s.nextNumber, a.local(until))
	return nil
}

// askSince asks on the terminal what went out since.
func (a *app) askSince(next int) (since, error) {
	in := bufio.NewReader(a.std.In)
	ask := func(question string) (string, error) {
		fmt.Fprint(a.std.Err, question)
		line, err := in.ReadString('\n')
		if err != nil {
			return "", errors.New("no answer: nothing was changed")
		}
		return strings.TrimSpace(line), nil
	}
	number, err := ask(fmt.Sprintf("Number of the next issue [%d]: ", next))
	if err != nil {
		return since{}, err
	}
	if number == "" {
		number = num(next)
	}
	n, err := strconv.Atoi(number)
	if err != nil {
		return since{}, &usageError{msg: fmt.Sprintf("%q is not a number", number)}
	}
	until, err := ask("Articles up to which time went out already? (2026-11-20): ")
	return since{nextNumber: n, sentUntil: until}, err
}
