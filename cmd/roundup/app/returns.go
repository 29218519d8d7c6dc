package app

import (
	"context"
	"fmt"
	"log/slog"

	"roundup/cmd/roundup/words"
	"roundup/internal/desk"
	"roundup/internal/loopback"
	"roundup/internal/returns"
)

// Taker takes mails that come back.
func (a *App) Taker(ctx context.Context, log *slog.Logger) (returns.Taker, error) {
	l, err := a.List(ctx)
	return returns.Taker{List: l, By: a.Actor(), Log: log}, err
}

// Mailbox is the mailbox that bounces are read from, which must be configured. A rehearsal
// reads none but of this machine: what is moved, nobody else hears of.
func (a *App) Mailbox(ctx context.Context, log *slog.Logger) (returns.Mailbox, error) {
	taker, err := a.Taker(ctx, log)
	if err != nil {
		return returns.Mailbox{}, err
	}
	m := a.Settings.Bounces.IMAP
	if !m.On() {
		return returns.Mailbox{}, &words.HintedError{Err: fmt.Errorf("no mailbox is configured"), Hint: "set bounces.imap.host, username and password_file"}
	}
	if a.Env(desk.ClockVariable) != "" && !loopback.Is(m.Host) {
		return returns.Mailbox{}, &words.HintedError{
			Err:  fmt.Errorf("%s is set: in a rehearsal only a mailbox on this machine is read", desk.ClockVariable),
			Hint: "unset it, or point bounces.imap.host at 127.0.0.1",
		}
	}
	st, err := a.Store(ctx)
	return returns.Mailbox{Taker: taker, Name: m.Name(), Options: desk.MailboxSettings(a.Settings), Store: st}, err
}
