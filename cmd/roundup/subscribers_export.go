package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"roundup/store"
	"roundup/subscribers"
)

func newSubscribersExport(a *app) *cobra.Command {
	var status string
	c := &cobra.Command{
		Use:   "export [<file>]",
		Short: "write the list as CSV; to standard output without a file",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			only, err := oneOf("--status", status, subscribers.Statuses())
			if err != nil {
				return err
			}
			f := store.SubscriberFilter{Status: only}
			if len(args) == 0 || args[0] == "-" {
				_, err := a.export(cmd.Context(), a.std.Out, f)
				return err
			}
			return a.exportFile(cmd.Context(), args[0], f)
		},
	}
	c.Flags().StringVar(&status, "status", "", "only those of this `STATUS`: pending, active or unsubscribed")
	return c
}

// exportFile writes the list to a new file, whole or not at all.
func (a *app) exportFile(ctx context.Context, path string, f store.SubscriberFilter) error {
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return &hintedError{err: fmt.Errorf("export: %s exists already", path), hint: "name a new file: an export replaces nothing"}
	}
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	n, err := a.export(ctx, out, f)
	if cerr := out.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		_ = os.Remove(path) // half a list is worse than none
		return fmt.Errorf("export to %s: %w", path, err)
	}
	a.printf("%s written to %s.\n", count(n, "reader"), path)
	return nil
}

func (a *app) export(ctx context.Context, w io.Writer, f store.SubscriberFilter) (int, error) {
	st, err := a.store(ctx)
	if err != nil {
		return 0, err
	}
	out := subscribers.NewCSVWriter(w)
	n := 0
	for s, err := range st.Listed(ctx, f) {
		if err != nil {
			return n, err
		}
		if err := out.Write(s.Subscriber, s.Suppressed); err != nil {
			return n, err
		}
		n++
	}
	return n, out.Flush()
}
