package readership

import (
	"cmp"
	"context"
	"errors"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/terminal"
	"roundup/cmd/roundup/words"
	"roundup/internal/asjson"
	"roundup/internal/list"
	"roundup/subscribers"
)

func newSuppressions(a *app.App) *cobra.Command {
	listing := &cobra.Command{
		Use:   "list",
		Short: "the addresses that are not mailed, and why",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return listSuppressions(cmd.Context(), a) },
	}
	c := &cobra.Command{
		Use:   "suppressions",
		Short: "addresses that must not be mailed, whatever the list says",
		Args:  cobra.NoArgs,
		RunE:  listing.RunE,
	}
	var reason string
	add := &cobra.Command{
		Use:   "add <email>...",
		Short: "never mail these addresses",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			why, err := words.OneOf("--reason", reason, []subscribers.Reason{subscribers.HardBounce, subscribers.SoftBounce, subscribers.Complaint, subscribers.Manual})
			if err != nil {
				return err
			}
			return eachAddress(cmd.Context(), a, args, func(l *list.List, addr subscribers.Address) error {
				if err := l.Suppress(cmd.Context(), addr, why, a.Actor()); err != nil {
					return err
				}
				a.Printf("%s will not be mailed.\n", addr.Given)
				a.Tell(asjson.Mailing{Email: addr.Given, Suppressed: true})
				return nil
			})
		},
	}
	add.Flags().StringVar(&reason, "reason", string(subscribers.Manual), "`REASON`: manual, hard_bounce, soft_bounce or complaint")
	oldest := 20
	review := &cobra.Command{
		Use:   "review",
		Short: "the oldest suppressions for bounces: an address may be good again",
		Long: `List the addresses that have been suppressed the longest for bounces, the oldest first.
A mailbox that was full years ago may be read again, and an address may be somebody
else's: write to the person yourself before you lift it.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return reviewSuppressions(cmd.Context(), a, oldest) },
	}
	review.Flags().IntVar(&oldest, "limit", oldest, "list at most `N`; 0 for all")
	c.AddCommand(listing, add, review, &cobra.Command{
		Use:   "lift <email>...",
		Short: "let these addresses be mailed again",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return eachAddress(cmd.Context(), a, args, func(l *list.List, addr subscribers.Address) error {
				if err := l.Lift(cmd.Context(), addr, a.Actor()); err != nil {
					return words.List(a.Local, err)
				}
				return lifted(cmd.Context(), a, l, addr)
			})
		},
	})
	return c
}

// lifted says what follows from a suppression that is over.
func lifted(ctx context.Context, a *app.App, l *list.List, addr subscribers.Address) error {
	r, err := l.Find(ctx, addr)
	var missing *list.NotListedError
	switch {
	case errors.As(err, &missing):
		a.Printf("%s is no longer suppressed. It is not on the list: `roundup subscribers add` takes it in.\n", addr.Given)
	case err != nil:
		return err
	case r.Status == subscribers.Active:
		a.Printf("%s is no longer suppressed. It is active: the next issue goes to it.\n", addr.Given)
	default:
		a.Printf("%s is no longer suppressed. It stays %s.\n", addr.Given, r.Status)
	}
	a.Tell(asjson.Mailing{Email: addr.Given, Status: string(r.Status)})
	return nil
}

// eachAddress runs do for each address, and only when all are addresses.
func eachAddress(ctx context.Context, a *app.App, emails []string, do func(*list.List, subscribers.Address) error) error {
	l, err := a.List(ctx)
	if err != nil {
		return err
	}
	all, err := app.ParseAddresses(emails)
	if err != nil {
		return err
	}
	for _, addr := range all {
		if err := do(l, addr); err != nil {
			return err
		}
	}
	return nil
}

func listSuppressions(ctx context.Context, a *app.App) error {
	return printSuppressions(ctx, a, func(subscribers.Suppression, int) (listed, more bool) { return true, true }, "No address is suppressed.")
}

// reviewSuppressions lists the oldest that are for bounces.
func reviewSuppressions(ctx context.Context, a *app.App, limit int) error {
	return printSuppressions(ctx, a, func(s subscribers.Suppression, printed int) (listed, more bool) {
		return s.Reason == subscribers.HardBounce || s.Reason == subscribers.SoftBounce, limit == 0 || printed < limit
	}, "No address is suppressed for bounces.")
}

// printSuppressions prints those that wanted says as they are read, the oldest first, until it wants
// no more. A line takes the 80 columns of a terminal.
func printSuppressions(ctx context.Context, a *app.App, wanted func(s subscribers.Suppression, printed int) (listed, more bool), none string) error {
	st, err := a.Store(ctx)
	if err != nil {
		return err
	}
	n := 0
	out := terminal.NewList(a.People(), listWidths()[0], len(subscribers.HardBounce))
	for s, err := range st.Suppressions(ctx) {
		if err != nil {
			return err
		}
		wants, more := wanted(s, n)
		if !more {
			break
		}
		if !wants {
			continue
		}
		if n++; n == 1 && !a.JSON {
			if err := out.Row("ADDRESS", "REASON", "SINCE"); err != nil {
				return err
			}
		}
		if a.JSON {
			if err := a.PrintJSON(asjson.SuppressionOf(s)); err != nil {
				return err
			}
			continue
		}
		if err := out.Row(cmp.Or(s.Email, "(forgotten)"), string(s.Reason), a.Local(s.At)); err != nil {
			return err
		}
	}
	if a.JSON {
		return nil
	}
	if n == 0 {
		a.Printf("%s\n", none)
		return nil
	}
	return out.Flush()
}
