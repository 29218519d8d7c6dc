package setup

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/terminal"
	"roundup/cmd/roundup/words"
	"roundup/config"
	"roundup/internal/asjson"
	"roundup/internal/desk"
	"roundup/internal/wording"
	"roundup/store"
	"roundup/store/engine"
)

func newMove(a *app.App) *cobra.Command {
	var to string
	var dryRun bool
	c := &cobra.Command{
		Use:   "move --to <database>",
		Short: "copy everything to another database, and send from there",
		Long: `Copy the whole memory from the configured database to another: a new file, or an empty
database on a PostgreSQL server. That is the one that sends from then on; the old one is
kept, marked as moved there, and sends nothing.

Between issues only. Stop ` + "`roundup serve`" + ` first: what readers do meanwhile waits, and a
process that has the old database open, or opens it later, can change nothing in it any
more: it fails, and says which one to name. A mail server that hands mails over to
` + "`roundup bounces read -`" + ` keeps them until then.

All is written in one transaction: interrupted, run it again. If it then says that the new
database holds something already, all was copied and the old one still sends: name
another that is empty. When it is done, put the new database: into the configuration.`,
		Example: `  roundup move --to postgres://roundup@db.example/roundup
  roundup move --to /var/lib/roundup/roundup.db`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return move(cmd.Context(), a, to, dryRun) },
	}
	c.Flags().StringVar(&to, "to", "", "the new `DATABASE`: a file, or postgres://USER@HOST/DATABASE (its password from ~/.pgpass or PGPASSWORD, if not in it)")
	if err := c.MarkFlagRequired("to"); err != nil {
		panic(err) // the flag is above
	}
	c.Flags().BoolVar(&dryRun, "dry-run", false, "say what would be copied and whether it could be, change nothing")
	return c
}

func move(ctx context.Context, a *app.App, given string, dryRun bool) error {
	folder, err := os.Getwd()
	if err != nil {
		return err
	}
	at, reason := config.DatabaseAt(given, folder)
	if reason != "" {
		return &words.UsageError{Msg: "--to: " + reason}
	}
	from, err := a.Store(ctx)
	if err != nil {
		return err
	}
	lock, err := lockOf(ctx, from)
	if err != nil {
		return err
	}
	defer func() { _ = lock.Unlock() }()
	if dryRun {
		return foresee(ctx, a, from, at)
	}
	to, _, err := a.CreateDatabase(ctx, at)
	if err != nil {
		return err
	}
	a.CloseLater(to.Close)
	lockTo, err := lockOf(ctx, to)
	if err != nil {
		return err
	}
	defer func() { _ = lockTo.Unlock() }()
	rows := 0
	reading := terminal.NewReading(a.UnlessQuiet())
	err = from.Move(ctx, to, a.Actor(), func(m store.Moved) {
		if !m.Done {
			reading.Update(fmt.Sprintf("%s: %s", m.Table, wording.Count(m.Rows, "row")), int64(m.Rows), int64(m.All))
			return
		}
		rows += m.Rows
		printMoved(a, m)
	})
	reading.Done()
	if err != nil {
		return moveError(err)
	}
	a.Printf("Moved to %s: %s. It is the database that sends now; %s sends nothing and takes no changes any more.\n", at, wording.Count(rows, "row"), a.Settings.Database)
	a.Printf("Next: in %s, database: %s\n", a.Settings.Path, at)
	a.Tell(asjson.Moved{From: a.Settings.Database.String(), To: at.String(), Rows: rows})
	return nil
}

func printMoved(a *app.App, m store.Moved) {
	if m.All > 0 {
		a.Printf("%s: %s\n", m.Table, wording.Count(m.All, "row"))
	}
}

// foresee says what a move would do.
func foresee(ctx context.Context, a *app.App, from *store.Store, at config.Database) error {
	there, err := a.RehearseDatabase(ctx, at)
	if err != nil {
		return err
	}
	var to *store.Store
	if there {
		if to, err = a.OpenDatabase(ctx, at); err != nil {
			return err
		}
		a.CloseLater(to.Close)
	}
	tables, copied, err := from.ForeseeMove(ctx, to)
	if err != nil {
		return moveError(err)
	}
	rows := 0
	for _, m := range tables {
		rows += m.All
		printMoved(a, m)
	}
	switch {
	case copied:
		a.Printf("All is in %s already, where a move was interrupted: to move again puts it in charge.\n", at)
	case there:
		a.Printf("To be moved to %s, which is empty: %s.\n", at, wording.Count(rows, "row"))
	default:
		a.Printf("To be moved to %s, which would be made: %s.\n", at, wording.Count(rows, "row"))
	}
	a.Printf("This was a dry run: nothing was changed.\n")
	a.Tell(asjson.Moved{From: a.Settings.Database.String(), To: at.String(), Rows: rows, DryRun: true})
	return nil
}

// lockOf takes the right to send, or says who has it.
func lockOf(ctx context.Context, st *store.Store) (engine.Lock, error) {
	lock, err := st.Lock(ctx)
	if errors.Is(err, engine.ErrLocked) {
		return nil, &desk.BusyError{Holder: st.LockHolder(ctx)}
	}
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", st.Path(), err)
	}
	return lock, nil
}

// moveError says what to do where a move was refused, before it changed anything or where the
// same move done again ends it.
func moveError(err error) error {
	hints := map[error]string{
		store.ErrUnderWay:    "move between issues: `roundup send` finishes it, or `roundup issues release` or `cancel` where it is held",
		store.ErrNotFresh:    "name a database that is not there yet, or an empty one: also where a move to this one was interrupted",
		store.ErrNotInCharge: words.AdoptHint,
		store.ErrNotOnRecord: "mend that file's owner, mode or disk, and run the same move again: `roundup adopt` would mail whoever left",
	}
	for kind, hint := range hints {
		if errors.Is(err, kind) {
			return &words.HintedError{Err: err, Hint: hint}
		}
	}
	return err
}
