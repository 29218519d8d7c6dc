package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/terminal"
	"roundup/cmd/roundup/words"
	"roundup/digest/schedule"
	"roundup/internal/desk"
	"roundup/internal/oneline"
	"roundup/subscribers"
	"roundup/web"
	"roundup/web/readers"
)

func newServe(a *app.App) *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "the daemon: fetches, sends at each slot, and serves the readers' pages",
		Long: `Fetch on fetch.interval, send at each slot of schedule.cron, carry on with what is
owed, tell the editor, and serve the readers' pages at web.listen, until SIGTERM,
Ctrl-C or the end of its terminal. What is in flight then is finished first.

A changed configuration is used from the next start on; until then the log and a
notice say so.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return serve(cmd.Context(), a) },
	}
}

func serve(ctx context.Context, a *app.App) error {
	if _, err := a.Config(); err != nil {
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
	a.WarnOfLeavings()
	if err := d.Ready(ctx); err != nil {
		return err
	}
	daemon := desk.NewDaemon(d, desk.RunOptions{
		Wait:     a.Settings.Delivery.Wait,
		Progress: metrics.progress(terminal.NewLines(a.UnlessQuiet(), terminal.DaemonEvery).Update),
		Say:      func(line string) { log.Info(oneline.Plain(line)) },
		Hard:     a.Hard,
	}, func(r desk.Result, err error) { metrics.run(r); logRun(log, r, err) })

	pages, err := readersPages(ctx, a, d, daemon.Health, log)
	if err != nil {
		return err
	}
	metrics.signUps(pages)
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", a.Settings.Web.Listen)
	if err != nil {
		return &words.HintedError{Err: fmt.Errorf("listen for readers: %w", err), Hint: "is another `roundup serve` running? else choose another web.listen"}
	}
	metrics.listen(ctx, a, d, func() bool { return daemon.Health().OK })
	served, err := withHooks(ctx, a, pages, log)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	bounces, err := listenForBounces(ctx, a, log)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	server := web.NewServer(served)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(web.Limit(listener)) }()
	address := "http://" + listener.Addr().String()
	if providers := slices.Sorted(maps.Keys(a.Settings.Bounces.Webhooks.Secrets())); len(providers) > 0 {
		a.Printf("Webhooks of %s at %s/hooks/PROVIDER/SECRET.\n", strings.Join(providers, ", "), cmp.Or(a.Settings.Newsletter.BaseURL, address))
	}
	a.Printf("Readers' pages at %s%s. Ctrl-C stops.\n", address, reached(a.Settings.Newsletter.BaseURL, address))

	working, stop := context.WithCancel(ctx)
	defer stop()
	fetched, err := readMailbox(working, a, metrics, log)
	if err != nil {
		stop()
		return errors.Join(err, server.Close(), bounces.close(ctx))
	}
	worked := workBeside(working, a, d, log, a.Settings.Work.Here, nil)
	var ended error // read once done is closed
	done := make(chan struct{})
	go func() { ended = daemon.Run(working); close(done) }()
	select {
	case err = <-failed: // without the pages readers have no way out: end, and let systemd start us anew
	case err = <-bounces.ended: // the MTA keeps what it can't hand over, until we start anew
	case <-ctx.Done():
	case <-done: // the database is another one now: end, and let systemd start us with it
	}
	stop() // whichever ended: the others end with it
	// Side by side: a page that hangs must not add to what the last mails take.
	closed := make(chan error, 2)
	go func() { closed <- shutdown(ctx, server) }()
	go func() { closed <- bounces.close(ctx) }()
	<-done
	<-worked
	<-fetched
	err = errors.Join(ended, ignoreClosed(err), <-closed, <-closed)
	// A reader who pressed the button leaves, whatever became of the request: that ends by
	// itself, done or given up, and only a second signal cuts it short. Then the store closes.
	pages.Wait(a.Hard)
	return err
}

// reached says how readers come to the pages that are at an address, if they do.
func reached(baseURL, address string) string {
	switch baseURL {
	case "":
		return "; no mail leads there while newsletter.base_url is not set: readers leave by mail"
	case address:
		return ""
	}
	return ", reached as " + baseURL
}

// shutdown accepts no more, and answers what was accepted. What is not done by the end of
// the server's own limits does not end by itself.
func shutdown(ctx context.Context, server *http.Server) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), web.Longest)
	defer cancel()
	err := server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		return server.Close()
	}
	return err
}

func ignoreClosed(err error) error {
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// readersPages wires the readers' pages to the list and the store.
func readersPages(ctx context.Context, a *app.App, d *desk.Desk, health func() desk.Health, log *slog.Logger) (*readers.Pages, error) {
	st, err := a.Store(ctx)
	if err != nil {
		return nil, err
	}
	keyring, err := st.Keyring(ctx)
	if err != nil {
		return nil, err
	}
	l, err := a.List(ctx)
	if err != nil {
		return nil, err
	}
	n := a.Settings.Newsletter
	o := readers.Options{
		Name:        n.Name,
		Tagline:     n.Tagline,
		Logo:        n.Logo,
		Home:        n.SiteURL,
		Accent:      n.AccentColor,
		Theme:       a.Settings.Digest.Theme,
		Language:    n.Language,
		Languages:   n.Offered(),
		Location:    n.Timezone,
		BaseURL:     n.BaseURL,
		Templates:   app.OwnPages(a.Settings),
		ArchiveMode: a.Settings.Web.Archive,
		Sections:    app.Sections(a.Settings),
		Rhythm:      schedule.RhythmOf(a.Settings.Schedule.Cron, a.Settings.Schedule.Every),
		NextIssue:   d.NextSlot,
		Slots:       timetable(d),
		AnswersRead: a.Settings.Mail.AnswersRead(),
		Keyring:     keyring,
		Readers:     l,
		Own:         l,
		Data:        func(ctx context.Context, sub subscribers.Subscriber) ([]byte, error) { return readerData(ctx, a, sub) },
		Archive:     st,
		Health:      func() readers.Health { return readers.Health(health()) },
		Log:         log,
		Now:         a.Now,
		Origins:     a.Settings.Web.AllowOrigins,
		Proxies:     a.Settings.Web.Proxies(),
	}
	if a.Settings.Newsletter.BaseURL != "" { // where the link of the mail that asks to confirm leads
		l.MailThrough(d, a.Settings.Web.SignUpsPerHour)
		if a.Settings.Web.WelcomeIssue {
			l.WelcomeWithIssue()
		}
		o.SignUps, o.Requests, o.Addresses = l, l, l
		if a.Settings.Web.SignUpCode == "auto" {
			o.Confirmations = st
		}
	}
	return readers.New(o)
}

// In the editor's calendar are so many slots that were, and so many to come.
const (
	calendarLast = 26
	calendarNext = 13
)

// timetable is the schedule for the editor's calendar.
func timetable(d *desk.Desk) readers.Timetable {
	return func(ctx context.Context) ([]readers.Slot, error) {
		s, err := d.Schedule(ctx, calendarLast, calendarNext)
		if err != nil {
			return nil, err
		}
		var slots []readers.Slot
		for _, was := range s.Last {
			was.Why = whyForOthers(was)
			slots = append(slots, readers.Slot{Slot: was})
		}
		if !s.Due.IsZero() {
			due := schedule.Slot{At: s.Due, Why: s.Why}
			due.Why = whyForOthers(due)
			slots = append(slots, readers.Slot{Slot: due})
		}
		for _, at := range s.Next {
			slot := readers.Slot{Slot: schedule.Slot{At: at}}
			if cutOff := d.Config().Digest.CutOff; cutOff > 0 {
				slot.CutOff = at.Add(-cutOff)
			}
			slots = append(slots, slot)
		}
		return slots, nil
	}
}

// whyForOthers is why there was no issue, as far as a calendar that others keep may know: what
// a run failed of names addresses, and secrets may be in them.
func whyForOthers(s schedule.Slot) string {
	if s.Why == "" || s.Outcome == schedule.Skipped {
		return s.Why
	}
	return "No issue was started for it: `roundup schedule` says why."
}

// logRun writes what a run of the daemon did.
func logRun(log *slog.Logger, r desk.Result, err error) {
	for _, s := range slices.Concat(r.Held, r.Sent) {
		log.Info("issue", "number", s.Issue, "status", s.Status, "sent", s.Sent, "failed", s.Failed,
			"deferred", s.Deferred, "unknown", s.Unknown, "queued", s.Queued, "reason", s.Reason)
	}
	if r.Slot != nil {
		log.Info("slot", "at", r.Slot.Label, "outcome", string(r.Slot.Outcome), "why", r.Slot.Why)
	}
	if err != nil {
		log.Error("run failed", "error", err)
	}
}

// readerData is everything that is kept about a reader, as a file for them.
func readerData(ctx context.Context, a *app.App, sub subscribers.Subscriber) ([]byte, error) {
	held, err := a.Held(ctx, sub.Email, subscribers.Actor{Kind: subscribers.Reader, Through: subscribers.ThroughPage})
	if err != nil {
		return nil, err
	}
	return held.File()
}
