package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"roundup/store"
	"roundup/subscribers"
)

func newSubscribers(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:        "subscribers",
		Short:      "the list: add, remove, import, export, look up",
		SuggestFor: []string{"unsubscribe", "subscribe"},
		Args:       cobra.NoArgs,
		RunE:       func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	c.AddCommand(
		newSubscribersAdd(a), newSubscribersRemove(a), newSubscribersChange(a), newSubscribersList(a),
		newSubscribersShow(a), newSubscribersImport(a), newSubscribersExport(a), newSubscribersConfirm(a),
		newSubscribersForget(a), newSubscribersStats(a),
	)
	return c
}

// subscriber finds a reader under any spelling of the address.
func (a *app) subscriber(ctx context.Context, email string) (*store.Store, subscribers.Subscriber, error) {
	addr, err := parseAddress(email)
	if err != nil {
		return nil, subscribers.Subscriber{}, err
	}
	st, err := a.store(ctx)
	if err != nil {
		return nil, subscribers.Subscriber{}, err
	}
	sub, err := st.FindSubscriber(ctx, addr.Key)
	if errors.Is(err, store.ErrNotFound) {
		return nil, sub, a.notListed(ctx, addr)
	}
	return st, sub, err
}

// notListed says that an address is not on the list, and what else is known of it.
func (a *app) notListed(ctx context.Context, addr subscribers.Address) error {
	reason, err := a.suppression(ctx, addr.Key)
	switch {
	case err != nil:
		return err
	case reason == subscribers.Erased:
		return fmt.Errorf("%s was forgotten: nothing but that is known", addr.Given)
	case reason != "":
		return &hintedError{
			err:  fmt.Errorf("%s is not on the list, only suppressed: %s", addr.Given, reason),
			hint: "roundup suppressions lift " + shellWord(addr.Given),
		}
	}
	return &hintedError{
		err:  fmt.Errorf("%s is not on the list", addr.Given),
		hint: "look for part of it: roundup subscribers list --text " + shellWord(addr.Local),
	}
}

// eachSubscriber runs do for every reader named, and only when all are on the list.
func (a *app) eachSubscriber(ctx context.Context, emails []string, do func(*store.Store, subscribers.Subscriber) error) error {
	var found []subscribers.Subscriber
	var st *store.Store
	for _, email := range emails {
		s, sub, err := a.subscriber(ctx, email)
		if err != nil {
			return err
		}
		st, found = s, append(found, sub)
	}
	for _, sub := range found {
		if err := do(st, sub); err != nil {
			return err
		}
	}
	return nil
}

func parseAddress(email string) (subscribers.Address, error) {
	addr, err := subscribers.ParseAddress(email)
	if err == nil {
		return addr, nil
	}
	usage := &usageError{msg: err.Error()}
	if name, bare := subscribers.SplitMailbox(email); name != "" {
		if addr, err := subscribers.ParseAddress(bare); err == nil {
			usage.hint = fmt.Sprintf("give the bare address: %s; --name takes the name where there is one to give", shellWord(addr.Given))
		}
	}
	return addr, usage
}

// parseAddresses reads all of them, or none.
func parseAddresses(emails []string) ([]subscribers.Address, error) {
	all := make([]subscribers.Address, 0, len(emails))
	for _, email := range emails {
		addr, err := parseAddress(email)
		if err != nil {
			return nil, err
		}
		all = append(all, addr)
	}
	return all, nil
}

// shellWord quotes s where a shell would not take it as it is.
func shellWord(s string) string {
	plain := func(r rune) bool { return !strings.ContainsRune(" \t\"'`$&|;<>()*?[]{}!#~\\", r) }
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// told says what became of a reader: in words, or as the reader's line in JSON.
func (a *app) told(ctx context.Context, st *store.Store, key, words string) error {
	a.printf("%s\n", words)
	reason, err := a.suppression(ctx, key)
	if err != nil {
		return err
	}
	sub, err := st.FindSubscriber(ctx, key)
	if err != nil {
		return err
	}
	if reason != "" && sub.Status != subscribers.Unsubscribed {
		a.warn("%s is suppressed (%s) and not mailed: `roundup suppressions lift %s` ends that", sub.Email, reason, shellWord(sub.Email))
	}
	if a.json {
		return a.printJSON(subscriberJSON(sub, reason))
	}
	return nil
}

// warn prints a warning on standard error.
func (a *app) warn(format string, args ...any) {
	fmt.Fprintf(a.std.Err, "roundup: warning: %s\n", oneLine(fmt.Sprintf(format, args...)))
}

func newSubscribersAdd(a *app) *cobra.Command {
	var name, status string
	c := &cobra.Command{
		Use:   "add <email>...",
		Short: "add readers who asked for it",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			want, err := oneOf("--status", status, []subscribers.Status{subscribers.Active, subscribers.Pending})
			if err != nil {
				return err
			}
			if name != "" && len(args) > 1 {
				return &usageError{msg: "--name is of one reader", hint: "add them one by one"}
			}
			all, err := parseAddresses(args)
			if err != nil {
				return err
			}
			for _, addr := range all {
				if err := a.addSubscriber(cmd.Context(), addr, name, want); err != nil {
					return err
				}
			}
			return nil
		},
	}
	c.Flags().StringVar(&name, "name", "", "the reader's `NAME`")
	c.Flags().StringVar(&status, "status", string(subscribers.Active), "`STATUS` to begin with: active or pending")
	return c
}

func (a *app) addSubscriber(ctx context.Context, addr subscribers.Address, name string, status subscribers.Status) error {
	st, err := a.store(ctx)
	if err != nil {
		return err
	}
	if addr.IsRole() {
		a.warn("%s is a role address; several people may read it, or nobody", addr.Given)
	}
	sub, err := st.Add(ctx, subscribers.Subscriber{
		Email:   addr.Given,
		Key:     addr.Key,
		Name:    subscribers.CleanName(name),
		Status:  status,
		Consent: subscribers.Consent{How: subscribers.ConsentCommand, At: a.now()},
	}, "command line")
	switch {
	case errors.Is(err, store.ErrExists):
		return a.listedAlready(addr, sub)
	case errors.Is(err, store.ErrErased):
		return comeBack(addr)
	case err != nil:
		return err
	}
	return a.told(ctx, st, sub.Key, fmt.Sprintf("%s added: %s.", oneLine(sub.Email), sub.Status))
}

// listedAlready says how a reader stands, and what would change that.
func (a *app) listedAlready(addr subscribers.Address, sub subscribers.Subscriber) error {
	known := addr.Given + " is on the list already"
	if sub.Email != addr.Given {
		known += " as " + oneLine(sub.Email)
	}
	word := shellWord(addr.Given)
	switch sub.Status {
	case subscribers.Unsubscribed:
		return &hintedError{
			err:  fmt.Errorf("%s: unsubscribed on %s", known, a.local(sub.Changed)),
			hint: "if that person asks to come back: roundup subscribers confirm " + word,
		}
	case subscribers.Pending:
		return &hintedError{
			err:  fmt.Errorf("%s: pending since %s", known, a.local(sub.Changed)),
			hint: "if that person has told you yes: roundup subscribers confirm " + word,
		}
	}
	return &hintedError{err: fmt.Errorf("%s: %s", known, sub.Status), hint: "to see what is known: roundup subscribers show " + word}
}

// comeBack is the error for an address whose owner was forgotten.
func comeBack(addr subscribers.Address) error {
	return &hintedError{
		err:  fmt.Errorf("%s asked to be forgotten", addr.Given),
		hint: "if that person wants to come back: roundup suppressions lift " + shellWord(addr.Given),
	}
}
