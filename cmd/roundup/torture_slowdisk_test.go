package main

import (
	"os"
	"os/exec"
	"testing"

	"roundup/internal/smtptest"
)

// S25 on a disk that takes 40 ms for each sync: a rate far below what the disk
// allows is kept all the same.
func TestTortureRateOnASlowDisk(t *testing.T) {
	torture(t)
	t.Skip("not so yet: docs/known-issues.md, \"With smtp.rate set\"")
	needStrace(t)
	t.Parallel()
	s := newSite(t, 300, smtptest.Options{})
	s.set("connections: 2", "connections: 3\n  rate: 100")
	cmd := exec.CommandContext(t.Context(), "strace", "-f", "-qq", "-o", os.DevNull, "-e", "trace=fdatasync",
		"-e", "inject=fdatasync:delay_enter=40000", mustLookPath(t), "send", "--now", "--yes")
	cmd.Dir = s.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if got := perSecond(s.mta.Mails()); got > 102 || got < 80 {
		t.Errorf("%.1f a second, want 100", got)
	}
}
