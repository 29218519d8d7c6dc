// Package app has what every command stands on: the streams it speaks through, the flags
// of all commands, the settings, the database, the rooms made over it, who it is that acts,
// and what an error is told as and ends with.
//
// It must not know a command. Start reading with app.go; exit.go has the errors.
package app

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"time"

	"roundup/cmd/roundup/terminal"
	"roundup/cmd/roundup/words"
	"roundup/config"
	"roundup/delivery"
	"roundup/digest/letter"
	"roundup/internal/check"
	"roundup/internal/check/maildns"
	"roundup/internal/desk"
	"roundup/internal/list"
	"roundup/store"
	"roundup/web/readers"
)

var (
	_ delivery.Ledger     = (*store.Store)(nil)
	_ delivery.Tallies    = (*store.Store)(nil)
	_ delivery.Recent     = (*store.Store)(nil)
	_ delivery.Others     = (*store.Store)(nil)
	_ readers.Subscribers = (*list.List)(nil)
	_ readers.Archive     = (*store.Store)(nil)
	_ readers.SignUps     = (*list.List)(nil)
	_ list.Writer         = (*desk.Desk)(nil)
)

// Streams are the streams a command speaks through.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// App holds what the commands share: streams, flags, and what has been opened.
type App struct {
	Streams
	Version string           // of this program
	Environ []string         // the environment, as "NAME=value"
	Now     func() time.Time // the calendar
	Hard    context.Context  // cancelled to stop at once

	ConfigPath string // --config
	JSON       bool   // --json
	Quiet      bool   // --quiet
	Asked      bool   // the command is for what it prints, which --quiet does not silence

	Settings *config.Config // nil until Config has loaded them, which Store, Desk and List do too
	st       *store.Store   // once opened
	Watcher  desk.Watcher   // of the desk; nil for none
	Daemon   bool           // it works by itself: nobody typed what it does
	closed   []func() error
	unsaid   error            // the first of Tell
	screen   *terminal.Screen // Err, where there may be a bar
}

// New makes an app that has nothing open yet. It fails where ROUNDUP_CLOCK names no time.
func New(hard context.Context, std Streams, environ []string, version string) (*App, error) {
	a := &App{Streams: std, screen: terminal.NewScreen(std.Err), Version: version, Environ: environ, Hard: hard}
	var err error
	a.Now, err = newClock(a.Env(desk.ClockVariable))
	return a, err
}

// Env returns a variable of the environment the app was given.
func (a *App) Env(name string) string {
	for i := len(a.Environ) - 1; i >= 0; i-- {
		if value, ok := strings.CutPrefix(a.Environ[i], name+"="); ok {
			return value
		}
	}
	return ""
}

// Config loads the configuration, once.
func (a *App) Config() (*config.Config, error) {
	if a.Settings != nil {
		return a.Settings, nil
	}
	cfg, err := a.ReadConfig()
	if err != nil {
		return nil, err
	}
	a.Settings = cfg
	return cfg, nil
}

// ReadConfig reads the configuration as it is now.
func (a *App) ReadConfig() (*config.Config, error) {
	cfg, err := config.Load(a.ConfigPath, a.Environ)
	if err != nil {
		return nil, err
	}
	for setting, template := range map[string]string{
		"digest.subject": cfg.Digest.Subject, "digest.preheader": cfg.Digest.Preheader,
	} {
		if err := letter.CheckLine(setting, template); err != nil {
			return nil, err
		}
	}
	return cfg, nil
}

// Store opens the configured database, which must exist, once.
func (a *App) Store(ctx context.Context) (*store.Store, error) {
	if a.st != nil {
		return a.st, nil
	}
	cfg, err := a.Config()
	if err != nil {
		return nil, err
	}
	st, err := a.OpenDatabase(ctx, cfg.Database)
	if err != nil {
		return nil, err
	}
	a.Keep(st)
	return st, nil
}

// Keep makes st the app's store, closed with the app.
func (a *App) Keep(st *store.Store) {
	a.st = st
	a.CloseLater(st.Close)
}

// CloseLater has something closed with the app.
func (a *App) CloseLater(closing func() error) {
	a.closed = append(a.closed, closing)
}

// Desk wires the rooms together: config, then store, then the desk over both.
func (a *App) Desk(ctx context.Context) (*desk.Desk, error) {
	if _, err := a.Store(ctx); err != nil { // needs config
		return nil, err
	}
	o := a.DeskOptions()
	l, err := a.List(ctx)
	if err != nil {
		return nil, err
	}
	o.List = l
	return desk.New(ctx, o)
}

// DeskOptions are what a desk is made from once the store is open.
func (a *App) DeskOptions() desk.Options {
	return desk.Options{
		Config:    a.Settings,
		Store:     a.st,
		Now:       a.Now,
		Log:       a.Logger(slog.LevelWarn),
		Version:   a.Version,
		Rehearsal: a.Env(desk.ClockVariable) != "",
		Watcher:   a.Watcher,
		Words:     words.Notice,
		Because:   words.Why,
		TakesMail: takesMail(maildns.NewResolver("")),
		Workers:   a.Settings.Database.OnServer(),
		By:        a.Actor(),
	}
}

// takesMail reports of a domain whether it has a host that takes mail.
func takesMail(resolver maildns.Resolver) func(context.Context, string) (bool, error) {
	zone := maildns.NewZone(resolver)
	return func(ctx context.Context, domain string) (bool, error) {
		in, err := zone.Inbox(ctx, domain)
		if errors.Is(err, maildns.ErrAbsent) {
			return false, nil
		}
		return !in.Refuses, err
	}
}

// Checker looks at what a desk's sends depend on.
func (a *App) Checker(d *desk.Desk) *check.Checker {
	o := check.Options{
		Desk: d, Config: d.Config(), Store: a.st, Now: a.Now, Version: a.Version, Rehearsal: a.Env(desk.ClockVariable) != "",
	}
	if own := OwnPages(d.Config()); own != nil {
		o.TryPages = func() error { return readers.CheckTemplates(own) }
	}
	return check.New(o)
}

// List is the readers, over the store.
func (a *App) List(ctx context.Context) (*list.List, error) {
	st, err := a.Store(ctx)
	if err != nil {
		return nil, err
	}
	b := a.Settings.Bounces
	return list.New(ctx, st, list.Policy{SoftIssues: b.SoftIssues, SoftFor: b.SoftFor, VERP: a.Settings.Mail.VERP}, a.Now)
}

// Logger logs to standard error from a level up; with --quiet errors alone.
func (a *App) Logger(level slog.Level) *slog.Logger {
	if a.Quiet {
		level = slog.LevelError
	}
	return slog.New(slog.NewTextHandler(a.screen, &slog.HandlerOptions{Level: level}))
}

// Close closes what was opened, last first.
func (a *App) Close() error {
	var errs []error
	for i := len(a.closed) - 1; i >= 0; i-- {
		errs = append(errs, a.closed[i]())
	}
	return errors.Join(errs...)
}

// Interactive reports whether questions can be asked: a person at both ends. They are asked
// on standard error, wherever standard output goes.
func (a *App) Interactive() bool { return terminal.Is(a.In) && terminal.Is(a.Err) }

// Silent reports whether --quiet silences what the command prints for people.
func (a *App) Silent() bool { return a.Quiet && !a.Asked }

// People is where words for people go: stdout, or stderr when stdout carries JSON.
func (a *App) People() io.Writer {
	switch {
	case a.Silent():
		return io.Discard
	case a.JSON:
		return a.screen.Over(a.Err)
	}
	return a.screen.Over(a.Out)
}
