package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/terminal"
	"roundup/cmd/roundup/words"
	"roundup/digest"
	"roundup/internal/asjson"
	"roundup/internal/desk/planner"
	"roundup/internal/oneline"
	"roundup/internal/wording"
	"roundup/store"
	"roundup/store/content"
	"roundup/subscribers"
)

func newIssuesShow(a *app.App) *cobra.Command {
	var as, out string
	c := &cobra.Command{
		Use:   "show <number>",
		Short: "one issue with its articles, in order; its mail as one reader got it",
		Long: `Show an issue: its articles in order, and what happened to it. With --out its mail is
written as issue.html, issue.txt, issue.eml and issue.json, as it was frozen when the issue
started; with --as it is the one that a reader of its audience gets, who may have turned
sections off. Its links to unsubscribe only say that they are a test.
"roundup deliveries" and "roundup history EMAIL" say what became of it.`,
		Example: `  roundup issues show 12
  roundup issues show 12 --as reader@example.org --out receipt`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case out != "":
				return withIssue(cmd.Context(), a, args[0], func(ctx context.Context, a *app.App, _ *store.Store, issue digest.Issue) error {
					return writeIssued(ctx, a, issue, as, out)
				})
			case as != "":
				return &words.UsageError{Msg: "--as is whose mail is written: where to?", Hint: "add --out DIR"}
			}
			return withIssue(cmd.Context(), a, args[0], showIssue)
		},
	}
	c.Flags().StringVar(&as, "as", "", "with --out: as the reader with this `EMAIL` gets it")
	c.Flags().StringVar(&out, "out", "", "write its mail to this `DIR`")
	return c
}

// writeIssued writes an issue's mail as it was frozen, for this account alone where it is a
// reader's.
func writeIssued(ctx context.Context, a *app.App, issue digest.Issue, email, dir string) error {
	d, err := a.Desk(ctx)
	if err != nil {
		return err
	}
	var as *subscribers.Subscriber
	if email != "" {
		r, err := a.Reader(ctx, email)
		if err != nil {
			return err
		}
		as, email = &r.Subscriber, oneline.Plain(r.Email)
	}
	v, mail, err := d.MailOf(ctx, issue, as)
	var unsent *planner.UnsentError
	switch {
	case errors.Is(err, store.ErrNotFound):
		return &words.HintedError{
			Err:  fmt.Errorf("%s is not in the audience of issue %d", email, issue.Number),
			Hint: "to see what they got: roundup history " + terminal.ShellWord(email),
		}
	case errors.As(err, &unsent):
		return fmt.Errorf("%s gets no mail of issue %d: %w", email, issue.Number, err)
	case err != nil:
		return err
	}
	issue.Subject, issue.Sections = v.Subject, digest.Only(issue.Sections, v.Sections)
	files, err := writeMail(issue, mail, dir, as != nil)
	if err != nil {
		return err
	}
	a.Printf("Issue %d: %s\nWritten to %s: issue.html, issue.txt, issue.eml, issue.json.\n", issue.Number, oneline.Plain(issue.Subject), dir)
	a.Tell(asjson.PreviewOf(issue, nil, files))
	return nil
}

func showIssue(ctx context.Context, a *app.App, st *store.Store, i digest.Issue) error {
	quality, err := st.Quality(ctx, i.ID)
	if err != nil {
		return err
	}
	without, err := st.WithoutSources(ctx, i.ID)
	if err != nil {
		return err
	}
	events, err := st.IssueEvents(ctx, i.ID)
	if err != nil {
		return err
	}
	if a.JSON {
		line := asjson.WholeIssueOf(i).With(quality[i.ID])
		line.Without, line.Events = without, asjson.EventsOf(events)
		return a.PrintJSON(line)
	}
	a.Printf("Issue %d (%s): %s\n%s\n", i.Number, i.Kind, i.Status, oneline.Plain(i.Subject))
	if i.Why != "" {
		a.Printf("Why: %s\n", oneline.Plain(i.Why))
	}
	if !i.Slot.IsZero() {
		a.Printf("Slot: %s\n", a.Local(i.Slot))
	}
	a.Printf("Started: %s   Finished: %s\n", a.Local(i.Started), a.Local(i.Finished))
	if !i.Unpublished.IsZero() {
		a.Printf("Its page is taken down since %s.\n", a.Local(i.Unpublished))
	}
	for _, c := range i.Corrections {
		a.Printf("Corrected %s: %s\n", a.Local(c.At), oneline.Plain(c.Text))
	}
	if said := words.Quality(quality[i.ID]); said != "" {
		a.Printf("Sent to %s. %s\n", wording.Count(quality[i.ID].Sent, "reader"), said)
	}
	a.Printf("%s", words.Without(without))
	for _, s := range i.Sections {
		a.Printf("\n%s\n", oneline.Plain(s.Title))
		for _, p := range s.Articles {
			a.Printf("  %d  %s\n", p.ID, oneline.Plain(p.Headline))
		}
	}
	for i, e := range events {
		if e.Detail != "" && e.Detail != "by hand" && e.What != content.WithoutSource && e.What != content.IssueCorrected { // which are told above
			events[i].What += ": " + e.Detail
		}
	}
	a.Printf("\n")
	return a.PrintEvents(events)
}
