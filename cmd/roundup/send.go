package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/terminal"
	"roundup/cmd/roundup/words"
	"roundup/delivery"
	"roundup/digest"
	"roundup/internal/asjson"
	"roundup/internal/desk"
	"roundup/internal/wording"
)

// sendOptions are the flags of `roundup send`.
type sendOptions struct {
	now     bool
	yes     bool
	dryRun  bool
	noFetch bool
	test    []string
}

func newSend(a *app) *cobra.Command {
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
  roundup send --now                  do not wait for the slot`,
		Args: func(cmd *cobra.Command, args []string) error {
			// `--test a@x b@y`: further addresses come as arguments.
			if len(o.test) == 0 {
				return cobra.NoArgs(cmd, args)
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			o.test = append(o.test, args...)
			return a.send(cmd.Context(), o)
		},
	}
	c.Flags().BoolVar(&o.now, "now", false, "start an issue now: the due slot's, else an extra one")
	c.Flags().BoolVarP(&o.yes, "yes", "y", false, "do not ask on a terminal before an issue starts")
	c.Flags().BoolVar(&o.dryRun, "dry-run", false, "say what would happen, change nothing")
	c.Flags().StringSliceVar(&o.test, "test", nil, "mail the next issue to this `ADDRESS` only, change nothing")
	fetchFlag(c, &o.noFetch)
	c.MarkFlagsMutuallyExclusive("test", "dry-run")
	c.MarkFlagsMutuallyExclusive("test", "now")
	return c
}

func (a *app) send(ctx context.Context, o sendOptions) error {
	if len(o.test) > 0 {
		return a.sendTest(ctx, o)
	}
	d, err := a.desk(ctx)
	if err != nil {
		return err
	}
	if o.dryRun {
		return a.dryRun(ctx, d, o)
	}
	if err := a.catcherGone(ctx); err != nil {
		return err
	}
	bar := terminal.NewProgress(a.unlessQuiet())
	run := desk.RunOptions{
		Now:      o.now,
		NoFetch:  o.noFetch,
		Wait:     a.cfg.Delivery.Wait,
		Progress: bar.Update,
		Say:      func(line string) { a.printf("%s\n", oneLine(line)) },
		Hard:     a.hard,

		LeaveDeferred: a.interactive(), // a person has seen enough; a timer's run may as well stay
	}
	if a.interactive() && !o.yes {
		run.Confirm = func(p desk.Plan, audience int) (bool, error) { return a.confirmIssue(ctx, p, audience) }
	}
	working, stop := context.WithCancel(ctx)
	worked := a.workBeside(working, d, a.logger(slog.LevelWarn), true)
	result, err := d.Run(ctx, run)
	stop()
	<-worked
	bar.Done()
	// Only a second Ctrl-C keeps the editor from being told.
	terr := d.Tell(a.hard)
	if terr != nil && a.hard.Err() == nil {
		fmt.Fprintf(a.std.Err, "roundup: warning: the editor was not told: %v\n", terr)
	}
	if err != nil {
		return a.sendError(ctx, result, err)
	}
	if terr == nil && ctx.Err() == nil {
		d.Beat(a.hard, result)
	}
	return a.account(ctx, result)
}

// dryRun says what send would do now.
func (a *app) dryRun(ctx context.Context, d *desk.Desk, o sendOptions) error {
	a.asked = true
	if !o.noFetch {
		if _, err := a.freshDesk(ctx, false); err != nil {
			return err
		}
	}
	f, err := d.Foresee(ctx, o.now)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(asjson.DryRunOf(f, words.NoStart))
	}
	for _, step := range f.Steps {
		a.printf("%s", words.Foreseen(a.cfg, f, step))
	}
	a.printf("This was a dry run: nothing was changed.\n")
	return nil
}

// sendError adds to an error what a person should know of what was done before it.
func (a *app) sendError(ctx context.Context, r desk.Result, err error) error {
	if perr := a.printSent(slices.Concat(r.Held, r.Sent)); perr != nil {
		return errors.Join(err, perr)
	}
	var stale *desk.StaleError
	switch {
	case errors.As(err, &stale):
		return &words.HintedError{Err: err, Hint: "`roundup sources` says what each last answered; the slot stays due for schedule.catch_up, and `roundup send` tries again"}
	case errors.Is(err, desk.ErrNothingToSend):
		return &words.HintedError{Err: err, Hint: "`roundup fetch` reads the sources now; `roundup explain` lists every candidate and why it is out"}
	case errors.Is(err, desk.ErrNobody):
		return &words.HintedError{Err: err, Hint: "`roundup subscribers import FILE` fills the list; `roundup subscribers stats` counts it"}
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		return &words.HintedError{Err: terminal.ErrInterrupted, Hint: "run `roundup send` again: it carries on where it was, and nobody is mailed twice"}
	}
	return err
}

// confirmIssue asks on the terminal before an issue starts.
func (a *app) confirmIssue(ctx context.Context, p desk.Plan, audience int) (bool, error) {
	kind := "Issue"
	if p.Issue.Kind == digest.Extra {
		kind = "Extra issue"
	}
	fmt.Fprintf(a.std.Err, "%s %d, %q: %s to %s through %s%s.\nSend it? [y/N] ",
		kind, p.Issue.Number, oneLine(p.Issue.Subject), count(p.Selection.Count(), "article"),
		count(audience, "reader"), a.cfg.SMTP.Host, a.takes(audience))
	answer := make(chan bool, 1)
	go func() {
		yes := a.yes()
		answer <- yes
	}()
	select {
	case yes := <-answer:
		return yes, nil
	case <-ctx.Done(): // Ctrl-C is an answer too
		fmt.Fprintln(a.std.Err)
		return false, ctx.Err()
	}
}

// takes says how long an issue to so many readers takes, where a limit of ours makes it
// a matter of minutes or more.
func (a *app) takes(audience int) string {
	limit := delivery.LimitOf(a.cfg.SMTP.Rate, a.cfg.SMTP.PerHour)
	if takes := limit.Takes(audience); takes >= time.Minute {
		return fmt.Sprintf(", in about %s at %s", wording.Span(takes), limit.Words)
	}
	return ""
}

// yes reads an answer; anything but yes is no.
func (a *app) yes() bool {
	line, err := bufio.NewReader(a.std.In).ReadString('\n')
	if err != nil && line == "" {
		return false // end of input is no answer
	}
	return terminal.IsYes(line)
}

// account prints what a run did and turns it into an exit code.
func (a *app) account(ctx context.Context, r desk.Result) error {
	all := slices.Concat(r.Held, r.Sent)
	unsaid := a.printSent(all)
	if a.json && len(all) == 0 {
		unsaid = a.printJSON(skipped(r))
	}
	switch {
	case r.Declined:
		a.printf("Nothing was sent: you said no.\n")
	case r.Instead > 0:
		a.printf("Issue %d was carried on, so no extra issue was started. `roundup send --now` starts one.\n", r.Instead)
	case r.Slot != nil:
		a.printf("No issue on %s: the slot was %s, %s. What is owed stays owed.%s\n", r.Slot.Label, r.Slot.Outcome, r.Slot.Why, a.nextWords(r.NextSlot))
	case r.Nothing.Code != "" && len(all) == 0:
		a.printf("Nothing was sent: %s.%s\n", words.Why(r.Nothing), a.nextWords(r.NextSlot))
	}
	if err := codeOf(r, ctx.Err() != nil); err != nil {
		return err // also where a terminal that closed, or a pipe, took no words any more
	}
	return unsaid
}

// printSent accounts for each issue a run sent or went on with: in words, or as
// one line of JSON.
func (a *app) printSent(all []delivery.Summary) error {
	for _, s := range all {
		if a.json {
			if err := a.printJSON(asjson.SummaryOf(s)); err != nil {
				return err
			}
		}
		a.printf("%s\n", a.textOf(s))
	}
	return nil
}

// textOf is a summary in words, its times as people in the newsletter's place write them.
func (a *app) textOf(s delivery.Summary) string {
	s.NextTry = s.NextTry.In(a.cfg.Newsletter.Timezone)
	return strings.TrimSuffix(s.Text()+"\n"+words.NextStep(s), "\n")
}

func skipped(r desk.Result) asjson.NothingSent {
	reason := words.Why(r.Nothing)
	if r.Slot != nil {
		reason = fmt.Sprintf("the slot of %s was %s: %s", r.Slot.Label, r.Slot.Outcome, r.Slot.Why)
	}
	return asjson.NothingSentFor(reason, r.NextSlot)
}

func (a *app) nextWords(t time.Time) string {
	if t.IsZero() {
		return " No schedule is configured; `roundup send --now` sends an issue."
	}
	return " The next slot is " + t.In(a.cfg.Newsletter.Timezone).Format("Monday 2 January 2006, 15:04 MST") + "."
}

// codeOf is promise 7: an issue that this run held is a failure, anything owed is
// "run again". An issue that was held before is owed: its failure was told then,
// and a timer that failed every few minutes would tell nothing more.
func codeOf(r desk.Result, interrupted bool) error {
	code := exitDone
	if interrupted || len(r.Held) > 0 {
		code = exitRunMore
	}
	for _, s := range r.Sent {
		switch delivery.ExitCode(s) {
		case int(exitFailed):
			code = exitFailed
		case int(exitRunMore):
			code = max(code, exitRunMore)
		}
		if code == exitFailed {
			break
		}
	}
	if code == exitDone {
		return nil
	}
	return &codeError{code}
}

// sendTest mails the next issue to some addresses.
func (a *app) sendTest(ctx context.Context, o sendOptions) error {
	// First what the command line alone can be wrong in: no relay need be asked.
	addresses, err := parseAddresses(o.test)
	if err != nil {
		return err
	}
	to := make([]string, len(addresses))
	for i, addr := range addresses {
		to[i] = addr.Given
	}
	d, err := a.desk(ctx)
	if err != nil {
		return err
	}
	if err := d.Ready(ctx); err != nil {
		return err
	}
	if err := a.catcherGone(ctx); err != nil {
		return err
	}
	if d, err = a.freshDesk(ctx, o.noFetch); err != nil {
		return err
	}
	p, err := d.SendTest(ctx, time.Time{}, to)
	if errors.Is(err, desk.ErrNothingToSend) {
		return &words.HintedError{Err: err, Hint: "`roundup fetch` reads the sources now and says what each gave"}
	}
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(asjson.TestSent{Status: "test", Issue: p.Issue.Number, Subject: p.Issue.Subject, To: to, Example: p.Example})
	}
	a.printf("Test of issue %d, %q, handed to %s for %s. Nothing was changed.\n",
		p.Issue.Number, oneLine(p.Issue.Subject), a.cfg.SMTP.Host, strings.Join(to, ", "))
	if p.Example {
		a.printf("Nothing is owed at the moment: it was made of the most recent articles, as an example.\n")
	}
	return nil
}
