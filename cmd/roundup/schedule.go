package main

import (
	"cmp"
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/terminal"
	"roundup/cmd/roundup/words"
	"roundup/internal/asjson"
	"roundup/web/readers"
)

func newSchedule(a *app.App) *cobra.Command {
	var last, next int
	c := &cobra.Command{
		Use:   "schedule",
		Short: "the next slots, and what became of the last ones",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return showSchedule(cmd.Context(), a, last, next) },
	}
	c.Flags().IntVar(&last, "last", 5, "how many decided slots to show")
	c.Flags().IntVar(&next, "next", 3, "how many coming slots to show")
	c.AddCommand(&cobra.Command{
		Use:   "calendar",
		Short: "the secret address of the schedule, for a calendar program",
		Long: `Print the address at which ` + "`serve`" + ` has the schedule for a calendar program: the last
slots and what became of them, those to come, and their cut-offs. Whoever has the
address can read it; nobody can guess it.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return calendarAddress(cmd.Context(), a) },
	})
	return c
}

func calendarAddress(ctx context.Context, a *app.App) error {
	st, err := a.Store(ctx)
	if err != nil {
		return err
	}
	base := a.Settings.Newsletter.BaseURL
	if base == "" {
		return &words.UsageError{Msg: "the calendar has no address while newsletter.base_url is not set", Hint: "set it to where `roundup serve` is reached"}
	}
	keys, err := st.Keyring(ctx)
	if err != nil {
		return err
	}
	address := readers.CalendarAddress(base, keys)
	if a.JSON {
		return a.PrintJSON(asjson.Calendar{Calendar: address})
	}
	a.Printf("%s\n", address)
	return nil
}

func showSchedule(ctx context.Context, a *app.App, last, next int) error {
	d, err := a.Desk(ctx)
	if err != nil {
		return err
	}
	s, err := d.Schedule(ctx, last, next)
	if err != nil {
		return err
	}
	if s.Cron == "" {
		a.Printf("No schedule is configured: issues go out with `roundup send --now`. Set schedule.cron to change that.\n")
		return nil
	}
	if s.Every > 1 {
		a.Printf("Issues are due every %d weeks, counted from %s.\n", s.Every, s.From.Format("Monday 2 January 2006"))
	}
	var lines []asjson.Slot
	for _, r := range s.Last {
		lines = append(lines, asjson.Slot{At: r.At, Label: r.Label, Outcome: string(r.Outcome), Issue: r.Issue, Why: r.Why})
	}
	if !s.Due.IsZero() {
		lines = append(lines, asjson.Slot{At: s.Due, Label: s.Label(s.Due), Outcome: "due", Why: cmp.Or(s.Why, "`roundup send` starts it")})
	}
	for i, t := range s.Next {
		outcome := "next"
		if i > 0 {
			outcome = "later"
		}
		lines = append(lines, asjson.Slot{At: t, Label: s.Label(t), Outcome: outcome})
	}
	t := terminal.NewTable(a.People(), "SLOT", "OUTCOME", "")
	for _, l := range lines {
		if a.JSON {
			if err := a.PrintJSON(l); err != nil {
				return err
			}
			continue
		}
		why := l.Why
		if l.Issue > 0 {
			why = "issue " + strconv.Itoa(l.Issue)
		}
		t.Row(l.Label, l.Outcome, why)
	}
	if a.JSON {
		return nil
	}
	return t.Flush()
}
