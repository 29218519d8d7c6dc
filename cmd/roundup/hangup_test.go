//go:build linux

package main

import (
	"errors"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"roundup/cmd/roundup/app"
	"roundup/internal/testing/pty"
	"roundup/internal/testing/smtptest"
)

// TestTerminalCloses: the terminal of a send goes away, as with a dropped ssh.
// The kernel sends SIGHUP, and writing to the terminal fails from then on; what
// is in flight is finished all the same, and the exit code is that of Ctrl-C.
func TestTerminalCloses(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"send", "--now", "--yes"}, {"send", "--now", "--yes", "--json"}} {
		t.Run(args[len(args)-1], func(t *testing.T) {
			t.Parallel()
			s := newSite(t, 60, smtptest.Options{RoundTrip: 10 * time.Millisecond})
			ours, theirs := pty.Open(t)
			cmd := s.command(args...)
			cmd.Stdin, cmd.Stdout, cmd.Stderr = theirs, theirs, theirs
			cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true} // its terminal, as a shell's
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			if err := theirs.Close(); err != nil {
				t.Fatal(err)
			}
			if err := s.mta.WaitMails(t.Context(), 5); err != nil {
				t.Fatal(err)
			}
			if err := ours.Close(); err != nil {
				t.Fatal(err)
			}
			var exit *exec.ExitError
			if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != int(app.ExitRunMore) {
				t.Errorf("got %v, want exit code %d", err, app.ExitRunMore)
			}
			if n := s.mta.Kept(); n >= 60 {
				t.Errorf("all %d were sent: nothing was stopped", n)
			}
			for email, d := range s.deliveries() {
				if d.State == "sending" || d.State == "unknown" {
					t.Errorf("%s is %s", email, d.State)
				}
			}
			s.must("send")
			s.account(60, 0)
		})
	}
}
