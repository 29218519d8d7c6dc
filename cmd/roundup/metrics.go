package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"roundup/delivery"
	"roundup/digest"
	"roundup/internal/desk"
	"roundup/internal/metrics"
	"roundup/web"
)

// watching is what `serve` shows of itself to Prometheus; the zero value is
// nothing, where web.metrics_listen is not set.
type watching struct {
	*metrics.Metrics
	server *http.Server
}

// watch makes the metrics, before the desk that they watch.
func (a *app) watch(log *slog.Logger) watching {
	if a.cfg.Web.MetricsListen == "" {
		return watching{}
	}
	w := watching{Metrics: metrics.New(metrics.Options{Version: version, Now: time.Now, Log: log})}
	a.watcher = w.Metrics
	return w
}

// listen serves the metrics. Should that end later, the daemon goes on without.
func (w *watching) listen(ctx context.Context, a *app, d *desk.Desk, daemon *desk.Daemon) error {
	if w.Metrics == nil {
		return nil
	}
	w.Ask(d, func() bool { return daemon.Health().OK })
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", a.cfg.Web.MetricsListen)
	if err != nil {
		return &hintedError{err: fmt.Errorf("listen for Prometheus: %w", err), hint: "is another `roundup serve` running? else choose another web.metrics_listen"}
	}
	w.server = web.NewServer(w.Handler())
	go func() {
		if err := ignoreClosed(w.server.Serve(listener)); err != nil {
			a.logger(slog.LevelInfo).Error("metrics are not served any more", "error", err)
		}
	}()
	a.printf("Metrics at http://%s/metrics.\n", listener.Addr())
	return nil
}

// close stops serving.
func (w *watching) close() {
	if w.server != nil {
		_ = w.server.Close() // nothing hangs on a scrape
	}
}

// progress is a desk.RunOptions.Progress that passes it on.
func (w *watching) progress(to func(digest.Issue, delivery.Progress)) func(digest.Issue, delivery.Progress) {
	if w.Metrics == nil {
		return to
	}
	return func(i digest.Issue, p delivery.Progress) {
		w.Progress(i, p)
		to(i, p)
	}
}

// run notes what a run did.
func (w *watching) run(r desk.Result) {
	if w.Metrics != nil {
		w.Run(r)
	}
}
