package main

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"roundup/cmd/roundup/app"
	"roundup/internal/testing/smtptest"
)

// set changes a line of the site's configuration.
func (s *site) set(from, to string) {
	s.t.Helper()
	text := s.read("roundup.yaml")
	if !strings.Contains(text, from) {
		s.t.Fatalf("roundup.yaml has no %q", from)
	}
	s.write("roundup.yaml", strings.Replace(text, from, to, 1))
}

// P2: asked to end while the relay says nothing, send and serve end within 30
// seconds, whoever still reads a page.
func TestTortureDrain(t *testing.T) {
	torture(t)
	t.Parallel()
	for _, command := range []string{"send", "serve"} {
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			away := true
			s := newSite(t, 10, smtptest.Options{Script: func(e smtptest.Event) *smtptest.Action {
				mu.Lock()
				defer mu.Unlock()
				switch {
				case away && e.Step == smtptest.Connect:
					return smtptest.Reply("421 4.3.2 later").ThenDrop()
				case e.Step == smtptest.EndOfData && e.Mail > 3:
					return smtptest.Stall().Keep()
				}
				return nil
			}})
			if code, out := s.run("send", "--now", "--yes"); code != int(app.ExitRunMore) {
				t.Fatalf("exit %d: %s", code, out)
			}
			mu.Lock()
			away = false
			mu.Unlock()
			port, err := webPort()
			if err != nil {
				t.Fatal(err)
			}
			cmd := s.command(command)
			cmd.Env = s.environ("ROUNDUP_WEB_LISTEN=127.0.0.1:" + port)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			if err := s.mta.WaitMails(t.Context(), 4); err != nil {
				t.Fatal(err)
			}
			want := int(app.ExitRunMore)
			if command == "serve" {
				want = 0
				reader, err := net.Dial("tcp", "127.0.0.1:"+port)
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = reader.Close() }()
				if _, err := reader.Write([]byte("POST /u/x HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n")); err != nil {
					t.Fatal(err)
				}
			}
			began := time.Now()
			if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait() // its code is what counts
			if took := time.Since(began); took > 30*time.Second || cmd.ProcessState.ExitCode() != want {
				t.Errorf("exit %d after %s, want %d within 30 s", cmd.ProcessState.ExitCode(), took, want)
			}
			s.sound(2)
			s.claimed()
		})
	}
}

// S17: the relay takes nine minutes to answer the end of a message. It is
// waited for, and the reader has one copy.
func TestTortureNineMinutes(t *testing.T) {
	torture(t)
	t.Parallel()
	s := newSite(t, 3, smtptest.Options{
		Script: smtptest.Times(1, smtptest.On(smtptest.EndOfData, smtptest.Reply("250 2.0.0 at last").Keep().After(9*time.Minute))),
	})
	began := time.Now()
	s.must("send", "--now", "--yes")
	if took := time.Since(began); took < 9*time.Minute {
		t.Errorf("took %s", took)
	}
	s.account(3, 0)
}

// P7: another process has the database locked for a minute, in the middle of an
// issue and before one.
func TestTortureLockedDatabase(t *testing.T) {
	torture(t)
	t.Parallel()
	t.Run("in the middle", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, 300, smtptest.Options{RoundTrip: time.Millisecond})
		cmd := s.command("send", "--now", "--yes")
		var said bytes.Buffer
		cmd.Stdout, cmd.Stderr = &said, &said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if err := s.mta.WaitMails(t.Context(), 50); err != nil {
			t.Fatal(err)
		}
		unlock := s.lockDatabase()
		time.Sleep(time.Second) // what was claimed may still go out
		kept := s.mta.Kept()
		time.Sleep(time.Minute) // the minute the row of the table speaks of
		if got := s.mta.Kept(); got != kept {
			t.Errorf("%d mails went out while nothing could be written", got-kept)
		}
		unlock()
		if err := cmd.Wait(); err != nil {
			t.Errorf("%v: %s", err, said.String())
		}
		s.account(300, 0)
	})
	t.Run("before", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, 10, smtptest.Options{})
		unlock := s.lockDatabase()
		code, out := s.run("send", "--now", "--yes")
		if code != int(app.ExitRunMore) || !strings.Contains(out, "locked") || !strings.Contains(out, "roundup: hint:") {
			t.Errorf("exit %d: %s", code, out)
		}
		if n := s.mta.Connections(); n > 0 {
			t.Errorf("%d connections to the relay", n)
		}
		unlock()
		s.must("send", "--now", "--yes")
		s.account(10, 0)
	})
}

