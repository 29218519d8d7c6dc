package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/terminal"
	"roundup/cmd/roundup/words"
	"roundup/delivery"
	"roundup/digest"
	"roundup/internal/asjson"
	"roundup/internal/oneline"
	"roundup/internal/wording"
	"roundup/store"
	"roundup/store/ledger"
)

func newDeliveries(a *app.App) *cobra.Command {
	var state string
	c := &cobra.Command{
		Use:   "deliveries [<number> [resolve <email>]]",
		Short: "what happened to an issue, reader by reader; the latest without a number",
		Example: `  roundup deliveries --state failed
  roundup deliveries 12 --state failed
  roundup deliveries 12 resolve anna@example.org --sent`,
	}
	var sent, resend bool
	c.Flags().StringVar(&state, "state", "", "in this `STATE`: queued, sending, sent, deferred, failed, unknown or skipped")
	c.Flags().BoolVar(&sent, "sent", false, "with resolve: the reader has it")
	c.Flags().BoolVar(&resend, "resend", false, "with resolve: the reader has it not; mail it again")
	c.MarkFlagsMutuallyExclusive("sent", "resend")
	c.Args = func(_ *cobra.Command, args []string) error {
		if len(args) <= 1 || (len(args) == 3 && args[1] == "resolve") {
			return nil
		}
		return errors.New("it takes an issue's number, or none for the latest, or a number, `resolve` and an address")
	}
	c.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 3 {
			return resolve(cmd.Context(), a, args[0], args[2], sent, resend)
		}
		only, err := words.OneOf("--state", state, delivery.States())
		if err != nil {
			return err
		}
		list := func(ctx context.Context, a *app.App, st *store.Store, i digest.Issue) error {
			return printDeliveries(a, st.Deliveries(ctx, i.Number, ledger.DeliveryFilter{State: only}), false)
		}
		if len(args) == 1 {
			return withIssue(cmd.Context(), a, args[0], list)
		}
		return withLatestIssue(cmd.Context(), a, list, func() {}) // no line is none
	}
	return c
}

// printDeliveries prints a line a delivery as it is read; byIssue for one reader's history.
func printDeliveries(a *app.App, records iter.Seq2[ledger.DeliveryRecord, error], byIssue bool) error {
	who, widths := []string{"READER"}, []int{40}
	if byIssue {
		who, widths = []string{"ISSUE", "SUBJECT"}, []int{5, maxSubject}
	}
	out := terminal.NewList(a.People(), append(widths, len("deferred"), len("ATTEMPTS"), len("Wed 30 Sep 2026 15:04 CEST"))...)
	out.Fit(a.Out)
	if !a.JSON {
		if err := out.Row(append(who, "STATE", "ATTEMPTS", "WHEN", "REPLY")...); err != nil {
			return err
		}
	}
	for r, err := range records {
		if err != nil {
			return errors.Join(err, out.Flush())
		}
		if a.JSON {
			line := asjson.DeliveryOf(r)
			if byIssue {
				line.Subject = r.Subject
			}
			if err := a.PrintJSON(line); err != nil {
				return err
			}
			continue
		}
		who = []string{r.Email}
		if byIssue {
			who = []string{strconv.Itoa(r.Issue), wording.Cut(r.Subject, out.Width(1))}
		}
		if err := out.Row(append(who, string(r.State), strconv.Itoa(r.Attempts), a.Local(r.At), words.Reply(r))...); err != nil {
			return err
		}
	}
	return out.Flush()
}

// maxSubject is how much of an issue's subject stands in a line, in characters.
const maxSubject = 44

// resolve settles an unknown delivery by a person's word.
func resolve(ctx context.Context, a *app.App, number, email string, sent, resend bool) error {
	if !sent && !resend {
		return &words.UsageError{Msg: "say what is known", Hint: "--sent: the reader has it; --resend: mail it again"}
	}
	done, state := "is on record as sent", delivery.Sent
	if resend {
		done, state = "will be mailed again by the next that sends: "+words.Senders, delivery.Queued
	}
	return withIssue(ctx, a, number, func(ctx context.Context, a *app.App, _ *store.Store, i digest.Issue) error {
		r, err := a.Reader(ctx, email)
		if err != nil {
			return err
		}
		l, err := a.List(ctx)
		if err != nil {
			return err
		}
		if err := l.Resolve(ctx, i.Number, r, sent, a.Actor()); err != nil {
			return fmt.Errorf("issue %d, %s: %w", i.Number, r.Email, err)
		}
		a.Printf("Issue %d to %s %s.\n", i.Number, oneline.Plain(r.Email), done)
		a.Tell(asjson.Resolved{Issue: i.Number, Email: r.Email, State: string(state)})
		return nil
	})
}
