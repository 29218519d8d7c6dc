// Package metrics owns what Prometheus reads from a running `roundup serve` or
// `roundup work`, each at an address of its own: the numbers, their names and the page
// they are on. It is the only user of client_golang.
//
// It must not decide or change anything, keep a registry for the whole process,
// or have a label whose values a feed, a server or a reader could add to, but for the ten
// domains that most came back from.
//
// Start reading with Metrics; ledger.go counts what is sent, figures.go asks the
// desk at each scrape.
package metrics

import (
	"log/slog"
	"net/http"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"roundup/delivery"
	"roundup/digest"
	"roundup/internal/desk"
)

// Options are what Metrics are made from.
type Options struct {
	Version string
	Now     func() time.Time // the machine's clock, for how long things take
	Log     *slog.Logger
}

// Metrics counts what one daemon does. It is a desk.Watcher; its methods are
// safe for concurrent use.
type Metrics struct {
	options  Options
	registry *prometheus.Registry

	deliveries *prometheus.CounterVec
	rate       prometheus.Gauge
	open       prometheus.Gauge
	exchanges  prometheus.Histogram
	failures   prometheus.Counter
	readings   *prometheus.CounterVec
	mailbox    *prometheus.CounterVec

	mu      sync.Mutex
	issue   int // the issue last told of, and
	skipped int // how many of its readers were skipped by then
}

// The outcomes of a reading of a source.
const (
	read      = "read"
	unchanged = "unchanged"
	failed    = "failed"
)

// New makes metrics with a registry of their own, every count at 0.
func New(o Options) *Metrics {
	m := &Metrics{
		options:  o,
		registry: prometheus.NewRegistry(),
		deliveries: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "roundup_deliveries_total",
			Help: "Deliveries of all issues that came to this state since the program started; one may be deferred often.",
		}, []string{"state"}),
		rate: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "roundup_messages_per_second", Help: "Messages ended a second, lately; 0 while nothing is being sent.",
		}),
		open: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "roundup_smtp_connections_open", Help: "Connections open to the relay.",
		}),
		exchanges: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name:    "roundup_ledger_exchange_seconds",
			Help:    "How long one commit of results and claims takes.",
			Buckets: prometheus.ExponentialBuckets(0.0005, 2, 14), // half a millisecond to four seconds
		}),
		failures: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "roundup_ledger_failures_total", Help: "Commits of results and claims that failed; each is tried again.",
		}),
		mailbox: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "roundup_mailbox_readings_total", Help: "Readings of the mailbox of bounces by outcome.",
		}, []string{"outcome"}),
		readings: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "roundup_feed_readings_total", Help: "Readings of all sources by outcome.",
		}, []string{"outcome"}),
	}
	for _, s := range counted() {
		m.deliveries.WithLabelValues(string(s))
	}
	for _, outcome := range []string{read, unchanged, failed} {
		m.readings.WithLabelValues(outcome)
	}
	for _, outcome := range []string{read, failed} {
		m.mailbox.WithLabelValues(outcome)
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "roundup_build_info", Help: "Always 1; what is running is in the labels.",
		ConstLabels: prometheus.Labels{"version": o.Version, "goversion": runtime.Version()},
	})
	build.Set(1)
	m.registry.MustRegister(build, m.deliveries, m.rate, m.open, m.exchanges, m.failures, m.readings, m.mailbox,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// counted are the states whose deliveries are counted as they come to them.
func counted() []delivery.State {
	return []delivery.State{delivery.Sent, delivery.Failed, delivery.Deferred, delivery.Unknown, delivery.Skipped}
}

// Fetched implements desk.Watcher.
func (m *Metrics) Fetched(all []desk.Fetched) {
	for _, f := range all {
		outcome := read
		switch {
		case f.Error != "":
			outcome = failed
		case f.NotModified:
			outcome = unchanged
		}
		m.readings.WithLabelValues(outcome).Inc()
	}
}

// Mailbox is told of a reading of the mailbox of bounces.
func (m *Metrics) Mailbox(well bool) {
	outcome := read
	if !well {
		outcome = failed
	}
	m.mailbox.WithLabelValues(outcome).Inc()
}

// Progress is told how an issue gets on; it is a desk.RunOptions.Progress.
func (m *Metrics) Progress(issue digest.Issue, p delivery.Progress) {
	m.open.Set(float64(p.Connections))
	m.rate.Set(p.Rate)
	if p.Connections == 0 {
		m.rate.Set(0)
	}
	m.skip(issue.Number, p.Skipped)
}

// Run is told what a run did, whatever its end.
func (m *Metrics) Run(r desk.Result) {
	m.open.Set(0)
	m.rate.Set(0)
	for _, s := range slices.Concat(r.Held, r.Sent) {
		m.skip(s.Issue, s.Skipped)
	}
}

// skip counts readers skipped: the ledger does it by itself, and tells only how
// many of an issue it has come to.
func (m *Metrics) skip(issue, n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if issue == m.issue && n > m.skipped {
		m.deliveries.WithLabelValues(string(delivery.Skipped)).Add(float64(n - m.skipped))
	}
	m.issue, m.skipped = issue, n
}

// Handler answers GET /metrics. What can't be read at a scrape is missing from
// it, and in the log.
func (m *Metrics) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{
		ErrorLog:            slog.NewLogLogger(m.options.Log.Handler(), slog.LevelError),
		ErrorHandling:       promhttp.ContinueOnError,
		Registry:            m.registry,
		MaxRequestsInFlight: 2,
		Timeout:             20 * time.Second,
	}))
	return mux
}
