package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"roundup/cmd/roundup/app"
	"roundup/delivery"
	"roundup/digest"
	"roundup/internal/desk"
	"roundup/internal/metrics"
	"roundup/web"
	"roundup/web/readers"
)

// metricsServer is what `serve` and `work` show of themselves to Prometheus; the zero value is
// nothing, where web.metrics_listen is not set.
type metricsServer struct {
	*metrics.Metrics
	server *http.Server
}

// newMetrics makes the metrics, before the desk that tells them what it does.
func newMetrics(a *app.App, log *slog.Logger) metricsServer {
	if a.Settings.Web.MetricsListen == "" {
		return metricsServer{}
	}
	s := metricsServer{Metrics: metrics.New(metrics.Options{Version: version, Now: time.Now, Log: log})}
	a.Watcher = s.Metrics
	return s
}

// listen serves the metrics. Where that can't be, or ends later, the daemon goes on without:
// who looks after it hears so from Prometheus, and readers and mails don't depend on it.
func (s *metricsServer) listen(ctx context.Context, a *app.App, d *desk.Desk, healthy func() bool) {
	if s.Metrics == nil {
		return
	}
	s.Ask(d, healthy)
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", a.Settings.Web.MetricsListen)
	if err != nil {
		a.Warn("there are no metrics of this process: %v", err)
		fmt.Fprintln(a.Err, "roundup: hint: each process of a machine needs an address of its own, such as ROUNDUP_WEB_METRICS_LISTEN=127.0.0.1:9466 in the environment of one")
		return
	}
	s.server = web.NewServer(s.Handler())
	go func() {
		if err := ignoreClosed(s.server.Serve(listener)); err != nil {
			a.Logger(slog.LevelInfo).Error("metrics are not served any more", "error", err)
		}
	}()
	a.Printf("Metrics at http://%s/metrics.\n", listener.Addr())
}

// signUps adds what the pages count of those who sign up.
func (s *metricsServer) signUps(pages *readers.Pages) {
	if s.Metrics != nil {
		s.WatchSignUps(pages.AsksCode, pages.SignUpsRefused)
	}
}

// close stops serving.
func (s *metricsServer) close() {
	if s.server != nil {
		_ = s.server.Close() // nothing hangs on a scrape
	}
}

// progress is a desk.RunOptions.Progress that passes it on.
func (s *metricsServer) progress(to func(digest.Issue, delivery.Progress)) func(digest.Issue, delivery.Progress) {
	if s.Metrics == nil {
		return to
	}
	return func(i digest.Issue, p delivery.Progress) {
		s.Progress(i, p)
		to(i, p)
	}
}

// run notes what a run did.
func (s *metricsServer) run(r desk.Result) {
	if s.Metrics != nil {
		s.Run(r)
	}
}

// mailbox notes a reading of the mailbox of bounces.
func (s *metricsServer) mailbox(well bool) {
	if s.Metrics != nil {
		s.Mailbox(well)
	}
}
