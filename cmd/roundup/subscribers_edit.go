package main

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

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
			return a.eachSubscriber(cmd.Context(), args, func(st *store.Store, sub subscribers.Subscriber) error {
				changed, err := st.Unsubscribe(cmd.Context(), sub.PublicID, "command line")
				if err != nil {
					return err
				}
				words := " was unsubscribed already."
				if changed {
					words = " unsubscribed."
				}
				return a.told(cmd.Context(), st, sub.Key, oneLine(sub.Email)+words)
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
			st, sub, err := a.subscriber(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if !flags.Changed("email") {
				email = sub.Email
			}
			if !flags.Changed("name") {
				name = sub.Name
			}
			addr, err := parseAddress(email)
			if err != nil {
				return err
			}
			changed, err := st.Change(cmd.Context(), sub.Key, addr, subscribers.CleanName(name), "command line")
			switch {
			case errors.Is(err, store.ErrExists):
				return &hintedError{
					err:  fmt.Errorf("%s is another reader's address", addr.Given),
					hint: "to see whose: roundup subscribers show " + shellWord(addr.Given),
				}
			case errors.Is(err, store.ErrErased):
				return comeBack(addr)
			case err != nil:
				return err
			}
			return a.told(cmd.Context(), st, changed.Key, changeWords(sub, changed))
		},
	}
	c.Flags().StringVar(&email, "email", "", "the new `ADDRESS`")
	c.Flags().StringVar(&name, "name", "", "the new `NAME`; \"\" takes it away")
	return c
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
			return a.eachSubscriber(cmd.Context(), args, func(st *store.Store, sub subscribers.Subscriber) error {
				if err := st.ConfirmSubscriber(cmd.Context(), sub.Key, subscribers.ConsentCommand); err != nil {
					return err
				}
				words := fmt.Sprintf("%s is active; was %s.", oneLine(sub.Email), sub.Status)
				if sub.Status == subscribers.Active {
					words = oneLine(sub.Email) + " was active already."
				}
				return a.told(cmd.Context(), st, sub.Key, words)
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
			st, err := a.store(cmd.Context())
			if err != nil {
				return err
			}
			reason, err := a.suppression(cmd.Context(), addr.Key)
			if err != nil {
				return err
			}
			if reason == "" || reason == subscribers.Erased { // else it may be on no list, and known all the same
				if _, _, err := a.subscriber(cmd.Context(), args[0]); err != nil {
					return err
				}
			}
			if !yes {
				fmt.Fprintf(a.std.Err, "Erase %s for good? [y/N] ", oneLine(addr.Given))
				if !a.yes() {
					a.printf("Nothing was erased: you said no.\n")
					return nil
				}
			}
			if err := st.Forget(cmd.Context(), addr.Key); err != nil {
				return err
			}
			a.printf("Forgotten. What was sent stays counted, without the address.\n")
			return nil
		},
	}
	c.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")
	return c
}
