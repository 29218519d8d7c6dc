// Package planner owns the next issue until it starts: its slot, what people
// change of it, which articles are chosen, how it is compiled, fitted into a mail
// and illustrated, in which variants. It freezes the issue, and makes its mails.
//
// It must not read sources, send, or tell the editor, which is the desk's, and
// holds none of the rules it calls on: choosing is digest's, looks are letter's,
// every statement is store's.
//
// Start reading with Plan in plan.go; edit.go makes people's changes, fit.go finds
// how many articles fit, freeze.go starts the issue and letters.go makes its mails.
package planner

import (
	"log/slog"
	"time"

	"roundup/config"
	"roundup/delivery/mail"
	"roundup/digest/feeds"
	"roundup/digest/schedule"
	"roundup/internal/outbound"
	"roundup/store"
	"roundup/subscribers"
)

// Planner plans the next issue of one newsletter.
type Planner struct {
	cfg      *config.Config
	store    *store.Store
	keyring  *subscribers.Keyring
	calendar schedule.Calendar
	client   *outbound.Client
	reader   *feeds.Reader
	signer   *mail.Signer
	now      func() time.Time
	log      *slog.Logger
	by       subscribers.Actor
	pictures pictureCache // that mails embed
}

// Options are what a Planner is built from.
type Options struct {
	Config   *config.Config
	Store    *store.Store
	Keyring  *subscribers.Keyring
	Calendar schedule.Calendar // zero when no schedule is configured
	Client   *outbound.Client  // fetches pictures
	Reader   *feeds.Reader     // reads articles' own pages
	Signer   *mail.Signer      // nil where mails are not signed here
	Now      func() time.Time
	Log      *slog.Logger
	By       subscribers.Actor // who starts issues and decides slots
}

// New builds a Planner.
func New(o Options) *Planner {
	return &Planner{
		cfg: o.Config, store: o.Store, keyring: o.Keyring, calendar: o.Calendar, client: o.Client, reader: o.Reader,
		signer: o.Signer, now: o.Now, log: o.Log, by: o.By,
	}
}
