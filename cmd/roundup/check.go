package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"roundup/internal/desk"
)

func newCheck(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "everything worth a look before a send",
		Long: `Look at what a send depends on: the configuration, the database, every source, the
next issue and its mail, the way out for readers, and the relay's login. Nothing
is sent, and nothing changed but what a fetch adds. The exit code is 1 where anything failed.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.check(cmd.Context()) },
	}
}

func (a *app) check(ctx context.Context) error {
	d, err := a.desk(ctx)
	if err != nil {
		return err
	}
	failed := false
	t := newTable(a.people())
	for _, f := range d.Check(ctx) {
		failed = failed || f.Outcome == desk.CheckFailed
		if a.json {
			if err := a.printJSON(f); err != nil {
				return err
			}
			continue
		}
		t.row(string(f.Outcome), f.What, f.Detail)
		if f.Hint != "" && f.Outcome != desk.CheckPassed {
			t.row("", "", "→ "+f.Hint)
		}
	}
	if err := t.flush(); err != nil {
		return err
	}
	if failed {
		return fmt.Errorf("a check failed")
	}
	return nil
}
