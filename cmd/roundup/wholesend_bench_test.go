package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"roundup/internal/testing/smtptest"
)

// BenchmarkWholeSend imports a list and sends an issue to all of it with the
// program as it is built, to a relay in this process: how long that takes and
// how much memory it has at most, at 100,000 readers and at a million
// (BENCH_AUDIENCE for another number).
func BenchmarkWholeSend(b *testing.B) {
	audience := setting("BENCH_AUDIENCE", 1_000_000)
	program := built(b)
	for _, readers := range []int{audience / 10, audience} {
		b.Run(fmt.Sprintf("%d readers", readers), func(b *testing.B) {
			s := newSite(b, 1, smtptest.Options{
				Forget: true, Extensions: append(smtptest.DefaultExtensions(), "PIPELINING", "CHUNKING"),
			})
			s.set("connections: 2", "connections: 16")
			s.write("many.csv", manyReaders(readers-1))
			imported := s.watched(program, "subscribers", "import", "--status", "active", "many.csv", "--quiet")
			for b.Loop() {
				before := s.mta.Kept()
				sent := s.watched(program, "send", "--now", "--yes", "--quiet")
				if got := s.mta.Kept() - before; got != readers {
					b.Fatalf("%d of %d mails came", got, readers)
				}
				b.Logf("import  %s", imported)
				b.Logf("send    %s", sent)
				b.ReportMetric(float64(sent.peakKB)/1024, "peak-MB")
				b.ReportMetric(float64(readers)/sent.took.Seconds(), "messages/s")
				b.ReportMetric(float64(sent.processor.Microseconds())/float64(readers), "cpu-µs/message")
				b.ReportMetric(0, "ns/op")
			}
		})
	}
}

// built is the program as it is built, for a process of its own.
func built(t testing.TB) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "roundup")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v: %s", err, out)
	}
	return program
}

// setting is a number from the environment.
func setting(name string, instead int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return instead
}

func manyReaders(n int) string {
	var file strings.Builder
	for i := range n {
		fmt.Fprintf(&file, "q%d@many.example,\"Reader, number %d\"\n", i, i)
	}
	return file.String()
}

// cost is what a command took.
type cost struct {
	took, processor time.Duration
	peakKB          int // the most resident memory
}

func (c cost) String() string {
	return fmt.Sprintf("%8s  %8s of processor  %4.1f MB at most",
		c.took.Round(time.Millisecond), c.processor.Round(time.Millisecond), float64(c.peakKB)/1024)
}

// watched runs the built program to its end, looking at its memory on the way.
func (s *site) watched(program string, args ...string) (c cost) {
	s.t.Helper()
	cmd := exec.CommandContext(s.t.Context(), program, args...)
	cmd.Dir, cmd.Env = s.dir, s.environ()
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	begun := time.Now()
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		select {
		case err := <-ended:
			if err != nil {
				s.t.Fatalf("roundup %q: %v", args, err)
			}
			c.took = time.Since(begun)
			c.processor = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
			return c
		case <-look.C:
			c.peakKB = max(c.peakKB, peakMemory(cmd.Process.Pid))
		}
	}
}
