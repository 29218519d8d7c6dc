package metrics

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"
)

// WatchSignUps adds whether who signs up has to type a code, and how many were refused,
// which is asked at each scrape.
func (m *Metrics) WatchSignUps(asksCode func(context.Context) (bool, error), refused func() int64) {
	m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
		Name: "roundup_sign_ups_refused_total",
		Help: "Sign-ups refused since the program started because too many came from one network, or in all, or the address is a role address.",
	}, func() float64 { return float64(refused()) }))
	m.registry.MustRegister(&signUps{asksCode, desc("sign_up_code_asked", "1 while who signs up has to type a code, because most sign-ups of the last hour are not confirmed.")})
}

// signUps is a prometheus.Collector.
type signUps struct {
	asksCode func(context.Context) (bool, error)
	asked    *prometheus.Desc
}

// Describe implements prometheus.Collector.
func (s *signUps) Describe(c chan<- *prometheus.Desc) { c <- s.asked }

// Collect implements prometheus.Collector.
func (s *signUps) Collect(c chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), mostOfAsk)
	defer cancel()
	asks, err := s.asksCode(ctx)
	if err != nil {
		c <- prometheus.NewInvalidMetric(s.asked, err)
		return
	}
	c <- prometheus.MustNewConstMetric(s.asked, prometheus.GaugeValue, truth(asks))
}
