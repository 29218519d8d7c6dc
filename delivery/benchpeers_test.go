package delivery_test

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"roundup/internal/testing/smtptest"
)

// BenchmarkAgainstPeers sends a digest of the usual size to 20,000 readers, with
// the full ledger on disk, beside Postfix's smtp-source and a plain loop over
// go-mail's Client.Send: the same sink in a process of its own, as many
// sessions, as many octets, one after the other in the same run, twice over. The sink
// costs no more than smtp-source; where Postfix's smtp-sink can, the same is done with that.
func BenchmarkAgainstPeers(b *testing.B) {
	readers := setting("BENCH_READERS", 20_000)
	path := benchList(b, readers)
	for _, connections := range []int{4, 20, 64} {
		for _, m := range smtptest.Modes()[:3] {
			b.Run(fmt.Sprintf("%d connections, %s", connections, m.Name), func(b *testing.B) {
				for b.Loop() {
					compare(b, path, readers, job{Connections: connections, Extensions: m.Extensions, Messages: readers})
				}
			})
		}
	}
}

// setting is a number from the environment.
func setting(name string, instead int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return instead
}

// compare measures one way of sending beside its peers.
func compare(b *testing.B, path string, readers int, j job) {
	b.Helper()
	ours, took := beside(b, path, ownSink, "x-smtp-source", readers, j)
	if took.Messages != 2*readers {
		b.Fatalf("%d of %d messages came", took.Messages, 2*readers)
	}
	slow := j
	slow.Messages = readers / 4
	plain, tookPlain := measured(b, ownSink, "go-mail", slow)
	b.Logf("go-mail      %s  and %s", plain, tookPlain.atSink(plain.Messages))
	b.ReportMetric(ours.rate(), "messages/s")
	b.ReportMetric(ours.rate()/plain.rate(), "x-go-mail")
	b.ReportMetric(ours.CPU/float64(ours.Messages)*1e6, "cpu-µs/message")
	b.ReportMetric(float64(ours.PeakKB)/1024, "peak-MB")
	b.ReportMetric(float64(ours.Commits)/ours.Seconds, "commits/s")
	b.ReportMetric(float64(took.Octets)/float64(took.Messages), "B/message")
	b.ReportMetric(0, "ns/op")
	if _, err := exec.LookPath("smtp-sink"); err != nil || slices.Contains(j.Extensions, "CHUNKING") {
		return
	}
	j.Octets = took.Octets / took.Messages
	b.Logf("to smtp-sink:")
	beside(b, path, postfixSink, "x-smtp-source-to-smtp-sink", readers, j)
}

// beside sends to a kind of sink as the program does and as smtp-source does, twice over,
// and reports how many times as fast it was as that.
func beside(b *testing.B, path string, kind sinks, metric string, readers int, j job) (ours, took account) {
	b.Helper()
	var source, tookSource account
	for range 2 {
		job := j
		job.Database, job.Profile = path, os.Getenv("BENCH_PROFILE")
		job.Issue, _ = benchIssue(b, path)
		a, t := measured(b, kind, "sender", job)
		if a.Messages != readers {
			b.Fatalf("%d of %d messages were sent", a.Messages, readers)
		}
		ours, took = plus(ours, a), plus(took, t)
		if t.Messages > 0 {
			j.Octets = t.Octets / t.Messages
		}
		a, t = smtpSource(b, kind, j)
		source, tookSource = plus(source, a), plus(tookSource, t)
	}
	b.Logf("roundup      %s  and %s", ours, took.atSink(ours.Messages))
	if source.Messages > 0 {
		b.Logf("smtp-source  %s  and %s", source, tookSource.atSink(source.Messages))
		b.ReportMetric(ours.rate()/source.rate(), metric)
	}
	return ours, took
}

// plus adds up runs.
func plus(a, more account) account {
	return account{
		Messages: a.Messages + more.Messages, Octets: a.Octets + more.Octets, Seconds: a.Seconds + more.Seconds,
		CPU: a.CPU + more.CPU, PeakKB: max(a.PeakKB, more.PeakKB), Commits: a.Commits + more.Commits,
	}
}

// sinks starts a sink of one kind.
type sinks func(*testing.B, []string) taker

// measured runs a role against a sink of its own.
func measured(b *testing.B, kind sinks, role string, j job) (sent, took account) {
	b.Helper()
	s := kind(b, j.Extensions)
	j.Address = s.address
	sent = perform(b, role, j)
	return sent, s.stop()
}

// smtpSource is Postfix's load generator with messages of job.Octets; zero
// where it is not installed.
func smtpSource(b *testing.B, kind sinks, j job) (sent, took account) {
	b.Helper()
	program, err := exec.LookPath("smtp-source")
	if err != nil {
		b.Log("smtp-source is not installed (Debian: apt-get install postfix)")
		return account{}, account{}
	}
	s := kind(b, j.Extensions)
	// What it adds to the length it is given is its header's.
	cmd := exec.CommandContext(b.Context(), program, "-d", "-s", strconv.Itoa(j.Connections), "-l", strconv.Itoa(j.Octets),
		"-m", strconv.Itoa(j.Messages), "-f", "bounces@magazine.example", "-t", "reader@example.org", s.address)
	begun := time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("smtp-source: %v: %s", err, strings.TrimSpace(string(out)))
	}
	sent = account{Messages: j.Messages, Seconds: time.Since(begun).Seconds()}
	sent.CPU = (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
	if took = s.stop(); took.Messages > 0 && took.Messages != j.Messages {
		b.Fatalf("smtp-source: %d of %d messages came", took.Messages, j.Messages)
	}
	return sent, took
}
