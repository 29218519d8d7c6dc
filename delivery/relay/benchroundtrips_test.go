package relay_test

import (
	"testing"
	"time"

	"roundup/delivery/relay"
	"roundup/internal/testing/smtptest"
)

// BenchmarkRoundTrips is one connection to a relay twenty milliseconds away: how
// often a message waits for it decides everything.
func BenchmarkRoundTrips(b *testing.B) {
	for _, m := range smtptest.Modes()[:3] {
		b.Run(m.Name, func(b *testing.B) {
			o := m.Options()
			o.RoundTrip, o.Forget = 20*time.Millisecond, true
			s := smtptest.Start(b, o)
			to, err := relay.New(relay.Settings{Host: s.Host(), Port: s.Port(), TLS: relay.NoTLS, LocalName: "bench.example"})
			if err != nil {
				b.Fatal(err)
			}
			conn, err := to.Dial(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = conn.Close() }()
			message, sent := messageTo("r@b.example"), 0
			send := func() {
				if r := conn.Send(b.Context(), message); r.Verdict != relay.Accepted {
					b.Fatalf("%+v", r)
				}
			}
			send() // the opening's turns are over with it
			before := s.Turns()
			for b.Loop() {
				for range 25 {
					send()
					sent++
				}
			}
			b.ReportMetric(float64(s.Turns()-before)/float64(sent), "round-trips/message")
			b.ReportMetric(float64(sent)/b.Elapsed().Seconds(), "messages/s")
			b.ReportMetric(0, "ns/op")
		})
	}
}
