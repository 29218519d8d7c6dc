package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/terminal"
	"roundup/delivery/inbox"
	"roundup/internal/asjson"
)

func newBounces(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "bounces",
		Short: "read the mail that came back",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	var dryRun bool
	read := &cobra.Command{
		Use:   "read <path>...",
		Short: "read unsubscribe mails from files, mbox files or maildirs; - for standard input",
		Long: `Read mails sent to mail.unsubscribe by readers who left through the mailto: link,
and unsubscribe them. Each names its reader by an unforgeable token. Mail that is
anything else is left alone and counted.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.readBounces(cmd.Context(), args, dryRun) },
	}
	read.Flags().BoolVar(&dryRun, "dry-run", false, "say what would be done, change nothing")
	c.AddCommand(read)
	return c
}

func (a *app) readBounces(ctx context.Context, paths []string, dryRun bool) error {
	l, err := a.list(ctx)
	if err != nil {
		return err
	}
	mails := l.Mails(dryRun)
	each := func(mail io.Reader, where string) error {
		err := mails.Take(ctx, mail)
		switch {
		case errors.Is(err, inbox.ErrNotUnsubscribe):
			if !a.quiet {
				a.warn("%s: left alone: %v", where, err)
			}
			return nil
		case err != nil:
			return fmt.Errorf("%s: %w", where, err)
		}
		return nil
	}
	for _, path := range paths {
		if err := a.eachMail(ctx, path, each); err != nil {
			return err
		}
	}
	n := asjson.BouncesOf(mails.Done())
	if a.json {
		return a.printJSON(n)
	}
	verb := "unsubscribed"
	if dryRun {
		verb = "would be unsubscribed"
	}
	a.printf("%s: %d %s, %d had left already, %d left alone.\n", count(n.Mails, "mail"), n.Unsubscribed, verb, n.Already, n.Other)
	return nil
}

// eachMail runs do for every mail at a path; - is standard input.
func (a *app) eachMail(ctx context.Context, path string, do func(mail io.Reader, where string) error) error {
	if path != "-" {
		return inbox.EachMailAt(ctx, path, do)
	}
	err := inbox.EachMail(terminal.Patient(ctx, a.std.In), func(r io.Reader) error { return do(r, "standard input") })
	if err == nil && ctx.Err() != nil {
		err = terminal.ErrInterrupted // half a mail is none
	}
	return err
}
