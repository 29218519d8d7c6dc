package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/terminal"
	"roundup/cmd/roundup/words"
	"roundup/digest"
	"roundup/internal/asjson"
	"roundup/internal/oneline"
	"roundup/internal/wording"
	"roundup/store"
	"roundup/store/content"
	"roundup/subscribers"
)

func newIssues(a *app.App) *cobra.Command {
	var limit int
	list := &cobra.Command{
		Use:   "list",
		Short: "the issues, newest first",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return listIssues(cmd.Context(), a, limit) },
	}
	c := &cobra.Command{
		Use:   "issues",
		Short: "issues, past and under way; hold, release, cancel, restore, correct or unpublish one",
		Args:  cobra.NoArgs,
		RunE:  list.RunE,
	}
	for _, l := range []*cobra.Command{list, c} {
		l.Flags().IntVarP(&limit, "limit", "n", 20, "at most this many; 0 for all")
	}
	c.AddCommand(list, newIssuesShow(a),
		issueVerb(a, "hold", "stop sending it until it is released", (*store.Store).HoldIssue,
			"held. `roundup issues release %[1]d` lets it go on"),
		issueVerb(a, "release", "let a held issue go on", (*store.Store).ReleaseIssue,
			"released. The next that sends carries it on: "+words.Senders),
		newIssuesCancel(a),
		newIssuesRestore(a),
		newIssuesCorrect(a),
		issueVerb(a, "unpublish", "take its page out of the archive", (*store.Store).UnpublishIssue,
			"unpublished: its page is taken down. `roundup issues publish %[1]d` puts it back"),
		issueVerb(a, "publish", "put its page back into the archive", (*store.Store).PublishIssue,
			"published: its page is there for everybody who may see the archive, once it has reached a reader"),
	)
	return c
}

func issueVerb(a *app.App, name, short string, do func(*store.Store, context.Context, int, string, subscribers.Actor) error, done string) *cobra.Command {
	var why string
	c := &cobra.Command{
		Use:   name + " <number>",
		Short: short,
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withIssue(cmd.Context(), a, args[0], func(ctx context.Context, a *app.App, st *store.Store, issue digest.Issue) error {
				if err := do(st, ctx, issue.Number, why, a.Actor()); err != nil {
					return fmt.Errorf("issue %d: %w", issue.Number, err)
				}
				a.Printf("Issue %d is "+done+".\n", issue.Number)
				return tellIssue(ctx, a, st, issue.Number)
			})
		},
	}
	whyFlag(c, &why)
	return c
}

// tellIssue prints an issue as it is now, with --json.
func tellIssue(ctx context.Context, a *app.App, st *store.Store, number int) error {
	issue, err := st.Issue(ctx, number)
	if err == nil {
		a.Tell(asjson.IssueOf(issue))
	}
	return err
}

func whyFlag(c *cobra.Command, why *string) {
	c.Flags().StringVar(why, "why", "by hand", "the reason, for the record")
}

// issueAct is what a command does with an issue.
type issueAct func(context.Context, *app.App, *store.Store, digest.Issue) error

// withIssue runs do with the issue of that number.
func withIssue(ctx context.Context, a *app.App, arg string, do issueAct) error {
	number, err := strconv.Atoi(arg)
	if err != nil || number <= 0 {
		return &words.UsageError{Msg: fmt.Sprintf("%q is not an issue's number", arg), Hint: "`roundup issues` lists them"}
	}
	st, err := a.Store(ctx)
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
	return do(ctx, a, st, issue)
}

// withLatestIssue does something with the issue that started last; where there
// is none it says so, as none with --json.
func withLatestIssue(ctx context.Context, a *app.App, do issueAct, none func()) error {
	st, err := a.Store(ctx)
	if err != nil {
		return err
	}
	latest, err := st.Issues(ctx, 1)
	if err != nil {
		return err
	}
	if len(latest) == 0 {
		a.Printf("No issue has been sent yet. `roundup preview` shows the next one.\n")
		none()
		return nil
	}
	return do(ctx, a, st, latest[0])
}

func listIssues(ctx context.Context, a *app.App, limit int) error {
	d, err := a.Desk(ctx)
	if err != nil {
		return err
	}
	issues, err := d.Issued(ctx, limit)
	if err != nil {
		return err
	}
	if len(issues) == 0 {
		a.Printf("No issue yet. `roundup preview` shows the next one.\n")
		return nil
	}
	t := terminal.NewTable(a.People(), "ISSUE", "STATUS", "STARTED", "SENT", "LEFT", "BOUNCED", "SPAM", "REPLIED", "SUBJECT", "")
	for _, i := range issues {
		if a.JSON {
			if err := a.PrintJSON(asjson.IssueOf(i.Issue).With(i.Quality)); err != nil {
				return err
			}
			continue
		}
		why := i.Why
		if !i.Unpublished.IsZero() {
			why = words.JoinHints(why, "page taken down")
		}
		replied := "not read"
		if i.RepliesRead {
			replied = strconv.Itoa(i.Replied)
		}
		t.Row(strconv.Itoa(i.Number), string(i.Status), a.Local(i.Started), strconv.Itoa(i.Sent), strconv.Itoa(i.Left),
			strconv.Itoa(i.Bounced()), strconv.Itoa(i.Complained), replied, wording.Cut(i.Subject, 60), why)
	}
	if a.JSON {
		return nil
	}
	return t.Flush()
}

