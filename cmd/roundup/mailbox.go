package main

import (
	"context"
	"errors"
	"log/slog"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/words"
	"roundup/delivery/mailbox"
)

// readMailbox reads the mailbox of bounces every so often until ctx ends; the channel is
// closed then. What is wrong is logged once; notify hears of it in a day.
func readMailbox(ctx context.Context, a *app.App, metrics metricsServer, log *slog.Logger) (<-chan struct{}, error) {
	ended := make(chan struct{})
	if !a.Settings.Bounces.IMAP.On() {
		close(ended)
		return ended, nil
	}
	m, err := a.Mailbox(ctx, log)
	if err != nil {
		return nil, err
	}
	last := ""
	go func() {
		defer close(ended)
		m.Run(ctx, a.Settings.Bounces.IMAP.Interval, func(done mailbox.Done, err error) {
			metrics.mailbox(err == nil)
			if n := done.Understood + done.Unknown; n > 0 {
				log.Info("read the mailbox of bounces", "understood", done.Understood, "not_understood", done.Unknown)
			}
			said := ""
			if err != nil {
				said = err.Error()
			}
			if said != "" && said != last {
				what := said
				var trouble *mailbox.Trouble
				if errors.As(err, &trouble) {
					what, _ = words.Mailbox(trouble)
				}
				log.Error("the mailbox of bounces was not read, or not all of it", "mailbox", m.Name, "what", what)
			}
			last = said
		})
	}()
	return ended, nil
}
