package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"roundup/internal/desk/planner"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/terminal"
	"roundup/cmd/roundup/words"
	"roundup/delivery"
	"roundup/digest"
	"roundup/internal/asjson"
	"roundup/internal/desk"
	"roundup/internal/oneline"
	"roundup/internal/wording"
)

// sendOptions are the flags of `roundup send`.
type sendOptions struct {
	now     bool
	yes     bool
	dryRun  bool
	noFetch bool
	test    []string // addresses
	testTo  []string // a filter
}

func newSend(a *app.App) *cobra.Command {
	var o sendOptions
	c := &cobra.Command{
		Use:   "send",
		Short: "finish what is under way, then send what is due",
		Long: `Finish every issue under way, then start and send the one that is due. Nothing due
is no error. It is safe to run every few minutes: an issue never starts twice, and
a run that was interrupted anywhere is carried on where it was. Sources last read
longer ago than fetch.interval are read each time, so a timer misses no article.

A run that holds an issue exits 1. One that finds an issue held before exits 3, as for
all that is still owed: a timer does not fail again until somebody has looked.

On a terminal it asks before an issue starts; from a timer, a script or a pipe nobody
can be asked, and it starts. On a terminal it ends when only readers are left whose
server said later, and says when they are tried again; elsewhere it stays for them
for delivery.wait. Ctrl-C is safe at any time: what is on the wire is finished, and
the next run goes on.`,
		Example: `  roundup send                        what a timer runs
  roundup send --dry-run              say exactly what would happen
  roundup send --test me@example.org  mail the next issue to me, change nothing
  roundup send --test-to label:staff  mail it to those readers, change nothing
  roundup send --now                  do not wait for the slot`,
		Args: func(cmd *cobra.Command, args []string) error {
			// `--test a@x b@y`, `--test-to label:a status:b`: further ones come as arguments.
			if cmd.Flags().Changed("test") || cmd.Flags().Changed("test-to") {
				return nil
			}
			return cobra.NoArgs(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case cmd.Flags().Changed("test"):
				return sendTest(cmd.Context(), a, o, append(o.test, args...))
			case cmd.Flags().Changed("test-to"):
				return sendTestTo(cmd.Context(), a, o, append(o.testTo, args...))
			}
			return send(cmd.Context(), a, o)
		},
	}
	c.Flags().BoolVar(&o.now, "now", false, "start an issue now: the due slot's, else an extra one")
	c.Flags().BoolVarP(&o.yes, "yes", "y", false, "do not ask on a terminal before an issue starts")
	c.Flags().BoolVar(&o.dryRun, "dry-run", false, "say what would happen, change nothing")
	c.Flags().StringSliceVar(&o.test, "test", nil, "mail the next issue to this `ADDRESS` only, change nothing")
	c.Flags().StringArrayVar(&o.testTo, "test-to", nil, "mail the next issue as a test to the readers this `FILTER` finds, at most 20, change nothing")
	fetchFlag(c, &o.noFetch)
	c.MarkFlagsMutuallyExclusive("test", "test-to", "dry-run")
	c.MarkFlagsMutuallyExclusive("test", "test-to", "now")
	return c
}

func send(ctx context.Context, a *app.App, o sendOptions) error {
	d, err := a.Desk(ctx)
	if err != nil {
		return err
	}
	if o.dryRun {
		return dryRun(ctx, a, d, o)
	}
	a.WarnOfLeavings()
	if err := catcherGone(ctx, a); err != nil {
		return err
	}
	bar := terminal.NewProgress(a.UnlessQuiet())
	run := desk.RunOptions{
		Now:      o.now,
		NoFetch:  o.noFetch,
		Wait:     a.Settings.Delivery.Wait,
		Progress: bar.Update,
		Say:      func(line string) { a.Printf("%s\n", oneline.Plain(line)) },
		Hard:     a.Hard,

		LeaveDeferred: a.Interactive(), // a person has seen enough; a timer's run may as well stay
	}
	if a.Interactive() && !o.yes {
		run.Confirm = func(p planner.Plan, audience int) (bool, error) { return confirmIssue(ctx, a, p, audience) }
	}
	working, stop := context.WithCancelCause(ctx)
	worked := workBeside(working, a, d, a.Logger(slog.LevelWarn), true, stop)
	result, err := d.Run(working, run)
	if ctx.Err() == nil && working.Err() != nil {
		err = context.Cause(working)
	}
	stop(nil)
	<-worked
	result = d.Recount(a.Hard, result)
	bar.Done()
	// Only a second Ctrl-C keeps the editor from being told.
	terr := d.Tell(a.Hard)
	alike := terr != nil && err != nil && terr.Error() == err.Error() // such as a database that was moved: said once, below
	if terr != nil && !alike && a.Hard.Err() == nil {
		fmt.Fprintf(a.Err, "roundup: warning: the editor was not told: %v\n", terr)
	}
	if err != nil {
		return sendError(ctx, a, result, err)
	}
	if terr == nil && ctx.Err() == nil {
		d.Beat(a.Hard, result)
	}
	return account(ctx, a, result)
}

// dryRun says what send would do now.
func dryRun(ctx context.Context, a *app.App, d *desk.Desk, o sendOptions) error {
	if !o.noFetch {
		if _, err := freshDesk(ctx, a, false); err != nil {
			return err
		}
	}
	f, err := d.Foresee(ctx, o.now)
	if err != nil {
		return err
	}
	if a.JSON {
		return a.PrintJSON(asjson.DryRunOf(f, words.NoStart))
	}
	for _, step := range f.Steps {
		a.Printf("%s", words.Foreseen(a.Settings, f, step))
	}
	a.Printf("This was a dry run: nothing was changed.\n")
	return nil
}