// lockDatabase takes the write lock as another process would, until unlocked.
func (s *site) lockDatabase() (unlock func()) {
	s.t.Helper()
	db, err := sql.Open("sqlite3", filepath.Join(s.dir, "roundup.db")+"?_txlock=immediate&_busy_timeout=5000")
	if err != nil {
		s.t.Fatal(err)
	}
	tx, err := db.Begin()
	if err != nil {
		s.t.Fatal(err)
	}
	return func() {
		if err := errors.Join(tx.Rollback(), db.Close()); err != nil {
			s.t.Error(err)
		}
	}
}

// S24, for a daemon and in real time: the relay goes away in the middle and
// comes back; nobody does anything, and everybody has one copy.
func TestTortureRelayRestarted(t *testing.T) {
	torture(t)
	t.Parallel()
	const readers = 200
	s := newSite(t, readers, smtptest.Options{RoundTrip: time.Millisecond})
	s.set("wait: 0s", "wait: 5m")
	cmd := s.command("send", "--now", "--yes")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if err := s.mta.WaitMails(t.Context(), 60); err != nil {
		t.Fatal(err)
	}
	before := s.mta
	addr := before.Addr()
	if err := before.Close(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(20 * time.Second) // the relay's absence
	var err error
	if s.mta, err = smtptest.New(smtptest.Options{Addr: addr}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.mta.Close() })
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	copies := s.copies()
	for _, m := range before.Mails() {
		copies[m.To[0]]++
	}
	extra := 0
	for email, d := range s.deliveries() {
		if d.State != "sent" || copies[email] == 0 {
			t.Errorf("%s: %s, %d copies", email, d.State, copies[email])
		}
		extra += max(0, copies[email]-1)
	}
	if extra > 4 || len(copies) != readers {
		t.Errorf("%d readers, %d extra copies", len(copies), extra)
	}
}

// S25: the relay sees the rate and the connections that were configured, within
// two per cent; on a machine too busy for that, never more.
func TestTortureRate(t *testing.T) {
	torture(t)
	t.Parallel()
	for _, rate := range []float64{20, 100} {
		t.Run(fmt.Sprint(rate), func(t *testing.T) {
			t.Parallel()
			s := newSite(t, int(rate*10), smtptest.Options{})
			s.set("connections: 2", "connections: 3")
			s.must("send", "--now", "--yes")
			able := perSecond(s.mta.Mails())
			var limited *site
			got := 0.0
			for try := 0; got < rate*0.98 && try < 3; try++ { // a busy machine is late now and then
				limited = newSite(t, int(rate*10), smtptest.Options{})
				limited.set("connections: 2", fmt.Sprintf("connections: 3\n  rate: %g", rate))
				limited.must("send", "--now", "--yes")
				got = perSecond(limited.mta.Mails())
			}
			if got > rate*1.02 || got < rate*0.98 && able > 4*rate {
				t.Errorf("%.2f a second, want %g within 2 %% (%.0f without a limit)", got, rate, able)
			}
			if n := limited.mta.MostOpen(); n > 3 {
				t.Errorf("%d connections at once, want at most 3", n)
			}
			limited.account(int(rate*10), 0)
		})
	}
}

func perSecond(mails []smtptest.Mail) float64 {
	return float64(len(mails)-1) / mails[len(mails)-1].At.Sub(mails[0].At).Seconds()
}

// S9, S12, S21 and S22 in the server's own words: a rate limit, a limit on
// connections, 421 after every k messages and a tarpit cost time and nobody.
func TestTortureStrictRelay(t *testing.T) {
	torture(t)
	t.Parallel()
	const readers = 120
	tests := []struct {
		name    string
		options smtptest.Options
	}{
		{"421 after every 7", smtptest.Options{MessagesPerConnection: 7}},
		{"one connection at a time", smtptest.Options{MaxConnections: 1}},
		{"throttled", smtptest.Options{Script: throttle("450 4.7.1 Rate limit exceeded, please slow down")}},
		{"throttled in other words", smtptest.Options{Script: throttle("451 4.7.0 Temporary rate limit: too many messages, try again later")}},
		{"over quota", smtptest.Options{Script: throttle("452 4.2.2 Sending quota exceeded for this hour")}},
		{"a tarpit", smtptest.Options{Script: smtptest.On(smtptest.RCPT, smtptest.Reply("250 2.1.5 ok").Slowly(10*time.Millisecond))}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, readers, tt.options)
			s.set("connections: 2", "connections: 6")
			s.set("wait: 0s", "wait: 4m")
			out := s.must("send", "--now", "--yes")
			s.account(readers, 0)
			for _, d := range s.deliveries() {
				if d.State != "sent" {
					t.Errorf("%+v: %s", d, out)
				}
			}
			if s.mta.Kept() != readers {
				t.Errorf("%d mails, want %d", s.mta.Kept(), readers)
			}
		})
	}
}

