package storetest

import (
	"database/sql"
	"slices"
	"testing"
	"time"

	"roundup/store"
)

// The rival is another process that writes now and then, as a sender does:
// its longest wait is what the import costs it.
func (e suite) BenchmarkImport100000(b *testing.B) {
	rows := crowdRows(1, 100_000)
	for b.Loop() {
		s := e.newShelf(b)
		stop, longest := make(chan struct{}), make(chan time.Duration)
		go rival(Raw(b, s.Base), stop, longest)
		for batch := range slices.Chunk(rows, 500) {
			_, err := s.ImportBatch(b.Context(), batch, store.ImportOptions{By: Anna()})
			s.must(err)
		}
		close(stop)
		b.ReportMetric(float64((<-longest).Milliseconds()), "ms/rival's-longest-wait")
	}
	b.ReportMetric(float64(len(rows)*b.N)/b.Elapsed().Seconds(), "rows/s")
}

func rival(db *sql.DB, stop <-chan struct{}, longest chan<- time.Duration) {
	var wait time.Duration
	for {
		select {
		case <-stop:
			longest <- wait
			return
		case <-time.After(5 * time.Millisecond):
		}
		began := time.Now()
		if _, err := db.Exec(`UPDATE leases SET holder = 'rival'`); err != nil {
			wait = time.Hour
		}
		wait = max(wait, time.Since(began))
	}
}

func (e suite) BenchmarkImport100000Again(b *testing.B) {
	s := e.newShelf(b)
	s.crowd(100_000)
	rows := crowdRows(1, 100_000)
	for b.Loop() {
		counts, err := s.ImportBatch(b.Context(), rows, store.ImportOptions{By: Anna()})
		s.must(err)
		if counts.Unchanged != len(rows) {
			b.Fatalf("counts = %+v, want nothing changed", counts)
		}
	}
	b.ReportMetric(float64(len(rows)*b.N)/b.Elapsed().Seconds(), "rows/s")
}

func (e suite) BenchmarkList100000(b *testing.B) {
	s := e.newShelf(b)
	const n = 100_000
	s.crowd(n)
	for _, bench := range []struct {
		name   string
		filter store.SubscriberFilter
		want   int
	}{
		{"all", store.SubscriberFilter{}, n},
		{"text", store.SubscriberFilter{Text: "READER 99999"}, 1},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				got := 0
				for _, err := range s.Subscribers(b.Context(), bench.filter) {
					s.must(err)
					got++
				}
				if got != bench.want {
					b.Fatalf("listed = %d, want %d", got, bench.want)
				}
			}
		})
	}
	b.Run("mailable", func(b *testing.B) {
		for b.Loop() {
			got, err := s.Mailable(b.Context())
			s.must(err)
			if got != n {
				b.Fatalf("mailable = %d, want %d", got, n)
			}
		}
	})
	b.Run("stats", func(b *testing.B) {
		for b.Loop() {
			_, err := s.Stats(b.Context())
			s.must(err)
		}
	})
}
