package metrics

import (
	"context"

	"roundup/delivery"
	"roundup/digest"
)

// ledger counts what goes through another ledger.
type ledger struct {
	delivery.Ledger
	metrics *Metrics
}

// Ledger implements desk.Watcher.
func (m *Metrics) Ledger(l delivery.Ledger) delivery.Ledger { return &ledger{Ledger: l, metrics: m} }

// Exchange implements delivery.Ledger. Results count once they are on disk.
func (l *ledger) Exchange(ctx context.Context, issue int64, held []*delivery.Range, outcomes []delivery.Outcome, want delivery.Want) ([]delivery.Claim, digest.Status, error) {
	m := l.metrics
	begun := m.options.Now()
	claims, status, err := l.Ledger.Exchange(ctx, issue, held, outcomes, want)
	m.exchanges.Observe(m.options.Now().Sub(begun).Seconds())
	if err != nil {
		m.failures.Inc()
		return claims, status, err
	}
	for _, o := range outcomes {
		if o.To != delivery.Queued { // given back: it has come to nothing
			m.deliveries.WithLabelValues(string(o.To)).Inc()
		}
	}
	return claims, status, nil
}

// OpenRange implements delivery.Ledger.
func (l *ledger) OpenRange(ctx context.Context, lease delivery.Lease, issue int64, held []*delivery.Range, policy delivery.UnknownPolicy) (*delivery.Range, error) {
	opened, err := l.Ledger.OpenRange(ctx, lease, issue, held, policy)
	if err == nil && opened != nil {
		l.metrics.deliveries.WithLabelValues(string(delivery.Unknown)).Add(float64(opened.Left))
	}
	return opened, err
}