// throttle takes thirty messages, then none for ten seconds.
func throttle(reply string) smtptest.Script {
	var mu sync.Mutex
	var since time.Time
	taken := 0
	return func(e smtptest.Event) *smtptest.Action {
		mu.Lock()
		defer mu.Unlock()
		if e.Step != smtptest.RCPT {
			return nil
		}
		if taken++; taken == 31 {
			since = time.Now()
		}
		if !since.IsZero() && time.Since(since) < 10*time.Second {
			return smtptest.Reply(reply)
		}
		return nil
	}
}

// P13: slots are right on a host without time zones.
func TestTortureNoTimeZonesOnTheHost(t *testing.T) {
	torture(t)
	t.Parallel()
	s := newSite(t, 1, smtptest.Options{})
	s.set("America/New_York", "Australia/Lord_Howe")
	program, err := exec.LookPath("roundup")
	if err != nil {
		t.Fatal(err)
	}
	hide := "for d in /usr/share/zoneinfo /usr/lib/zoneinfo /usr/share/lib/zoneinfo /etc/zoneinfo " +
		filepath.Join(goRoot(t), "lib/time") + `; do test ! -d "$d" || mount -t tmpfs none "$d" || exit 77; done; exec "$0" schedule`
	cmd := exec.CommandContext(t.Context(), "unshare", "-m", "sh", "-c", hide, program)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "TZ=UTC", "ROUNDUP_CLOCK=2026-10-02T00:00:00Z")
	out, err := cmd.CombinedOutput()
	if err != nil && (cmd.ProcessState == nil || cmd.ProcessState.ExitCode() == 77 || strings.Contains(string(out), "unshare")) {
		t.Skipf("time zones can't be hidden (root is needed): %v: %s", err, out)
	}
	if err != nil || !strings.Contains(string(out), "+1030") && !strings.Contains(string(out), "+11") {
		t.Errorf("%v: %s", err, out)
	}
}

func goRoot(t *testing.T) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT").Output()
	if err != nil {
		t.Skipf("go env: %v", err)
	}
	return strings.TrimSpace(string(out))
}

// P16: 100,000 readers in a bounded address space and 48 MiB of Go memory.
func TestTortureHundredThousandReaders(t *testing.T) {
	torture(t)
	t.Parallel()
	const readers, most = 100_000, 64 << 10 // KiB resident
	var mu sync.Mutex
	copies := map[string]int{}
	s := newSite(t, 1, smtptest.Options{Forget: true, Sink: func(m smtptest.Mail) error {
		mu.Lock()
		defer mu.Unlock()
		copies[m.To[0]]++
		return nil
	}})
	var list strings.Builder
	for i := 2; i <= readers; i++ {
		fmt.Fprintf(&list, "r%d@readers.example\n", i)
	}
	s.write("many.txt", list.String())
	s.must("subscribers", "import", "--status", "active", "many.txt")
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", `ulimit -v 4000000; exec "$0" send --now --yes --json`, built(t)) // the tests' own program has their libraries, too
	cmd.Dir = s.dir
	cmd.Env = s.environ("GOMEMLIMIT=48MiB")
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	began := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	peak, ended := 0, make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for done := false; !done; {
		select {
		case err := <-ended:
			if err != nil {
				t.Fatalf("%v: %s", err, said.String())
			}
			done = true
		case <-time.After(50 * time.Millisecond): // a look now and then
			peak = max(peak, peakMemory(cmd.Process.Pid))
		}
	}
	t.Logf("%d readers in %s, %d KiB at most", readers, time.Since(began).Round(time.Second), peak)
	if peak > most {
		t.Errorf("%d KiB resident, want at most %d", peak, most)
	}
	if len(copies) != readers {
		t.Errorf("%d readers have the mail, want %d", len(copies), readers)
	}
	for email, n := range copies {
		if n != 1 {
			t.Errorf("%s has %d copies", email, n)
		}
	}
}

func mustLookPath(t *testing.T) string {
	t.Helper()
	program, err := exec.LookPath("roundup")
	if err != nil {
		t.Fatal(err)
	}
	return program
}
