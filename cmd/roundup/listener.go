package main

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/words"
	"roundup/delivery/inbox"
	"roundup/delivery/listener"
)

// drainMail is how long a mail that is being taken may take once the daemon is asked to stop.
const drainMail = 10 * time.Second

// bounceListener takes mails that come back while `serve` works; the zero value is nothing,
// where bounces.listen is not set.
type bounceListener struct {
	server *listener.Server
	ended  chan error
}

// listenForBounces takes what an MTA hands over at bounces.listen.
func listenForBounces(ctx context.Context, a *app.App, log *slog.Logger) (bounceListener, error) {
	network, address, lmtp := a.Settings.Bounces.ListensAt()
	if network == "" {
		return bounceListener{}, nil
	}
	taker, err := a.Taker(ctx, log)
	if err != nil {
		return bounceListener{}, err
	}
	host, err := os.Hostname()
	if err != nil {
		return bounceListener{}, err
	}
	at, err := listener.Open(ctx, network, address)
	if err != nil {
		return bounceListener{}, &words.HintedError{Err: fmt.Errorf("listen for bounces: %w", err), Hint: "is another `roundup serve` running? else choose another bounces.listen"}
	}
	unknown := a.Settings.Bounces.UnknownDir
	if err := inbox.MakeMaildir(unknown); err != nil {
		a.Warn("mails that nobody understands can't be kept in %s, and the MTA is told to try again later: %v", unknown, err)
		fmt.Fprintln(a.Err, "roundup: hint: name a folder that this process can write in bounces.unknown_dir")
	}
	m := a.Settings.Mail
	l := bounceListener{ended: make(chan error, 1), server: listener.New(listener.Options{
		LMTP: lmtp, Name: cmp.Or(a.Settings.SMTP.LocalName, host), Addresses: []string{m.ReturnPath, m.Unsubscribe},
		Take: taker.Listen(unknown), Log: log,
	})}
	go func() { l.ended <- l.server.Serve(at) }()
	dialogue := "SMTP"
	if lmtp {
		dialogue = "LMTP"
	}
	a.Printf("Bounces by %s at %s.\n", dialogue, at.Addr())
	return l, nil
}

// close takes no more mails and waits for the one that is being taken.
func (l bounceListener) close(ctx context.Context) error {
	if l.server == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainMail)
	defer cancel()
	return l.server.Shutdown(ctx)
}
