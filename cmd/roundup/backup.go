package main

import (
	"errors"
	"io/fs"
	"time"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/words"
	"roundup/store/postgres"
)

func newBackup(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "backup <file>",
		Short: "copy the database, whole and consistent, while it is in use",
		Long: `Copy the database to a new file while it is in use. The copy is marked as one: it
sends nothing until ` + "`roundup adopt`" + ` has asked what went out since it was made.

A database on a PostgreSQL server is copied by the server's own tools: it says how.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			st, err := a.store(cmd.Context())
			if err != nil {
				return err
			}
			err = st.Backup(cmd.Context(), args[0])
			if errors.Is(err, fs.ErrExist) {
				return &words.HintedError{Err: err, Hint: "a backup never replaces a file: name a new one, such as roundup-" + a.now().Format(time.DateOnly) + ".db"}
			}
			var dump *postgres.DumpError
			if errors.As(err, &dump) {
				return &words.UsageError{Msg: err.Error(), Hint: dumpHint(dump, args[0])}
			}
			if err != nil {
				return err
			}
			a.printf("Copied to %s. It holds addresses and keys: keep it safe.\n", args[0])
			return nil
		},
	}
}
