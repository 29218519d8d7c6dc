package main

import (
	"bytes"
	"encoding/json"
	"syscall"
	"testing"
	"time"

	"roundup/cmd/roundup/app"
	"roundup/internal/testing/pgtest"
	"roundup/internal/testing/smtptest"
	"roundup/store/postgres"
)

// What was in flight when a send was stopped is in its account: it is counted once the
// process's own worker has finished it.
func TestSendCountsWhatItsWorkerFinished(t *testing.T) {
	t.Parallel()
	var pg pgtest.Server
	pg.Need(t)
	t.Cleanup(pg.Stop)
	address, gate := pg.Fresh(), make(chan struct{})
	mta := smtptest.Start(t, smtptest.Options{Script: smtptest.On(smtptest.EndOfData, smtptest.Reply("250 2.0.0 ok").When(gate))})
	s := &site{t: t, dir: t.TempDir(), mta: mta, port: mta.Port(), env: []string{"ROUNDUP_DATABASE=" + address}}
	s.fill(3)
	var out bytes.Buffer
	send := s.command("send", "--now", "--yes", "--json")
	send.Stdout = &out
	if err := send.Start(); err != nil {
		t.Fatal(err)
	}
	if err := mta.WaitCommand(t.Context(), "RCPT", 1); err != nil {
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
	if kept := mta.Kept(); kept == 0 || account.Sent != kept {
		t.Errorf("%d are sent, as it says, and the relay took %d", account.Sent, kept)
	}
}
