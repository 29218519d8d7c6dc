package setup

import (
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/words"
	"roundup/internal/asjson"
	"roundup/store/postgres"
)

func newBackup(a *app.App) *cobra.Command {
	return &cobra.Command{
		Use:   "backup <file>",
		Short: "copy the database, whole and consistent, while it is in use",
		Long: `Copy the database to a new file while it is in use. The copy is marked as one: it
sends nothing until ` + "`roundup adopt`" + ` has asked what went out since it was made.

A database on a PostgreSQL server is copied by the server's own tools: it says how.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			named := "such as roundup-" + a.Now().Format(time.DateOnly) + ".db"
			if args[0] == "-" {
				return &words.UsageError{Msg: "a backup needs a file: it can't be written to standard output", Hint: "name a new one, " + named}
			}
			st, err := a.Store(cmd.Context())
			if err != nil {
				return err
			}
			err = st.Backup(cmd.Context(), args[0])
			if errors.Is(err, fs.ErrExist) {
				return &words.HintedError{Err: err, Hint: "a backup never replaces a file: name a new one, " + named}
			}
			var dump *postgres.DumpError
			if errors.As(err, &dump) {
				return &words.UsageError{Msg: err.Error(), Hint: dumpHint(dump, args[0])}
			}
			if err != nil {
				return err
			}
			a.Printf("Copied to %s. It holds addresses and keys: keep it safe.\n", args[0])
			a.Tell(asjson.Copied{File: args[0]})
			return nil
		},
	}
}

// dumpHint is the command that copies a database on a server.
func dumpHint(e *postgres.DumpError, file string) string {
	return fmt.Sprintf("pg_dump --format=custom --schema=%s --file=%s '%s'; restored by pg_restore, it sends nothing until `roundup adopt`", e.Schema, file, e.Address)
}
