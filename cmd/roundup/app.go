package main

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

// app holds what the commands share: streams, flags, and what has been opened.
type app struct {
	std     stdio
	environ []string
	now     func() time.Time
	hard    context.Context // cancelled to stop at once

	configPath string // --config
	json       bool   // --json
	quiet      bool   // --quiet
	asked      bool   // the command is for what it prints, which --quiet does not silence

	cfg     *config.Config // once loaded
	st      *store.Store   // once opened
	watcher desk.Watcher   // of the desk; nil for none
	daemon  bool           // it works by itself: nobody typed what it does
	closed  []func() error
}

func newApp(hard context.Context, std stdio, environ []string) (*app, error) {
	a := &app{std: std, environ: environ, hard: hard}
	var err error
	a.now, err = newClock(a.env(desk.ClockVariable))
	return a, err
}

// env returns a variable of the environment the app was given.
func (a *app) env(name string) string {
	for i := len(a.environ) - 1; i >= 0; i-- {
		if value, ok := strings.CutPrefix(a.environ[i], name+"="); ok {
			return value
		}
	}
	return ""
}

// config loads the configuration, once.
func (a *app) config() (*config.Config, error) {
	if a.cfg != nil {
		return a.cfg, nil
	}
	cfg, err := a.readConfig()
	if err != nil {
		return nil, err
	}
	a.cfg = cfg
	return cfg, nil
}

// readConfig reads the configuration as it is now.
func (a *app) readConfig() (*config.Config, error) {
	cfg, err := config.Load(a.configPath, a.environ)
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

// store opens the configured database, which must exist, once.
func (a *app) store(ctx context.Context) (*store.Store, error) {
	if a.st != nil {
		return a.st, nil
	}
	cfg, err := a.config()
	if err != nil {
		return nil, err
	}
	st, err := a.openDatabase(ctx, cfg.Database)
	if err != nil {
		return nil, err
	}
	a.keep(st)
	return st, nil
}

// keep makes st the app's store, closed with the app.
func (a *app) keep(st *store.Store) {
	a.st = st
	a.closed = append(a.closed, st.Close)
}

// desk wires the rooms together: config, then store, then the desk over both.
func (a *app) desk(ctx context.Context) (*desk.Desk, error) {
	if _, err := a.store(ctx); err != nil { // needs config
		return nil, err
	}
	o := a.deskOptions()
	l, err := a.list(ctx)
	if err != nil {
		return nil, err
	}
	o.List = l
	return desk.New(ctx, o)
}

// deskOptions are what a desk is made from once the store is open.
func (a *app) deskOptions() desk.Options {
	return desk.Options{
		Config:    a.cfg,
		Store:     a.st,
		Now:       a.now,
		Log:       a.logger(slog.LevelWarn),
		Version:   version,
		Rehearsal: a.env(desk.ClockVariable) != "",
		Watcher:   a.watcher,
		Words:     words.Notice,
		Because:   words.Why,
		TakesMail: takesMail(maildns.NewResolver("")),
		Workers:   a.cfg.Database.OnServer(),
		By:        a.actor(),
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

// checker looks at what a desk's sends depend on.
func (a *app) checker(d *desk.Desk) *check.Checker {
	o := check.Options{
		Desk: d, Config: d.Config(), Store: a.st, Now: a.now, Version: version, Rehearsal: a.env(desk.ClockVariable) != "",
	}
	if own := webTemplates(d.Config()); own != nil {
		o.TryPages = func() error { return readers.CheckTemplates(own) }
	}
	return check.New(o)
}

// list is the readers, over the store.
func (a *app) list(ctx context.Context) (*list.List, error) {
	st, err := a.store(ctx)
	if err != nil {
		return nil, err
	}
	l, err := list.New(ctx, st, a.now)
	if err == nil {
		l.Heed(list.Policy{SoftIssues: a.cfg.Bounces.SoftIssues, SoftFor: a.cfg.Bounces.SoftFor})
	}
	return l, err
}

func (a *app) logger(level slog.Level) *slog.Logger {
	if a.quiet {
		level = slog.LevelError
	}
	return slog.New(slog.NewTextHandler(a.std.Err, &slog.HandlerOptions{Level: level}))
}

// close closes what was opened, last first.
func (a *app) close() error {
	var errs []error
	for i := len(a.closed) - 1; i >= 0; i-- {
		errs = append(errs, a.closed[i]())
	}
	return errors.Join(errs...)
}

// interactive reports whether questions can be asked: a person at both ends.
func (a *app) interactive() bool {
	return terminal.Is(a.std.In) && terminal.Is(a.std.Err) && !a.json
}

// people is where words for people go: stdout, or stderr when stdout carries JSON.
func (a *app) people() io.Writer {
	switch {
	case a.quiet && !a.asked:
		return io.Discard
	case a.json:
		return a.std.Err
	}
	return a.std.Out
}
