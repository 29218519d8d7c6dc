package main

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"roundup/internal/testing/proof"
	"roundup/internal/testing/smtptest"
)

// BenchmarkPagesBesideSend asks for the readers' pages as fast as wrk can, by 16
// connections, while nothing else goes on and while an issue goes out to 100,000
// (BENCH_AUDIENCE for another number), and sends that issue with and without: pages a
// second, the 99th percentile, mails a second. The program is as it is built.
func BenchmarkPagesBesideSend(b *testing.B) {
	wrk, err := exec.LookPath("wrk")
	if err != nil {
		proof.Lack(b, "wrk", "apt-get install wrk")
	}
	audience := setting("BENCH_AUDIENCE", 100_000)
	program := built(b)
	s := newSite(b, 1, smtptest.Options{Forget: true, Extensions: append(smtptest.DefaultExtensions(), "PIPELINING", "CHUNKING")})
	s.set("connections: 2", "connections: 16")
	s.write("many.csv", manyReaders(audience-1))
	s.watched(program, "subscribers", "import", "--status", "active", "many.csv", "--quiet")
	port, err := webPort()
	if err != nil {
		b.Fatal(err)
	}
	serve := exec.CommandContext(b.Context(), program, "serve", "--quiet")
	serve.Dir, serve.Env = s.dir, s.environ("ROUNDUP_WEB_LISTEN=127.0.0.1:"+port, "ROUNDUP_SCHEDULE_CRON=0 0 29 2 *")
	if err := serve.Start(); err != nil {
		b.Fatal(err)
	}
	defer func() {
		_ = serve.Process.Signal(syscall.SIGTERM)
		_ = serve.Wait()
	}()
	answers(b, "127.0.0.1:"+port)
	load := func(span time.Duration) string {
		script := filepath.Join(s.dir, "paths.lua")
		s.write("paths.lua", `local paths, n = {"/", "/issues/", "/subscribe", "/issues/feed.atom", "/issues/feed.json"}, 0
request = function() n = n % #paths + 1; return wrk.format("GET", paths[n]) end`)
		out, err := exec.CommandContext(b.Context(), wrk, "-t1", "-c16", "-d"+span.String(), "--latency", "-s", script, "http://127.0.0.1:"+port).CombinedOutput()
		if err != nil {
			b.Errorf("wrk: %v: %s", err, out)
		}
		return string(out)
	}
	send := func() time.Duration { return s.watched(program, "send", "--now", "--yes", "--quiet").took }
	for b.Loop() {
		s.feedAnew(1)
		alone := send()
		idle := load(10 * time.Second)
		s.feedAnew(2)
		span := max(5*time.Second, alone.Round(time.Second))
		var beside string
		var loading sync.WaitGroup
		loading.Go(func() { beside = load(span) })
		together := send()
		loading.Wait()
		b.Logf("pages alone: %s", pagesOf(idle))
		b.Logf("pages beside a send: %s", pagesOf(beside))
		b.Logf("mails a second: %.0f alone, %.0f beside the pages (pages were asked for during %s of %s)",
			float64(audience)/alone.Seconds(), float64(audience)/together.Seconds(), span, together.Round(100*time.Millisecond))
	}
}

// pagesOf is what matters of wrk's words.
func pagesOf(out string) string {
	found := func(pattern string) string {
		m := regexp.MustCompile(pattern).FindStringSubmatch(out)
		if m == nil {
			return "?"
		}
		return m[1]
	}
	text := fmt.Sprintf("%s a second, half within %s, 99 %% within %s",
		found(`Requests/sec:\s+(\S+)`), found(`50%\s+(\S+)`), found(`99%\s+(\S+)`))
	if strings.Contains(out, "Socket errors") {
		text += ", " + found(`(Socket errors: .*)`)
	}
	return text
}
