package main

import (
	"context"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/app"
	"roundup/internal/oneline"
	"roundup/store/ledger"
)

func newHistory(a *app.App) *cobra.Command {
	return &cobra.Command{
		Use:   "history <email>",
		Short: "every issue one reader was owed, what became of it, and who changed what",
		Args:  cobra.ExactArgs(1),
		RunE:  func(cmd *cobra.Command, args []string) error { return history(cmd.Context(), a, args[0]) },
	}
}

func history(ctx context.Context, a *app.App, email string) error {
	sub, err := a.Reader(ctx, email)
	if err != nil {
		return err
	}
	st, err := a.Store(ctx)
	if err != nil {
		return err
	}
	records, err := st.History(ctx, sub.Key)
	if err != nil {
		return err
	}
	if len(records) == 0 {
		a.Printf("%s has been owed no issue yet.\n", oneline.Plain(sub.Email))
	} else if err := printDeliveries(a, func(yield func(ledger.DeliveryRecord, error) bool) {
		for _, r := range records {
			if !yield(r, nil) {
				return
			}
		}
	}, true); err != nil {
		return err
	}
	events, err := st.SubscriberEvents(ctx, sub.ID)
	if err != nil {
		return err
	}
	return a.PrintEvents(events)
}