// sendError adds to an error what a person should know of what was done before it.
func sendError(ctx context.Context, a *app.App, r desk.Result, err error) error {
	printSent(a, slices.Concat(r.Held, r.Sent))
	var stale *desk.StaleError
	switch {
	case errors.As(err, &stale):
		return &words.HintedError{Err: err, Hint: "`roundup sources` says what each last answered; the slot stays due for schedule.catch_up, and `roundup send` tries again"}
	case errors.Is(err, desk.ErrNothingToSend):
		return &words.HintedError{Err: err, Hint: "`roundup fetch` reads the sources now; `roundup explain` lists every candidate and why it is out"}
	case errors.Is(err, desk.ErrNobody):
		return &words.HintedError{Err: err, Hint: "`roundup subscribers import FILE` fills the list; `roundup subscribers stats` counts it"}
	case ctx.Err() != nil && (errors.Is(err, context.Canceled) || errors.Is(err, terminal.ErrInterrupted)):
		return &words.HintedError{Err: terminal.ErrInterrupted, Hint: "run `roundup send` again: it carries on where it was, and nobody is mailed twice"}
	}
	return err
}

// confirmIssue asks on the terminal before an issue starts.
func confirmIssue(ctx context.Context, a *app.App, p planner.Plan, audience int) (bool, error) {
	kind := "Issue"
	if p.Issue.Kind == digest.Extra {
		kind = "Extra issue"
	}
	q := terminal.NewAsker(ctx, a.In, a.Err)
	q.Sayf("%s %d, %q: %s to %s through %s%s.\n",
		kind, p.Issue.Number, oneline.Plain(p.Issue.Subject), wording.Count(p.Selection.Count(), "article"),
		wording.Count(audience, "reader"), a.Settings.SMTP.Host, takes(a, audience))
	return q.Yes("Send it? [y/N] ")
}

// takes says how long an issue to so many readers takes, where a limit of ours makes it
// a matter of minutes or more.
func takes(a *app.App, audience int) string {
	limit := delivery.LimitOf(a.Settings.SMTP.Rate, a.Settings.SMTP.PerHour)
	if takes := limit.Takes(audience); takes >= time.Minute {
		return fmt.Sprintf(", in about %s at %s", wording.Span(takes), limit.Words)
	}
	return ""
}

// account prints what a run did and turns it into an exit code.
func account(ctx context.Context, a *app.App, r desk.Result) error {
	all := slices.Concat(r.Held, r.Sent)
	printSent(a, all)
	for _, s := range r.Sent {
		if delivery.ExitCode(s) == int(app.ExitFailed) {
			a.WhyFailed(textOf(a, s))
		}
	}
	if len(all) == 0 {
		a.Tell(skipped(r))
	}
	switch {
	case r.Declined:
		a.Printf("Nothing was sent: you said no.\n")
	case r.Instead > 0:
		a.Printf("Issue %d was carried on, so no extra issue was started. `roundup send --now` starts one.\n", r.Instead)
	case r.Slot != nil:
		a.Printf("No issue on %s: the slot was %s, %s. What is owed stays owed.%s\n", r.Slot.Label, r.Slot.Outcome, r.Slot.Why, nextWords(a, r.NextSlot))
	case r.Nothing.Code != "" && len(all) == 0:
		a.Printf("Nothing was sent: %s.%s\n", words.Why(r.Nothing), nextWords(a, r.NextSlot))
	}
	return codeOf(r, ctx.Err() != nil)
}

// printSent accounts for each issue a run sent or went on with: in words, or as
// one line of JSON.
func printSent(a *app.App, all []delivery.Summary) {
	for _, s := range all {
		a.Tell(asjson.SummaryOf(s))
		a.Printf("%s\n", textOf(a, s))
	}
}

// textOf is a summary in words, its times as people in the newsletter's place write them.
func textOf(a *app.App, s delivery.Summary) string {
	s.NextTry = s.NextTry.In(a.Settings.Newsletter.Timezone)
	return strings.TrimSuffix(s.Text()+"\n"+words.NextStep(s), "\n")
}

func skipped(r desk.Result) asjson.NothingSent {
	reason := words.Why(r.Nothing)
	if r.Slot != nil {
		reason = fmt.Sprintf("the slot of %s was %s: %s", r.Slot.Label, r.Slot.Outcome, r.Slot.Why)
	}
	return asjson.NothingSentFor(reason, r.NextSlot)
}

func nextWords(a *app.App, t time.Time) string {
	if t.IsZero() {
		return " No schedule is configured; `roundup send --now` sends an issue."
	}
	return " The next slot is " + t.In(a.Settings.Newsletter.Timezone).Format("Monday 2 January 2006, 15:04 MST") + "."
}

// codeOf is promise 7: an issue that this run held is a failure, anything owed is
// "run again". An issue that was held before is owed: its failure was told then,
// and a timer that failed every few minutes would tell nothing more.
func codeOf(r desk.Result, interrupted bool) error {
	code := app.ExitDone
	if interrupted || len(r.Held) > 0 {
		code = app.ExitRunMore
	}
	for _, s := range r.Sent {
		switch delivery.ExitCode(s) {
		case int(app.ExitFailed):
			code = app.ExitFailed
		case int(app.ExitRunMore):
			code = max(code, app.ExitRunMore)
		}
		if code == app.ExitFailed {
			break
		}
	}
	if code == app.ExitDone {
		return nil
	}
	return &app.CodeError{Code: code}
}
