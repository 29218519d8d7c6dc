package store_test

import (
	"testing"
	"time"

	"roundup/delivery"
	"roundup/digest"
)

// BenchmarkStartIssue freezes an audience; the time for each reader is to stay
// under two microseconds, so that a million take less than two seconds.
func BenchmarkStartIssue(b *testing.B) {
	const readers = 100_000
	s := newScene(b, readers, 0)
	extra := draft()
	extra.Issue.Kind, extra.Issue.Slot = digest.Extra, time.Time{}
	n := 0
	for b.Loop() {
		n++
		extra.Issue.UID = time.Duration(n).String()
		_, err := s.StartIssue(b.Context(), s.lease, extra)
		s.must(err)
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(n*readers), "µs/reader")
}

// BenchmarkExchange records a batch and claims the next, as a sender with so
// many messages between two commits does.
func BenchmarkExchange(b *testing.B) {
	for name, size := range map[string]int{"1": 1, "8": 8, "64": 64} {
		b.Run(name, func(b *testing.B) {
			s := newScene(b, 200_000, 1)
			issue := s.start(1)
			var outcomes []delivery.Outcome
			n := 0
			for b.Loop() {
				claims := s.exchange(issue, size, outcomes...)
				if outcomes = outcomes[:0]; len(claims) < size {
					b.Skip("the audience is used up")
				}
				for _, c := range claims {
					outcomes = append(outcomes, to(c.SubscriberID, delivery.Sent))
				}
				n += size
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "messages/s")
		})
	}
}
