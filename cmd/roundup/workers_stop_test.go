package main

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"roundup/cmd/roundup/app"
	"roundup/internal/testing/measure"
	"roundup/internal/testing/pgtest"
	"roundup/internal/testing/smtptest"
	"roundup/store/postgres"
)

// freshServer starts a server of the test's own, and is the address of a database on it.
func freshServer(t *testing.T) string {
	t.Helper()
	var pg pgtest.Server
	pg.Need(t)
	t.Cleanup(pg.Stop)
	return pg.Fresh()
}

// gatedSite has three readers, and a relay that answers no message before the gate is closed.
func gatedSite(t *testing.T, database string) (s *site, gate chan struct{}) {
	t.Helper()
	gate = make(chan struct{})
	mta := smtptest.Start(t, smtptest.Options{Script: smtptest.On(smtptest.EndOfData, smtptest.Reply("250 2.0.0 ok").When(gate))})
	s = &site{t: t, dir: t.TempDir(), mta: mta, port: mta.Port(), env: []string{"ROUNDUP_DATABASE=" + database}}
	s.fill(3)
	return s, gate
}

// What was in flight when a send was stopped is in its account: it is counted once the
// process's own worker has finished it.
func TestSendCountsWhatItsWorkerFinished(t *testing.T) {
	t.Parallel()
	address := freshServer(t)
	s, gate := gatedSite(t, address)
	var out bytes.Buffer
	send := s.command("send", "--now", "--yes", "--json")
	send.Stdout = &out
	if err := send.Start(); err != nil {
		t.Fatal(err)
	}
	if err := s.mta.WaitCommand(t.Context(), "RCPT", 1); err != nil {
		t.Fatal(err)
	}
	if err := send.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	db, err := postgres.Pool(address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for left := 0; left == 0; time.Sleep(10 * time.Millisecond) { // until the desk is done
		if err := db.QueryRow(`SELECT count(*) FROM leases WHERE holder = ''`).Scan(&left); err != nil {
			t.Fatal(err)
		}
	}
	close(gate)
	_ = send.Wait()
	if code := send.ProcessState.ExitCode(); code != int(app.ExitRunMore) {
		t.Errorf("exit code %d, want %d", code, app.ExitRunMore)
	}
	var account struct{ Sent int }
	if err := json.Unmarshal(out.Bytes(), &account); err != nil {
		t.Fatalf("%v: %s", err, out.Bytes())
	}
	if kept := s.mta.Kept(); kept == 0 || account.Sent != kept {
		t.Errorf("%d are sent, as it says, and the relay took %d", account.Sent, kept)
	}
}

// A database that does not answer keeps no send: what was never answered is asked again, and
// the second signal ends it.
func TestSendBesideADatabaseThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	if testing.Short() || measure.UnderRace {
		t.Skip("what is never answered is given up after 20 seconds")
	}
	for _, tt := range []struct {
		name  string
		whole bool // no new connection is answered either
		then  func(*testing.T, *exec.Cmd)
		most  time.Duration
		code  app.ExitCode
	}{
		{"asked again", false, func(*testing.T, *exec.Cmd) {}, 2 * time.Minute, app.ExitDone},
		{"stopped at once", true, func(t *testing.T, send *exec.Cmd) {
			for range 2 {
				if err := send.Process.Signal(syscall.SIGTERM); err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Second)
			}
		}, 15 * time.Second, app.ExitRunMore},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			wire := pgtest.NewWire(t, freshServer(t))
			s, gate := gatedSite(t, wire.Address)
			send := s.command("send", "--now", "--yes")
			var out bytes.Buffer
			send.Stdout, send.Stderr = &out, &out
			if err := send.Start(); err != nil {
				t.Fatal(err)
			}
			if err := s.mta.WaitCommand(t.Context(), "RCPT", 1); err != nil {
				t.Fatal(err)
			}
			wire.Cut(tt.whole)
			began := time.Now()
			stuck := time.AfterFunc(tt.most, func() { _ = send.Process.Kill() })
			defer stuck.Stop()
			close(gate)
			tt.then(t, send)
			_ = send.Wait()
			if code := send.ProcessState.ExitCode(); code != int(tt.code) {
				t.Errorf("exit code %d after %s, want %d: %s", code, time.Since(began).Round(time.Second), tt.code, out.Bytes())
			}
		})
	}
}

// A daemon in the middle of an issue ends with 1 once a dump was restored over its database,
// also where others are to send: what is read there tells it nothing.
func TestServeOnADatabaseThatWasReplaced(t *testing.T) {
	t.Parallel()
	for _, here := range []string{"true", "false"} {
		t.Run("work.here: "+here, func(t *testing.T) {
			t.Parallel()
			address := freshServer(t)
			s, gate := gatedSite(t, address)
			send := s.command("send", "--now", "--yes")
			if err := send.Start(); err != nil {
				t.Fatal(err)
			}
			if err := s.mta.WaitCommand(t.Context(), "RCPT", 1); err != nil {
				t.Fatal(err)
			}
			_ = send.Process.Kill()
			_ = send.Wait()
			close(gate)
			d := s.serve("ROUNDUP_WORK_HERE="+here, "ROUNDUP_DELIVERY_WAIT=1h", "ROUNDUP_SMTP_PORT=1") // where nobody takes a mail
			defer time.AfterFunc(5*time.Minute, func() { _ = d.process.Process.Kill() }).Stop()
			for began := time.Now(); !strings.Contains(d.said(), "carrying on"); time.Sleep(20 * time.Millisecond) {
				if time.Since(began) > 2*time.Minute {
					t.Fatalf("it does not carry on: %s", d.said())
				}
			}
			db, err := postgres.Pool(address)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = db.Close() }()
			if _, err := db.Exec(`ALTER TABLE mark RENAME TO old; CREATE TABLE mark AS SELECT * FROM old; DROP TABLE old`); err != nil {
				t.Fatal(err)
			}
			_ = d.process.Wait()
			if code := d.process.ProcessState.ExitCode(); code != int(app.ExitFailed) || !strings.Contains(d.said(), "removed, moved or replaced") {
				t.Errorf("exit code %d, want %d: %s", code, app.ExitFailed, d.said())
			}
		})
	}
}

// A send whose database was moved meanwhile ends with 1, and does not stay for workers that
// there are no more.
func TestSendToADatabaseThatWasMoved(t *testing.T) {
	t.Parallel()
	address := freshServer(t)
	s, gate := gatedSite(t, address)
	var out bytes.Buffer
	send := s.command("send", "--now", "--yes")
	send.Stdout, send.Stderr = &out, &out
	if err := send.Start(); err != nil {
		t.Fatal(err)
	}
	if err := s.mta.WaitCommand(t.Context(), "RCPT", 1); err != nil {
		t.Fatal(err)
	}
	db, err := postgres.Pool(address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.Exec(`INSERT INTO meta (key, value) VALUES ('moved_to', 'another')`); err != nil {
		t.Fatal(err)
	}
	close(gate)
	stuck := time.AfterFunc(time.Minute, func() { _ = send.Process.Kill() })
	defer stuck.Stop()
	_ = send.Wait()
	if code := send.ProcessState.ExitCode(); code != int(app.ExitFailed) || !bytes.Contains(out.Bytes(), []byte(" to another: it takes no changes")) {
		t.Errorf("exit code %d, want %d: %s", code, app.ExitFailed, out.Bytes())
	}
}
