package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"roundup/delivery"
	"roundup/digest"
	"roundup/internal/desk"
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
a run that was interrupted anywhere is carried on where it was.`,
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
	c.Flags().BoolVarP(&o.yes, "yes", "y", false, "do not ask before an issue starts")
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
	bar := a.newProgress()
	run := desk.RunOptions{
		Now:      o.now,
		NoFetch:  o.noFetch,
		Wait:     a.cfg.Delivery.Wait,
		Progress: bar.update,
		Say:      func(line string) { a.printf("%s\n", oneLine(line)) },
		Hard:     a.hard,
	}
	if a.interactive() && !o.yes {
		run.Confirm = a.confirmIssue
	}
	result, err := d.Run(ctx, run)
	bar.done()
	if err != nil {
		return a.sendError(ctx, result, err)
	}
	if err := d.FlushOutbox(context.WithoutCancel(ctx)); err != nil {
		fmt.Fprintf(a.std.Err, "roundup: warning: a notice was not sent: %v\n", err)
	}
	return a.account(ctx, result)
}

// sendError adds to an error what a person should know of what was done before it.
func (a *app) sendError(ctx context.Context, r desk.Result, err error) error {
	for _, s := range r.Sent {
		a.printf("%s\n", s.Text())
	}
	if errors.Is(err, desk.ErrNothingToSend) {
		return &hintedError{err: err, hint: "`roundup explain` lists every candidate and why it is out"}
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return &hintedError{err: errInterrupted, hint: "run `roundup send` again: it carries on where it was, and nobody is mailed twice"}
	}
	return err
}

// confirmIssue asks on the terminal before an issue starts.
func (a *app) confirmIssue(p desk.Plan, audience int) (bool, error) {
	fmt.Fprintf(a.std.Err, "Issue %d, %q: %s to %s through %s.\nSend it? [y/N] ",
		p.Issue.Number, oneLine(p.Issue.Subject), count(p.Selection.Count(), "article"),
		count(audience, "reader"), a.cfg.SMTP.Host)
	return a.yes()
}

// yes reads an answer; anything but yes is no.
func (a *app) yes() (bool, error) {
	line, err := bufio.NewReader(a.std.In).ReadString('\n')
	if err != nil && line == "" {
		return false, nil // end of input is no answer
	}
	switch strings.ToLower(strings.TrimSpace(line)) {
	case "y", "yes":
		return true, nil
	}
	return false, nil
}

// nothingSent is the JSON of a run without an issue.
type nothingSent struct {
	Status   string `json:"status"` // "skipped"
	Reason   string `json:"reason"`
	NextSlot string `json:"next_slot,omitempty"`
}

// account prints what a run did and turns it into an exit code.
func (a *app) account(ctx context.Context, r desk.Result) error {
	if a.json {
		if err := a.accountJSON(r); err != nil {
			return err
		}
	}
	for _, s := range r.Sent {
		a.printf("%s\n", s.Text())
	}
	if r.Slot != nil {
		a.printf("No issue on %s: %s, %s.\n", r.Slot.Label, r.Slot.Outcome, r.Slot.Why)
	}
	if r.Nothing != "" && r.Slot == nil {
		a.printf("Nothing was sent: %s.%s\n", r.Nothing, a.nextWords(r.NextSlot))
	}
	if ctx.Err() != nil {
		fmt.Fprintln(a.std.Err, "roundup: hint: run `roundup send` again: it carries on where it was, and nobody is mailed twice")
	}
	return codeOf(r, ctx.Err() != nil)
}

func (a *app) accountJSON(r desk.Result) error {
	if len(r.Sent) > 0 {
		return a.printJSON(r.Sent[len(r.Sent)-1])
	}
	reason := r.Nothing
	if r.Slot != nil {
		reason = r.Slot.Why
	}
	return a.printJSON(nothingSent{Status: "skipped", Reason: reason, NextSlot: rfc3339(r.NextSlot)})
}

func (a *app) nextWords(t time.Time) string {
	if t.IsZero() {
		return " No schedule is configured; `roundup send --now` sends an issue."
	}
	return " The next slot is " + a.local(t) + "."
}

// codeOf is promise 7: held is a failure, anything owed is "run again".
func codeOf(r desk.Result, interrupted bool) error {
	code := exitDone
	if interrupted {
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
	d, err := a.freshDesk(ctx, o.noFetch)
	if err != nil {
		return err
	}
	if problems := a.cfg.SendProblems(); len(problems) > 0 {
		return problems
	}
	p, err := d.Preview(ctx, time.Time{})
	if err != nil {
		return err
	}
	if err := d.Test(ctx, p, o.test); err != nil {
		return err
	}
	a.printf("Test of issue %d, %q, handed to %s for %s. Nothing was changed.\n",
		p.Issue.Number, oneLine(p.Issue.Subject), a.cfg.SMTP.Host, strings.Join(o.test, ", "))
	if p.Example {
		a.printf("Nothing is owed at the moment: it was made of the most recent articles, as an example.\n")
	}
	return nil
}

// dryRun says what send would do now.
func (a *app) dryRun(ctx context.Context, d *desk.Desk, o sendOptions) error {
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
		return a.printJSON(f)
	}
	for _, line := range f.Lines {
		a.printf("%s\n", line)
	}
	a.printf("This was a dry run: nothing was changed.\n")
	return nil
}

// progressLine says how an issue gets on, in one line.
func progressLine(issue digest.Issue, p delivery.Progress) string {
	return fmt.Sprintf("issue %d: %s", issue.Number, p.String())
}
