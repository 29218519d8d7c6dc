package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"roundup/internal/list"
	"roundup/store"
	"roundup/subscribers"
)

func newSubscribersRemove(a *app) *cobra.Command {
	return &cobra.Command{
		Use:        "remove <email>...",
		Short:      "unsubscribe readers; they are remembered as unsubscribed",
		SuggestFor: []string{"unsubscribe", "delete", "rm"},
		Args:       cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.eachReader(cmd.Context(), args, func(l *list.List, r store.Listed) error {
				changed, err := l.Unsubscribe(cmd.Context(), r.PublicID, a.actor())
				if err != nil {
					return err
				}
				words := " was unsubscribed already."
				if changed {
					words = " unsubscribed."
				}
				return a.told(cmd.Context(), r.Subscriber, oneLine(r.Email)+words)
			})
		},
	}
}

func newSubscribersChange(a *app) *cobra.Command {
	var email, name string
	c := &cobra.Command{
		Use:   "change <email>",
		Short: "change a reader's address or name",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			flags := cmd.Flags()
			if !flags.Changed("email") && !flags.Changed("name") {
				return &usageError{msg: "nothing to change", hint: "use --email NEW, --name NAME or both"}
			}
			r, err := a.reader(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if !flags.Changed("email") {
				email = r.Email
			}
			if !flags.Changed("name") {
				name = r.Name
			}
			return a.changeReader(cmd.Context(), r, email, name)
		},
	}
	c.Flags().StringVar(&email, "email", "", "the new `ADDRESS`")
	c.Flags().StringVar(&name, "name", "", "the new `NAME`; \"\" takes it away")
	return c
}

func (a *app) changeReader(ctx context.Context, r store.Listed, email, name string) error {
	addr, err := parseAddress(email)
	if err != nil {
		return err
	}
	l, err := a.list(ctx)
	if err != nil {
		return err
	}
	changed, err := l.Change(ctx, r, addr, name, a.actor())
	var taken *list.TakenError
	if errors.As(err, &taken) {
		return &hintedError{
			err:  fmt.Errorf("%s is another reader's address", addr.Given),
			hint: "to see whose: roundup subscribers show " + shellWord(addr.Given),
		}
	}
	if err != nil {
		return a.listWords(err)
	}
	return a.told(ctx, changed, changeWords(r.Subscriber, changed))
}

func changeWords(before, after subscribers.Subscriber) string {
	words := oneLine(after.Email) + ": " + cmp.Or(oneLine(after.Name), "no name")
	switch {
	case before.Email != after.Email:
		return words + ". Was " + oneLine(before.Email) + "."
	case before.Name == after.Name:
		return words + ", as before."
	}
	return words + "."
}

func newSubscribersConfirm(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "confirm <email>...",
		Short: "make readers active, pending and unsubscribed ones too, because they asked",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.eachReader(cmd.Context(), args, func(l *list.List, r store.Listed) error {
				if err := l.Confirm(cmd.Context(), r, subscribers.ConsentCommand, a.actor()); err != nil {
					return err
				}
				words := fmt.Sprintf("%s is active; was %s.", oneLine(r.Email), r.Status)
				if r.Status == subscribers.Active {
					words = oneLine(r.Email) + " was active already."
				}
				return a.told(cmd.Context(), r.Subscriber, words)
			})
		},
	}
}

func newSubscribersForget(a *app) *cobra.Command {
	var yes bool
	c := &cobra.Command{
		Use:   "forget <email>",
		Short: "erase a person; only a hash stays, so that no import brings them back",
		Long: `Erase a person: address, name, labels, where the consent came from, what servers
answered. What was sent stays counted, without the address, and a hash of the address
stays, so that no import brings the person back. This can't be undone: off a
terminal, where nobody can be asked, it needs --yes.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			addr, err := parseAddress(args[0])
			if err != nil {
				return err
			}
			if !yes && !a.interactive() {
				return &usageError{
					msg:  "erasing " + oneLine(addr.Given) + " can't be undone, and nobody can be asked here",
					hint: "if it is meant: roundup subscribers forget --yes " + shellWord(addr.Given),
				}
			}
			l, err := a.list(cmd.Context())
			if err != nil {
				return err
			}
			if err := l.Known(cmd.Context(), addr); err != nil { // before anybody is asked
				return a.listWords(err)
			}
			if !yes {
				fmt.Fprintf(a.std.Err, "Erase %s for good? [y/N] ", oneLine(addr.Given))
				if !a.yes() {
					a.printf("Nothing was erased: you said no.\n")
					return nil
				}
			}
			if err := l.Forget(cmd.Context(), addr, a.actor()); err != nil {
				return a.listWords(err)
			}
			a.printf("Forgotten. What was sent stays counted, without the address.\n")
			return nil
		},
	}
	c.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")
	return c
}
