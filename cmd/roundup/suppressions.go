package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"roundup/store"
	"roundup/subscribers"
)

func newSuppressions(a *app) *cobra.Command {
	list := &cobra.Command{
		Use:   "list",
		Short: "the addresses that are not mailed, and why",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.listSuppressions(cmd.Context()) },
	}
	c := &cobra.Command{
		Use:   "suppressions",
		Short: "addresses that must not be mailed, whatever the list says",
		Args:  cobra.NoArgs,
		RunE:  list.RunE,
	}
	var reason string
	add := &cobra.Command{
		Use:   "add <email>...",
		Short: "never mail these addresses",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			why, err := oneOf("--reason", reason, []subscribers.Reason{subscribers.HardBounce, subscribers.Complaint, subscribers.Manual})
			if err != nil {
				return err
			}
			return a.eachHash(cmd.Context(), args, func(ctx context.Context, st *store.Store, addr subscribers.Address, hash []byte) error {
				if err := st.Suppress(ctx, hash, addr.Given, why); err != nil {
					return err
				}
				a.printf("%s will not be mailed.\n", addr.Given)
				return nil
			})
		},
	}
	add.Flags().StringVar(&reason, "reason", string(subscribers.Manual), "`REASON`: manual, hard_bounce or complaint")
	c.AddCommand(list, add, &cobra.Command{
		Use:   "lift <email>...",
		Short: "let these addresses be mailed again",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.eachHash(cmd.Context(), args, func(ctx context.Context, st *store.Store, addr subscribers.Address, hash []byte) error {
				err := st.Lift(ctx, hash)
				if errors.Is(err, store.ErrNotFound) {
					return &hintedError{
						err:  fmt.Errorf("%s is not suppressed", addr.Given),
						hint: "`roundup suppressions list` shows the addresses that are",
					}
				}
				if err != nil {
					return err
				}
				return a.lifted(ctx, st, addr)
			})
		},
	})
	return c
}

// lifted says what follows from a suppression that is over.
func (a *app) lifted(ctx context.Context, st *store.Store, addr subscribers.Address) error {
	sub, err := st.FindSubscriber(ctx, addr.Key)
	switch {
	case errors.Is(err, store.ErrNotFound):
		a.printf("%s is no longer suppressed. It is not on the list: `roundup subscribers add` takes it in.\n", addr.Given)
	case err != nil:
		return err
	case sub.Status == subscribers.Active:
		a.printf("%s is no longer suppressed. It is active: the next issue goes to it.\n", addr.Given)
	default:
		a.printf("%s is no longer suppressed. It stays %s.\n", addr.Given, sub.Status)
	}
	return nil
}

// eachHash runs do for each address with its keyed hash.
func (a *app) eachHash(ctx context.Context, emails []string, do func(context.Context, *store.Store, subscribers.Address, []byte) error) error {
	st, err := a.store(ctx)
	if err != nil {
		return err
	}
	keyring, err := st.Keyring(ctx)
	if err != nil {
		return err
	}
	all, err := parseAddresses(emails)
	if err != nil {
		return err
	}
	for _, addr := range all {
		if err := do(ctx, st, addr, keyring.AddressHash(addr.Key)); err != nil {
			return err
		}
	}
	return nil
}

// suppression is why an address key is suppressed; "" when it is not.
func (a *app) suppression(ctx context.Context, key string) (subscribers.Reason, error) {
	st, err := a.store(ctx)
	if err != nil {
		return "", err
	}
	keyring, err := st.Keyring(ctx)
	if err != nil {
		return "", err
	}
	s, err := st.Suppressed(ctx, keyring.AddressHash(key))
	if errors.Is(err, store.ErrNotFound) {
		return "", nil
	}
	return s.Reason, err
}

// suppressionLine is one line of `suppressions list --json`.
type suppressionLine struct {
	Email  string `json:"email"`
	Reason string `json:"reason"`
	At     string `json:"at"`
}

func (a *app) listSuppressions(ctx context.Context) error {
	st, err := a.store(ctx)
	if err != nil {
		return err
	}
	n := 0
	t := newTable(a.people(), "ADDRESS", "REASON", "SINCE")
	for s, err := range st.Suppressions(ctx) {
		if err != nil {
			return err
		}
		n++
		if a.json {
			if err := a.printJSON(suppressionLine{Email: s.Email, Reason: string(s.Reason), At: rfc3339(s.At)}); err != nil {
				return err
			}
			continue
		}
		t.row(cmp.Or(s.Email, "(forgotten)"), string(s.Reason), a.local(s.At))
	}
	if a.json {
		return nil
	}
	if n == 0 {
		a.printf("No address is suppressed.\n")
		return nil
	}
	return t.flush()
}
