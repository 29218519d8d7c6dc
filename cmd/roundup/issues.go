package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/terminal"
	"roundup/cmd/roundup/words"
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
		Short: "issues, past and under way; hold, release, cancel, restore or unpublish one",
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
		a.issueVerb("unpublish", "take its page out of the archive", (*store.Store).UnpublishIssue,
			"unpublished: its page is taken down. `roundup issues publish %[1]d` puts it back"),
		a.issueVerb("publish", "put its page back into the archive", (*store.Store).PublishIssue,
			"published: its page is there for everybody who may see the archive, once it has reached a reader"),
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
		return &words.UsageError{Msg: fmt.Sprintf("%q is not an issue's number", arg), Hint: "`roundup issues` lists them"}
	}
	st, err := a.store(ctx)
	if err != nil {
		return err
	}
	issue, err := st.Issue(ctx, number)
	if errors.Is(err, store.ErrNotFound) {
		return &words.HintedError{Err: fmt.Errorf("there is no issue %d", number), Hint: "`roundup issues` lists them"}
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
	t := terminal.NewTable(a.people(), "ISSUE", "STATUS", "STARTED", "SUBJECT", "")
	for _, i := range issues {
		if a.json {
			if err := a.printJSON(asjson.IssueOf(i)); err != nil {
				return err
			}
			continue
		}
		t.Row(num(i.Number), string(i.Status), a.local(i.Started), wording.Cut(i.Subject, 60), i.Why)
	}
	if a.json {
		return nil
	}
	return t.Flush()
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
	if !i.Unpublished.IsZero() {
		a.printf("Its page is taken down since %s.\n", a.local(i.Unpublished))
	}
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

func newIssuesCancel(a *app) *cobra.Command {
	var (
		why string
		yes bool
	)
	c := &cobra.Command{
		Use:   "cancel <number>",
		Short: "end it: readers not yet mailed are not, its unseen articles are owed again",
		Long: `End an issue under way. Whoever has it keeps it; the others are not mailed. If it
reached nobody, its articles are owed again; else no later issue carries them.

It says whom that concerns and asks; off a terminal, where nobody can be asked, it
needs --yes. To stop an issue and let it go on later there is hold. Within
schedule.catch_up, restore takes a cancelling back.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withIssue(cmd.Context(), args[0], func(ctx context.Context, st *store.Store, issue digest.Issue) error {
				if issue.Status.UnderWay() && !yes { // else the refusal says how it stands
					if err := a.confirmCancel(ctx, st, issue); err != nil {
						return err
					}
				}
				if err := st.CancelIssue(ctx, issue.Number, why, a.actor()); err != nil {
					return fmt.Errorf("issue %d: %w", issue.Number, err)
				}
				a.printf("Issue %d is cancelled. Readers it did not reach are not mailed.%s\n", issue.Number, a.restorable(issue))
				return nil
			})
		},
	}
	whyFlag(c, &why)
	c.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")
	return c
}

// restorable says until when a cancelling made now can be taken back.
func (a *app) restorable(issue digest.Issue) string {
	within := a.cfg.Schedule.CatchUp
	if within <= 0 {
		return ""
	}
	return fmt.Sprintf(" `roundup issues restore %d` takes that back until %s.", issue.Number, a.local(a.now().Add(within)))
}

// confirmCancel says what cancelling an issue would do, and asks. It fails where the
// answer is no, and where nobody can be asked.
func (a *app) confirmCancel(ctx context.Context, st *store.Store, issue digest.Issue) error {
	tally, err := st.Tally(ctx, issue.ID)
	if err != nil {
		return err
	}
	meaning := words.Cancelling(issue, tally)
	instead := fmt.Sprintf("`roundup issues hold %d` stops it for now, and lets it go on later", issue.Number)
	if !a.interactive() {
		return &words.UsageError{
			Msg:  fmt.Sprintf("issue %d was not cancelled, since nobody can be asked here: %s", issue.Number, meaning),
			Hint: fmt.Sprintf("if it is meant: roundup issues cancel --yes %d; %s", issue.Number, instead),
		}
	}
	q := terminal.NewAsker(ctx, a.std.In, a.std.Err)
	q.Sayf("Issue %d, %q: %s.\n%s.\n", issue.Number, oneLine(issue.Subject), meaning, strings.TrimSpace(instead+a.andBack(issue)))
	answer, err := q.Ask("Cancel it? [y/N] ")
	switch {
	case err != nil && !errors.Is(err, terminal.ErrNoAnswer):
		return err
	case !terminal.IsYes(answer):
		a.printf("Issue %d was not cancelled: you said no.\n", issue.Number)
		return &codeError{exitDone}
	}
	return nil
}

// andBack says that a cancelling can be taken back, where it can.
func (a *app) andBack(issue digest.Issue) string {
	if a.cfg.Schedule.CatchUp <= 0 {
		return ""
	}
	return fmt.Sprintf("; `roundup issues restore %d` takes a cancelling back within %s", issue.Number, wording.Span(a.cfg.Schedule.CatchUp))
}

func newIssuesRestore(a *app) *cobra.Command {
	var why string
	c := &cobra.Command{
		Use:   "restore <number>",
		Short: "take a cancelling back: readers it did not reach are owed it again",
		Long: `Take a cancelling back, within schedule.catch_up. Whoever the issue did not reach is
owed it again, but for those who left since; its articles and the edits made for it
are its own again. It goes on as it was: with the next send, or held.

An issue that nobody has is not restored once another has one of its articles, or one
was dropped: what is left of it is owed to the next issue anyway.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withIssue(cmd.Context(), args[0], func(ctx context.Context, st *store.Store, issue digest.Issue) error {
				return a.restoreIssue(ctx, st, issue, why)
			})
		},
	}
	whyFlag(c, &why)
	return c
}

func (a *app) restoreIssue(ctx context.Context, st *store.Store, issue digest.Issue, why string) error {
	within := a.cfg.Schedule.CatchUp
	err := st.RestoreIssue(ctx, issue.Number, a.now().Add(-within), why, a.actor())
	var taken *store.TakenError
	switch {
	case errors.Is(err, store.ErrTooLate):
		return &words.HintedError{
			Err: fmt.Errorf("issue %d was cancelled on %s, longer ago than schedule.catch_up (%s): its news is old by now",
				issue.Number, a.local(issue.Finished), wording.Span(within)),
			Hint: "`roundup articles again ID` has the next issue carry an article once more",
		}
	case errors.As(err, &taken):
		return &words.HintedError{
			Err:  fmt.Errorf("issue %d: %w", issue.Number, err),
			Hint: "nobody has this issue, so nobody misses it: what is still owed of it goes into the next one",
		}
	case err != nil:
		return fmt.Errorf("issue %d: %w", issue.Number, err)
	}
	return a.tellRestored(ctx, st, issue.Number)
}

func (a *app) tellRestored(ctx context.Context, st *store.Store, number int) error {
	issue, err := st.Issue(ctx, number)
	if err != nil {
		return err
	}
	tally, err := st.Tally(ctx, issue.ID)
	if err != nil {
		return err
	}
	next := "`roundup send` carries it on."
	if issue.Status == digest.Held {
		next = fmt.Sprintf("It is held, as it was: `roundup issues release %d` lets it go on.", number)
	}
	a.printf("Issue %d is restored: %s owed it, but for those who left since. %s\n", number, wording.Agree(tally.Queued+tally.Deferred, "reader is", "readers are"), next)
	return nil
}