func newIssuesCancel(a *app.App) *cobra.Command {
	var (
		why string
		yes bool
	)
	c := &cobra.Command{
		Use:   "cancel <number>",
		Short: "end it: readers not yet mailed are not, its unseen articles are owed again",
		Long: `End an issue under way. Whoever has it keeps it; the others are not mailed.
Articles that nobody has got are owed again; those that somebody has, no later issue
carries. Where readers choose sections, an issue may have some of both.

It says whom that concerns and asks; off a terminal, where nobody can be asked, it
needs --yes. To stop an issue and let it go on later there is hold. Within
schedule.catch_up, restore takes a cancelling back.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withIssue(cmd.Context(), a, args[0], func(ctx context.Context, a *app.App, st *store.Store, issue digest.Issue) error {
				if issue.Status.UnderWay() && !yes { // else the refusal says how it stands
					if err := confirmCancel(ctx, a, st, issue); err != nil {
						return err
					}
				}
				if err := st.CancelIssue(ctx, issue.Number, why, a.Actor()); err != nil {
					return fmt.Errorf("issue %d: %w", issue.Number, err)
				}
				a.Printf("Issue %d is cancelled. Readers it did not reach are not mailed.%s\n", issue.Number, restorable(a, issue))
				return tellIssue(ctx, a, st, issue.Number)
			})
		},
	}
	whyFlag(c, &why)
	c.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")
	return c
}

// restorable says until when a cancelling made now can be taken back.
func restorable(a *app.App, issue digest.Issue) string {
	within := a.Settings.Schedule.CatchUp
	if within <= 0 {
		return ""
	}
	return fmt.Sprintf(" `roundup issues restore %d` takes that back until %s.", issue.Number, a.Local(a.Now().Add(within)))
}

// confirmCancel says what cancelling an issue would do, and asks. It fails where the
// answer is no, and where nobody can be asked.
func confirmCancel(ctx context.Context, a *app.App, st *store.Store, issue digest.Issue) error {
	tally, err := st.Tally(ctx, issue.ID)
	if err != nil {
		return err
	}
	carried, err := st.CarriedBy(ctx, issue.ID)
	if err != nil {
		return err
	}
	meaning := words.Cancelling(issue, tally, carried)
	instead := fmt.Sprintf("`roundup issues hold %d` stops it for now, and lets it go on later", issue.Number)
	if !a.Interactive() {
		return &words.UsageError{
			Msg:  fmt.Sprintf("issue %d was not cancelled, since nobody can be asked here: %s", issue.Number, meaning),
			Hint: fmt.Sprintf("if it is meant: roundup issues cancel --yes %d; %s", issue.Number, instead),
		}
	}
	q := terminal.NewAsker(ctx, a.In, a.Err)
	q.Sayf("Issue %d, %q: %s.\n%s.\n", issue.Number, oneline.Plain(issue.Subject), meaning, strings.TrimSpace(instead+andBack(a, issue)))
	yes, err := q.Yes("Cancel it? [y/N] ")
	if err == nil && !yes {
		a.SaidNo(fmt.Sprintf("Issue %d was not cancelled", issue.Number))
		return &app.CodeError{Code: app.ExitDone}
	}
	return err
}

// andBack says that a cancelling can be taken back, where it can.
func andBack(a *app.App, issue digest.Issue) string {
	if a.Settings.Schedule.CatchUp <= 0 {
		return ""
	}
	return fmt.Sprintf("; `roundup issues restore %d` takes a cancelling back within %s", issue.Number, wording.Span(a.Settings.Schedule.CatchUp))
}

func newIssuesRestore(a *app.App) *cobra.Command {
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
			return withIssue(cmd.Context(), a, args[0], func(ctx context.Context, a *app.App, st *store.Store, issue digest.Issue) error {
				return restoreIssue(ctx, a, st, issue, why)
			})
		},
	}
	whyFlag(c, &why)
	return c
}

func restoreIssue(ctx context.Context, a *app.App, st *store.Store, issue digest.Issue, why string) error {
	within := a.Settings.Schedule.CatchUp
	err := st.RestoreIssue(ctx, issue.Number, a.Now().Add(-within), why, a.Actor())
	var taken *content.TakenError
	switch {
	case errors.Is(err, content.ErrTooLate):
		return &words.HintedError{
			Err: fmt.Errorf("issue %d was cancelled on %s, longer ago than schedule.catch_up (%s): its news is old by now",
				issue.Number, a.Local(issue.Finished), wording.Span(within)),
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
	return tellRestored(ctx, a, st, issue.Number)
}

func tellRestored(ctx context.Context, a *app.App, st *store.Store, number int) error {
	issue, err := st.Issue(ctx, number)
	if err != nil {
		return err
	}
	tally, err := st.Tally(ctx, issue.ID)
	if err != nil {
		return err
	}
	next := "The next that sends carries it on: " + words.Senders + "."
	if issue.Status == digest.Held {
		next = fmt.Sprintf("It is held, as it was: `roundup issues release %d` lets it go on.", number)
	}
	a.Tell(asjson.IssueOf(issue))
	a.Printf("Issue %d is restored: %s owed it, but for those who left since. %s\n", number, wording.Agree(tally.Queued+tally.Deferred, "reader is", "readers are"), next)
	return nil
}
