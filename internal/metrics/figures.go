package metrics

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"roundup/delivery"
	"roundup/digest"
	"roundup/internal/desk"
)

// Desk is what is asked at a scrape.
type Desk interface {
	// Figures says how the weekly job stands.
	Figures(ctx context.Context) (desk.Figures, error)
	// Readers counts the list.
	Readers(ctx context.Context) (desk.Readers, error)
}

// How long an answer is good for: counting the deliveries of a large issue, and
// a large list, is work, and a scrape is nothing to wait for.
const (
	figuresGood = 10 * time.Second
	readersGood = 5 * time.Minute
	mostOfAsk   = 10 * time.Second
)

// Ask adds what the desk knows to the metrics. healthy is the daemon's health.
func (m *Metrics) Ask(d Desk, healthy func() bool) {
	m.registry.MustRegister(&figures{
		desk:    d,
		now:     m.options.Now,
		healthy: healthy,

		health:     desc("healthy", "1 while it could send: what /healthz says."),
		number:     desc("issue_number", "The number of the issue under way; 0 for none."),
		status:     desc("issue_status", "1 for the status of the issue under way, 0 for the others; all 0 when none is.", "status"),
		states:     desc("issue_deliveries", "Deliveries of the issue under way by state; all 0 when none is.", "state"),
		owed:       desc("deliveries_owed", "Deliveries of issues under way that are not final."),
		age:        desc("queue_age_seconds", "Since when the oldest issue under way has been; 0 when none is."),
		lastSent:   desc("last_issue_sent_timestamp_seconds", "When the last issue was finished; missing before the first."),
		returned:   desc("last_issue_returned", "What came of the issue that started last: readers who left after it, called it spam, replied (missing where no reply was ever read), or whose mail came back, hard or soft.", "kind"),
		domains:    desc("last_issue_returned_by_domain", "Readers whose mail of it came back, for the ten domains that most came from; all others together are the domain other.", "domain"),
		nextSlot:   desc("next_slot_timestamp_seconds", "When the next issue is due; missing without a schedule."),
		readers:    desc("readers", "Readers by the status of their subscription.", "status"),
		mailable:   desc("readers_mailable", "Readers an issue would go to: active, not suppressed and not paused."),
		suppressed: desc("suppressions", "Addresses that are not to be mailed."),
	})
}

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("roundup_"+name, help, labels, nil)
}

// figures is a prometheus.Collector that asks the desk.
type figures struct {
	desk    Desk
	now     func() time.Time
	healthy func() bool

	health, number, status, states, owed, age, lastSent, nextSlot *prometheus.Desc
	readers, mailable, suppressed, returned, domains              *prometheus.Desc

	mu   sync.Mutex
	job  kept[desk.Figures]
	list kept[desk.Readers]
}

// kept is an answer that is good for a while.
type kept[T any] struct {
	value T
	until time.Time
}

// get asks when the answer kept is too old.
func (k *kept[T]) get(now time.Time, good time.Duration, ask func() (T, error)) (T, error) {
	if now.Before(k.until) {
		return k.value, nil
	}
	value, err := ask()
	if err != nil {
		return value, err
	}
	k.value, k.until = value, now.Add(good)
	return value, nil
}

// Describe implements prometheus.Collector.
func (f *figures) Describe(c chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		f.health, f.number, f.status, f.states, f.owed, f.age, f.lastSent, f.nextSlot, f.readers, f.mailable, f.suppressed, f.returned, f.domains,
	} {
		c <- d
	}
}

// Collect implements prometheus.Collector.
func (f *figures) Collect(c chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), mostOfAsk)
	defer cancel()
	f.mu.Lock()
	defer f.mu.Unlock()
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		c <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	gauge(f.health, truth(f.healthy()))
	job, err := f.job.get(f.now(), figuresGood, func() (desk.Figures, error) { return f.desk.Figures(ctx) })
	if err != nil {
		c <- prometheus.NewInvalidMetric(f.number, err)
	} else {
		f.tellJob(gauge, job)
	}
	list, err := f.list.get(f.now(), readersGood, func() (desk.Readers, error) { return f.desk.Readers(ctx) })
	if err != nil {
		c <- prometheus.NewInvalidMetric(f.readers, err)
		return
	}
	gauge(f.readers, float64(list.Pending), "pending")
	gauge(f.readers, float64(list.Active), "active")
	gauge(f.readers, float64(list.Unsubscribed), "unsubscribed")
	gauge(f.mailable, float64(list.Mailable))
	gauge(f.suppressed, float64(list.Suppressed))
}

func (f *figures) tellJob(gauge func(*prometheus.Desc, float64, ...string), job desk.Figures) {
	gauge(f.number, float64(job.Issue))
	for _, s := range []digest.Status{digest.Sending, digest.Waiting, digest.Held} {
		gauge(f.status, truth(s == job.Status), string(s))
	}
	for _, s := range delivery.States() {
		gauge(f.states, float64(job.Tally.In(s)), string(s))
	}
	gauge(f.owed, float64(job.Owed))
	gauge(f.age, job.Age.Seconds())
	f.tellReturned(gauge, job.Last)
	if !job.LastSent.IsZero() {
		gauge(f.lastSent, float64(job.LastSent.Unix()))
	}
	if !job.NextSlot.IsZero() {
		gauge(f.nextSlot, float64(job.NextSlot.Unix()))
	}
}

// domainsTold is how many domains are told apart.
const domainsTold = 10

func (f *figures) tellReturned(gauge func(*prometheus.Desc, float64, ...string), r desk.Returned) {
	for kind, n := range map[string]int{
		"hard": r.Hard, "soft": r.Soft, "complaint": r.Complained, "left": r.Left,
	} {
		gauge(f.returned, float64(n), kind)
	}
	if r.RepliesRead {
		gauge(f.returned, float64(r.Replied), "reply")
	}
	top, others := r.Domains(domainsTold)
	for _, d := range top {
		gauge(f.domains, float64(d.N), d.Name)
	}
	gauge(f.domains, float64(others), "other")
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
