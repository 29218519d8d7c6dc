package delivery_test

import (
	"fmt"
	"testing"

	"roundup/internal/testing/measure"
)

// BenchmarkMemory sends 100,000 mails of an issue to 100,000 readers and to a
// million, by a process of its own, and says how much memory it had at most; and
// how long the audience of an issue took to freeze.
func BenchmarkMemory(b *testing.B) {
	messages := setting("BENCH_MESSAGES", 100_000)
	for _, readers := range []int{100_000, 1_000_000} {
		b.Run(fmt.Sprintf("%d readers", readers), func(b *testing.B) {
			path := benchList(b, readers)
			for b.Loop() {
				before := measure.Spent().Seconds()
				number, froze := benchIssue(b, path)
				b.ReportMetric(measure.Spent().Seconds()-before, "cpu-s-freeze")
				a, took := measured(b, ownSink, "sender", job{
					Database: path, Issue: number, Connections: 16, Extensions: []string{"PIPELINING", "CHUNKING"}, Stop: messages,
				})
				if took.Messages < min(messages, readers) {
					b.Fatalf("%d messages came", took.Messages)
				}
				b.Logf("roundup  %s  frozen in %s", a, froze)
				b.ReportMetric(float64(a.PeakKB)/1024, "peak-MB")
				b.ReportMetric(froze.Seconds(), "s-freeze")
				b.ReportMetric(a.rate(), "messages/s")
				b.ReportMetric(0, "ns/op")
			}
		})
	}
}
