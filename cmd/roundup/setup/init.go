package setup

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/app"
	"roundup/config"
	"roundup/internal/asjson"
	"roundup/internal/desk/planner"
	"roundup/store"
)

func newInit(a *app.App) *cobra.Command {
	var o initOptions
	c := &cobra.Command{
		Use:   "init",
		Short: "write a commented roundup.yaml and create the database",
		Long: `Write a commented roundup.yaml and create the database it names. What exists is
kept, what is missing is made. On a terminal it asks for what it can't know, and reads
the feed at once: a site's address will do where its pages name the feed. Elsewhere it
takes flags, and leaves the rest to be filled in.

Coming from another tool: --next-number carries its numbering on, and articles up to
--already-sent-until are known, never owed.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runInit(cmd.Context(), a, o) },
	}
	o.since.flags(c)
	f := c.Flags()
	f.StringVar(&o.answers.Name, "name", "", "the newsletter's `NAME`")
	f.StringVar(&o.answers.From, "from", "", "the `ADDRESS` mails are from")
	f.StringVar(&o.answers.Feed, "feed", "", "the `URL` of the publication's feed")
	f.StringVar(&o.answers.SMTPHost, "smtp-host", "", "the relay's `HOST`")
	f.StringVar(&o.answers.Rate, "rate", "", "`MESSAGES` a second the relay allows")
	f.StringVar(&o.answers.PerHour, "per-hour", "", "`MESSAGES` an hour the relay allows, or a new address should begin with")
	f.StringVar(&o.answers.PostalAddress, "postal-address", "", "the publication's postal `ADDRESS`, printed in every mail")
	f.StringVar(&o.answers.Timezone, "timezone", "", "`ZONE` of the schedule and the dates, such as Europe/Stockholm (default UTC)")
	f.StringVar(&o.answers.Day, "day", "", "`DAY` and time it goes out: \"friday 07:00\", \"mon, thu 18:30\", or a cron expression (default Fridays at seven)")
	f.StringVar(&o.answers.Database, "database", "", "the database: a `FILE` (default roundup.db beside the configuration), or postgres://USER@HOST/DATABASE (a password is better kept in a file: database_file)")
	return c
}

type initOptions struct {
	answers config.Answers
	since   since
}

// check refuses flags that can't be what they are for, all at once.
func (o initOptions) check(dir string, now time.Time) error {
	if err := o.since.check(now); err != nil {
		return err
	}
	problems := o.answers.Problems(dir)
	if len(problems) == 0 {
		return nil
	}
	for i, p := range problems {
		for _, q := range questions(&o.answers) {
			if q.key == p.Key {
				problems[i].File, problems[i].Key = "command line", q.flag
			}
		}
	}
	return problems
}

func runInit(ctx context.Context, a *app.App, o initOptions) error {
	path := cmp.Or(a.ConfigPath, "roundup.yaml")
	if err := o.check(filepath.Dir(path), a.Now()); err != nil {
		return err
	}
	wrote, err := initFile(ctx, a, path, o.answers)
	if err != nil {
		return err
	}
	a.Printf("%s  %s\n", madeOrKept(wrote), path)
	if !wrote {
		sayUnused(a, path, o.answers)
	}
	a.ConfigPath = path
	cfg, err := a.Config()
	if err != nil {
		return err
	}
	if wrote && config.Database(o.answers.Database).HasPassword() {
		a.Warn("the database's password is in %s now; better is a file of its own (chmod 600) with the URL in it, named by database_file: in place of database:", path)
	}
	until, err := o.since.until(cfg.Newsletter.Timezone, a.Now())
	if err != nil {
		return err
	}
	st, created, err := a.CreateDatabase(ctx, cfg.Database)
	if err != nil {
		return app.AddHint(err, "database: is set by "+databaseOrigin(cfg)+": where it is wrong, mend it there, and run `roundup init` again")
	}
	a.Keep(st)
	if err := recordSince(ctx, st, o.since.nextNumber, until); err != nil {
		return err
	}
	if created { // slots count from now on
		if err := planner.TakeSchedule(ctx, cfg, st); err != nil {
			return err
		}
	}
	a.Printf("%s  %s\n", madeOrKept(created), cfg.Database)
	if err := sayRecorded(ctx, a, o.since.nextNumber, until); err != nil {
		return err
	}
	sayNext(a, cfg)
	a.Tell(asjson.Made{Config: path, Wrote: wrote, Database: cfg.Database.String(), Created: created, Missing: missing(cfg)})
	return nil
}

// databaseOrigin is where the database's name comes from: "roundup.yaml:115".
func databaseOrigin(cfg *config.Config) string {
	for _, s := range cfg.Settings() {
		if s.Key == "database" || s.Key == "database_file" {
			return s.Origin
		}
	}
	return "its default"
}

// sayRecorded repeats what was said of another tool's issues.
func sayRecorded(ctx context.Context, a *app.App, next int, until time.Time) error {
	if next > 0 {
		a.Printf("The next issue is %d.\n", next)
	}
	if until.IsZero() {
		return nil
	}
	a.Printf("Articles up to %s are known, never owed.\n", a.Local(until))
	return saySlot(ctx, a)
}

// sayUnused names the flags that a file which was there already made useless.
func sayUnused(a *app.App, path string, answers config.Answers) {
	var unused []string
	for _, q := range questions(&answers) {
		if *q.answer != "" {
			unused = append(unused, q.flag)
		}
	}
	if len(unused) > 0 {
		a.Warn("%s was there and is kept as it is: not used: %s", path, strings.Join(unused, ", "))
	}
}

func madeOrKept(made bool) string {
	if made {
		return "written"
	}
	return "kept   "
}

// initFile writes the starter file where there is none.
func initFile(ctx context.Context, a *app.App, path string, answers config.Answers) (bool, error) {
	if _, err := os.Stat(path); err == nil {
		return false, nil
	}
	if a.Interactive() {
		if err := askAnswers(ctx, a, &answers, filepath.Dir(path)); err != nil {
			return false, err
		}
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return false, err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o640)
	if err != nil {
		return false, fmt.Errorf("write the configuration: %w", err)
	}
	_, err = io.WriteString(f, config.Starter(answers))
	return true, errors.Join(err, f.Close())
}

// recordSince puts on record what another tool already sent.
func recordSince(ctx context.Context, st *store.Store, next int, until time.Time) error {
	if next > 0 {
		if err := st.SetNextNumber(ctx, next); err != nil {
			return err
		}
	}
	if until.IsZero() {
		return nil
	}
	return st.SetAlreadySentUntil(ctx, until)
}

// missing is what is still to be filled in before a send.
func missing(cfg *config.Config) []string {
	all := []string{}
	for _, p := range cfg.SendProblems() {
		all = append(all, p.String())
	}
	return all
}

// sayNext points at what is still to be filled in, then at the next step.
func sayNext(a *app.App, cfg *config.Config) {
	if problems := missing(cfg); len(problems) > 0 {
		a.Printf("\nStill to fill in before a send:\n")
		for _, p := range problems {
			a.Printf("  %s\n", p)
		}
		a.Printf("Then `roundup preview` shows the next issue.\n")
		return
	}
	a.Printf("\nNext: `roundup preview` shows the next issue, `roundup subscribers import FILE` fills the list.\n")
}
