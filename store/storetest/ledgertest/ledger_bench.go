package ledgertest

import (
	"encoding/json"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"roundup/delivery"
	"roundup/delivery/relay"
	"roundup/digest"
	"roundup/store/storetest"
	"roundup/subscribers"
)

// BenchmarkStartIssue freezes an audience; the time for each reader is to stay
// under half a microsecond, so that a million take less than half a second.
func (e suite) BenchmarkStartIssue(b *testing.B) {
	const readers = 100_000
	s := e.newScene(b, readers, 0)
	extra := storetest.Draft()
	extra.Issue.Kind, extra.Issue.Slot = digest.Extra, time.Time{}
	n := 0
	for b.Loop() {
		n++
		extra.Issue.UID = time.Duration(n).String()
		_, err := s.StartIssue(b.Context(), s.Lease, extra)
		s.Must(err)
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(n*readers), "µs/reader")
}

// BenchmarkExchange records a batch and claims the next, as a sender with so
// many messages between two commits does.
func (e suite) BenchmarkExchange(b *testing.B) {
	for name, size := range map[string]int{"1": 1, "4": 4, "8": 8, "16": 16, "32": 32} {
		b.Run(name, func(b *testing.B) {
			s := e.newScene(b, 200_000, 1)
			issue := s.Start(1)
			n, cpu := s.exchanges(b, issue, size)
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "messages/s")
			b.ReportMetric(float64(cpu.Microseconds())/float64(n), "cpu-µs/message")
		})
	}
}

// BenchmarkVariants freezes an audience of so many variants, and then claims and records
// as BenchmarkExchange does: what a message costs is not to depend on their number.
func (e suite) BenchmarkVariants(b *testing.B) {
	const readers, size = 100_000, 16
	for _, n := range []int{1, 8, 64} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			s := e.newScene(b, readers, 1)
			start := storetest.Draft(1)
			whole := start.Variants[0]
			whole.HTML, whole.Text, whole.Page = strings.Repeat("x", 60_000), strings.Repeat("x", 15_000), strings.Repeat("x", 60_000)
			start.Variants, start.Choices = nil, map[string]int{}
			for i := range n {
				var off []string
				for bit := range 6 {
					if i>>bit&1 == 1 {
						off = append(off, string(rune('a'+bit)))
					}
				}
				text, err := json.Marshal(off)
				s.Must(err)
				if i > 0 {
					storetest.Exec(b, s.Base, `UPDATE subscriptions SET sections_off = ? WHERE subscriber_id % ? = ?`, string(text), n, i)
					whole.Page = ""
				}
				whole.Number = i + 1
				start.Variants = append(start.Variants, whole)
				start.Choices[subscribers.Choice{Off: off}.Text()] = i + 1
			}
			began := time.Now()
			issue, err := s.StartIssue(b.Context(), s.Lease, start)
			s.Must(err)
			frozen := time.Since(began)
			messages, cpu := s.exchanges(b, issue, size)
			b.ReportMetric(float64(frozen.Milliseconds()), "ms/freeze")
			b.ReportMetric(float64(cpu.Microseconds())/float64(messages), "cpu-µs/message")
		})
	}
}

// exchanges records batches and claims the next for as long as the benchmark runs: how
// many messages that were, and the processor time they took.
func (s *scene) exchanges(b *testing.B, issue digest.Issue, size int) (messages int, cpu time.Duration) {
	b.Helper()
	var outcomes []delivery.Outcome
	before := processor()
	for b.Loop() {
		claims, _, err := s.Trade(issue, outcomes, delivery.Want{Count: size})
		s.Must(err)
		s.closeDone(issue)
		if outcomes = outcomes[:0]; len(claims) < size {
			b.Skip("the audience is used up")
		}
		for _, c := range claims {
			o := storetest.To(c.SubscriberID, delivery.Sent)
			o.Reply = relay.Reply{Code: 250, Enhanced: "2.0.0", Text: "ok: queued as 4XbYzW1234z5", Command: "end of data"}
			outcomes = append(outcomes, o)
		}
		messages += size
	}
	return messages, processor() - before
}

// processor is how long this process has kept a processor busy.
func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// closeDone closes the ranges that are used up, as a sender does.
func (s *scene) closeDone(issue digest.Issue) {
	for _, r := range s.Holding[issue.ID] {
		if r.Fresh() == 0 && r.InFlight == 0 {
			s.CloseUp(issue, delivery.Resend)
			return
		}
	}
}
