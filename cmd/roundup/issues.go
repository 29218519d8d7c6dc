package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"roundup/digest"
	"roundup/internal/asjson"
	"roundup/internal/wording"
	"roundup/store"
	"roundup/subscribers"
)

func newIssues(a *app) *cobra.Command {
	var limit int
	list := &cobra.Command{
		Use:   "list",
		Short: "the issues, newest first",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.listIssues(cmd.Context(), limit) },
	}
	c := &cobra.Command{
		Use:   "issues",
		Short: "issues, past and under way; hold, release, cancel or restore one",
		Args:  cobra.NoArgs,
		RunE:  list.RunE,
	}
	for _, l := range []*cobra.Command{list, c} {
		l.Flags().IntVarP(&limit, "limit", "n", 20, "at most this many; 0 for all")
	}
	c.AddCommand(list,
		&cobra.Command{
			Use:   "show <number>",
			Short: "one issue with its articles, in order",
			Args:  cobra.ExactArgs(1),
			RunE: func(cmd *cobra.Command, args []string) error {
				return a.withIssue(cmd.Context(), args[0], a.showIssue)
			},
		},
		a.issueVerb("hold", "stop sending it until it is released", (*store.Store).HoldIssue,
			"held. `roundup issues release %[1]d` lets it go on"),
		a.issueVerb("release", "let a held issue go on", (*store.Store).ReleaseIssue,
			"released. `roundup send` carries it on"),
		newIssuesCancel(a),
		newIssuesRestore(a),
	)
	return c
}

func (a *app) issueVerb(name, short string, do func(*store.Store, context.Context, int, string, subscribers.Actor) error, done string) *cobra.Command {
	var why string
	c := &cobra.Command{
		Use:   name + " <number>",
		Short: short,
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withIssue(cmd.Context(), args[0], func(ctx context.Context, st *store.Store, issue digest.Issue) error {
				if err := do(st, ctx, issue.Number, why, a.actor()); err != nil {
					return fmt.Errorf("issue %d: %w", issue.Number, err)
				}
				a.printf("Issue %d is "+done+".\n", issue.Number)
				return nil
			})
		},
	}
	whyFlag(c, &why)
	return c
}

func whyFlag(c *cobra.Command, why *string) {
	c.Flags().StringVar(why, "why", "by hand", "the reason, for the record")
}

// withIssue runs do with the issue of that number.
func (a *app) withIssue(ctx context.Context, arg string, do func(context.Context, *store.Store, digest.Issue) error) error {
	number, err := strconv.Atoi(arg)
	if err != nil || number <= 0 {
		return &usageError{msg: fmt.Sprintf("%q is not an issue's number", arg), hint: "`roundup issues` lists them"}
	}
	st, err := a.store(ctx)
	if err != nil {
		return err
	}
	issue, err := st.Issue(ctx, number)
	if errors.Is(err, store.ErrNotFound) {
		return &hintedError{err: fmt.Errorf("there is no issue %d", number), hint: "`roundup issues` lists them"}
	}
	if err != nil {
		return err
	}
	return do(ctx, st, issue)
}

// withLatestIssue does something with the issue that started last; where there
// is none it says so.
func (a *app) withLatestIssue(ctx context.Context, do func(context.Context, *store.Store, digest.Issue) error) error {
	st, err := a.store(ctx)
	if err != nil {
		return err
	}
	latest, err := st.Issues(ctx, 1)
	if err != nil {
		return err
	}
	if len(latest) == 0 {
		a.printf("No issue has been sent yet. `roundup preview` shows the next one.\n")
		return nil
	}
	return do(ctx, st, latest[0])
}

func (a *app) listIssues(ctx context.Context, limit int) error {
	st, err := a.store(ctx)
	if err != nil {
		return err
	}
	issues, err := st.Issues(ctx, limit)
	if err != nil {
		return err
	}
	if len(issues) == 0 {
		a.printf("No issue yet. `roundup preview` shows the next one.\n")
		return nil
	}
	t := newTable(a.people(), "ISSUE", "STATUS", "STARTED", "SUBJECT", "")
	for _, i := range issues {
		if a.json {
			if err := a.printJSON(asjson.IssueOf(i)); err != nil {
				return err
			}
			continue
		}
		t.row(num(i.Number), string(i.Status), a.local(i.Started), wording.Cut(i.Subject, 60), i.Why)
	}
	if a.json {
		return nil
	}
	return t.flush()
}

func (a *app) showIssue(ctx context.Context, st *store.Store, i digest.Issue) error {
	if a.json {
		return a.printJSON(asjson.WholeIssueOf(i))
	}
	a.printf("Issue %d (%s): %s\n%s\n", i.Number, i.Kind, i.Status, oneLine(i.Subject))
	if i.Why != "" {
		a.printf("Why: %s\n", oneLine(i.Why))
	}
	if !i.Slot.IsZero() {
		a.printf("Slot: %s\n", a.local(i.Slot))
	}
	a.printf("Started: %s   Finished: %s\n", a.local(i.Started), a.local(i.Finished))
	for _, s := range i.Sections {
		a.printf("\n%s\n", oneLine(s.Title))
		for _, p := range s.Articles {
			a.printf("  %d  %s\n", p.ID, oneLine(p.Headline))
		}
	}
	events, err := st.IssueEvents(ctx, i.ID)
	for i, e := range events {
		if e.Detail != "" && e.Detail != "by hand" {
			events[i].What += ": " + e.Detail
		}
	}
	a.printf("\n")
	return a.printEvents(events, err)
}
