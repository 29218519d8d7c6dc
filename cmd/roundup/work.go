package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/terminal"
	"roundup/cmd/roundup/words"
	"roundup/config"
	"roundup/internal/desk"
	"roundup/internal/worker"
	"roundup/store/engine"
)

// What keeps the process's own worker from beginning may pass: it is tried again after
// pauses that double from the one to the other.
const (
	workAgain     = time.Second
	workAgainMost = time.Minute
)

func newWork(a *app.App) *cobra.Command {
	connections := 0
	c := &cobra.Command{
		Use:   "work",
		Short: "send from this machine, too (PostgreSQL)",
		Long: `Send whatever issue is under way, beside others that do, until SIGTERM or Ctrl-C. What
is in flight then is finished first, and what is left goes to the others; a second one
ends it at once. Any number of machines can do so, with one database on a PostgreSQL
server and the same configuration. When an issue starts is decided by ` + "`roundup serve` or `roundup send`" + `.

smtp.rate and smtp.per_hour are limits of all of them together; smtp.connections is each
one's own.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if most := config.MaxConnections; cmd.Flags().Changed("connections") && (connections < 1 || connections > most) {
				return &words.UsageError{Msg: fmt.Sprintf("--connections: want a number from 1 to %d", most)}
			}
			return work(cmd.Context(), a, connections)
		},
	}
	c.Flags().IntVar(&connections, "connections", 0, "open up to `N` connections to the relay (default: smtp.connections)")
	return c
}

func work(ctx context.Context, a *app.App, connections int) error {
	if err := onServer(a); err != nil {
		return err
	}
	a.Daemon = true
	log := a.Logger(slog.LevelInfo)
	metrics := newMetrics(a, log)
	defer metrics.close()
	d, err := a.Desk(ctx)
	if err != nil {
		return err
	}
	a.WarnOfConfig()
	w, closeJobs, err := newWorker(ctx, a, d, log, connections)
	if err != nil {
		return err
	}
	defer closeJobs()
	w.Progress = metrics.progress(terminal.NewLines(a.UnlessQuiet(), terminal.DaemonEvery).Update)
	metrics.listen(ctx, a, d, func() bool { return d.Ready(ctx) == nil })
	return w.Run(ctx)
}

// onServer fails where the database is a file: one process sends from that.
func onServer(a *app.App) error {
	cfg, err := a.Config()
	if err != nil || cfg.Database.OnServer() {
		return err
	}
	return &words.UsageError{
		Msg:  "the database is a file, which one process sends from: " + cfg.Database.String(),
		Hint: "several machines send together with `database: postgres://…`; `roundup send` and `roundup serve` send by themselves",
	}
}

// worker makes a worker of this process.
func newWorker(ctx context.Context, a *app.App, d *desk.Desk, log *slog.Logger, connections int) (*worker.Worker, func(), error) {
	st, err := a.Store(ctx)
	if err != nil {
		return nil, nil, err
	}
	jobs, err := worker.OpenJobs(ctx, string(a.Settings.Database), a.DatabaseAddress, log)
	if err != nil {
		return nil, nil, err
	}
	settings := d.SendSettings(a.Hard)
	if connections > 0 {
		settings.Connections = connections
	}
	o := worker.Options{
		Store:    st,
		Jobs:     jobs,
		Settings: settings,
		Mailer:   d.Mailer(),
		Letters:  d.Letters,
		Ready:    d.ReadyToWork,
		Examine:  d.Refusal,
		Process:  engine.ProcessName(os.Getpid()),
		Version:  a.Version,
		By:       a.Actor(),
		Now:      a.Now,
		Log:      log,

		Fingerprints: desk.Fingerprints(a.Settings),
	}
	if a.Watcher != nil {
		o.Watch = a.Watcher.Ledger
	}
	return worker.New(o), func() { _ = jobs.Close() }, nil
}

// workBeside sends beside a desk that only watches, until ctx ends; what is returned is
// closed then. It does nothing where the desk sends itself, or this process is not to. Where
// the database is damaged, or another's by now, it ends the desk's work with stop, or, without
// it, tries again.
func workBeside(ctx context.Context, a *app.App, d *desk.Desk, log *slog.Logger, here bool, stop context.CancelCauseFunc) <-chan struct{} {
	done := make(chan struct{})
	if !a.Settings.Database.OnServer() || !here {
		close(done)
		return done
	}
	go func() {
		defer close(done)
		said := ""
		for wait := workAgain; ctx.Err() == nil; wait = min(2*wait, workAgainMost) {
			err := workOnce(ctx, a, d, log)
			if stop != nil && (errors.Is(err, engine.ErrCorrupt) || errors.Is(err, engine.ErrMoved)) {
				stop(err)
				return
			}
			if err != nil && ctx.Err() == nil && err.Error() != said {
				said = err.Error()
				log.Error("this process does not send for now", "error", err)
			}
			select {
			case <-ctx.Done():
			case <-time.After(wait):
			}
		}
	}()
	return done
}

// workOnce sends until ctx ends. Without an error before, the desk is not ready, which it
// says by itself.
func workOnce(ctx context.Context, a *app.App, d *desk.Desk, log *slog.Logger) error {
	if d.Ready(ctx) != nil {
		return nil
	}
	w, closeJobs, err := newWorker(ctx, a, d, log, 0)
	if err != nil {
		return err
	}
	defer closeJobs()
	return w.Run(ctx)
}
