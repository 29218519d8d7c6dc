package main

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"roundup/internal/testing/smtptest"
	"roundup/subscribers"
)

// BenchmarkImportBesideTheShell imports a file with the program as it is built, twice, and
// with the sqlite3 shell into a table with as many unique indexes as our readers have, two: of
// the address (we have it hashed) and of a random id. Ids are in the shell's file already,
// which spares it a trigger. One after the other; take the processor's time where the machine
// has other work (BENCH_READERS for another number than 200,000).
func BenchmarkImportBesideTheShell(b *testing.B) {
	shell, err := exec.LookPath("sqlite3")
	if err != nil {
		b.Skip("the sqlite3 shell is not here")
	}
	readers := setting("BENCH_READERS", 200_000)
	program := built(b)
	var file, withIDs strings.Builder
	file.WriteString("email,name,status\n")
	withIDs.WriteString("email,name,status,id\n")
	for i := range readers {
		line := fmt.Sprintf("reader.%d@many.example,Reader %d,active", i*7919%readers, i)
		file.WriteString(line + "\n")
		withIDs.WriteString(line + "," + subscribers.NewPublicID().String() + "\n")
	}
	for b.Loop() {
		s := newSite(b, 0, smtptest.Options{})
		s.write("many.csv", file.String())
		first := s.watched(program, "subscribers", "import", "many.csv", "--quiet")
		again := s.watched(program, "subscribers", "import", "many.csv", "--quiet")
		s.write("ids.csv", withIDs.String())
		theirs := s.watched(shell, "shell.db", "CREATE TABLE readers (email TEXT UNIQUE, name TEXT, status TEXT, id TEXT UNIQUE)", ".mode csv", ".import --skip 1 ids.csv readers")
		plain := s.watched(shell, "plain.db", "CREATE TABLE readers (email TEXT UNIQUE, name TEXT, status TEXT)", ".mode csv", ".import --skip 1 many.csv readers")
		exported := s.watched(program, "subscribers", "export", "out.csv")
		b.Logf("first             %s", first)
		b.Logf("again             %s", again)
		b.Logf("shell, two unique %s", theirs)
		b.Logf("shell, one unique %s", plain)
		b.Logf("export            %s", exported)
		b.ReportMetric(first.took.Seconds()/theirs.took.Seconds(), "times-the-shell")
		b.ReportMetric(first.processor.Seconds()/theirs.processor.Seconds(), "times-the-shell-cpu")
		b.ReportMetric(float64(readers)/first.took.Seconds(), "rows/s")
		b.ReportMetric(float64(first.peakKB)/1024, "peak-MB")
		b.ReportMetric(float64(readers)/exported.took.Seconds(), "exported/s")
		b.ReportMetric(float64(readers)/exported.processor.Seconds(), "exported/cpu-s")
		for unit, args := range map[string][]string{
			"ms/list": {"list", "--no-pager"}, "ms/stats": {"stats"}, "ms/stats-json": {"stats", "--json"}, "ms/show": {"show", "reader.1@many.example"},
		} {
			b.ReportMetric(float64(s.firstLine(program, append([]string{"subscribers"}, args...)...).Milliseconds()), unit)
		}
		b.ReportMetric(0, "ns/op")
	}
}

// firstLine is how long a command takes to its first line.
func (s *site) firstLine(program string, args ...string) time.Duration {
	s.t.Helper()
	cmd := exec.CommandContext(s.t.Context(), program, args...)
	cmd.Dir = s.dir
	out, err := cmd.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	begun := time.Now()
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 1)); err != nil {
		s.t.Fatal(err)
	}
	took := time.Since(begun)
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	return took
}
