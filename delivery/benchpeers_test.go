package delivery_test

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"roundup/internal/testing/smtptest"
)

// BenchmarkAgainstPeers sends a digest of the usual size to 20,000 readers, with
// the full ledger on disk, beside Postfix's smtp-source and a plain loop over
// go-mail's Client.Send: the same sink in a process of its own, as many
// sessions, as many octets, one after the other in the same run, twice over.
func BenchmarkAgainstPeers(b *testing.B) {
	readers := setting("ROUNDUP_BENCH_READERS", 20_000)
	path := benchList(b, readers)
	for _, connections := range []int{4, 16, 64} {
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
	var ours, source, plain, took, tookSource, tookPlain account
	for range 2 {
		job := j
		job.Database, job.Profile = path, os.Getenv("ROUNDUP_BENCH_PROFILE")
		job.Issue, _ = benchIssue(b, path)
		a, t := measured(b, "sender", job)
		if t.Messages != readers {
			b.Fatalf("%d of %d messages came", t.Messages, readers)
		}
		ours, took = plus(ours, a), plus(took, t)
		a, t = smtpSource(b, j, t.Octets/t.Messages)
		source, tookSource = plus(source, a), plus(tookSource, t)
		job = j
		job.Messages = readers / 4 // it is slow
		a, t = measured(b, "go-mail", job)
		plain, tookPlain = plus(plain, a), plus(tookPlain, t)
	}
	b.Logf("roundup      %s  and %s", ours, took.atSink())
	if source.Messages > 0 {
		b.Logf("smtp-source  %s  and %s", source, tookSource.atSink())
		b.ReportMetric(ours.rate()/source.rate(), "x-smtp-source")
	}
	b.Logf("go-mail      %s  and %s", plain, tookPlain.atSink())
	b.ReportMetric(ours.rate(), "messages/s")
	b.ReportMetric(ours.rate()/plain.rate(), "x-go-mail")
	b.ReportMetric(ours.CPU/float64(ours.Messages)*1e6, "cpu-µs/message")
	b.ReportMetric(float64(ours.PeakKB)/1024, "peak-MB")
	b.ReportMetric(float64(ours.Commits)/ours.Seconds, "commits/s")
	b.ReportMetric(float64(took.Octets)/float64(took.Messages), "B/message")
	b.ReportMetric(0, "ns/op")
}

// plus adds up runs.
func plus(a, more account) account {
	return account{
		Messages: a.Messages + more.Messages, Octets: a.Octets + more.Octets, Seconds: a.Seconds + more.Seconds,
		CPU: a.CPU + more.CPU, PeakKB: max(a.PeakKB, more.PeakKB), Commits: a.Commits + more.Commits,
	}
}

// measured runs a role against a sink of its own.
func measured(b *testing.B, role string, j job) (sent, took account) {
	b.Helper()
	s := startSink(b, j.Extensions)
	j.Address = s.address
	sent = perform(b, role, j)
	return sent, s.stop(b)
}

// smtpSource is Postfix's load generator with messages of so many octets; zero
// where it is not installed.
func smtpSource(b *testing.B, j job, octets int) (sent, took account) {
	b.Helper()
	program, err := exec.LookPath("smtp-source")
	if err != nil {
		b.Log("smtp-source is not installed (Debian: apt-get install postfix)")
		return account{}, account{}
	}
	s := startSink(b, j.Extensions)
	// What it adds to the length it is given is its header's.
	cmd := exec.CommandContext(b.Context(), program, "-s", strconv.Itoa(j.Connections), "-l", strconv.Itoa(octets),
		"-m", strconv.Itoa(j.Messages), "-f", "bounces@magazine.example", "-t", "reader@example.org", s.address)
	begun := time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("smtp-source: %v: %s", err, strings.TrimSpace(string(out)))
	}
	sent = account{Messages: j.Messages, Seconds: time.Since(begun).Seconds()}
	sent.CPU = (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
	if took = s.stop(b); took.Messages != j.Messages {
		b.Fatalf("smtp-source: %d of %d messages came", took.Messages, j.Messages)
	}
	return sent, took
}
