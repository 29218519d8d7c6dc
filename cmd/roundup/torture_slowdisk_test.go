package main

import (
	"os"
	"os/exec"
	"testing"

	"roundup/internal/testing/smtptest"
)

// S25 on a disk that takes 40 ms for each sync: a rate below what eight
// connections bear there is kept all the same.
func TestTortureRateOnASlowDisk(t *testing.T) {
	torture(t)
	needStrace(t)
	t.Parallel()
	const rate = 100
	got := 0.0
	for try := 0; got < rate*0.98 && try < 3; try++ { // a busy machine is late now and then
		s := newSite(t, 4*rate, smtptest.Options{})
		s.set("connections: 2", "connections: 8\n  rate: 100")
		// seccomp-bpf: no other call is stopped for the tracer.
		cmd := exec.CommandContext(t.Context(), "strace", "-f", "--seccomp-bpf", "-qq", "-o", os.DevNull, "-e", "trace="+syncs,
			"-e", "inject="+syncs+":delay_enter=40000", mustLookPath(t), "send", "--now", "--yes")
		cmd.Dir, cmd.Env = s.dir, s.environ()
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		s.account(4*rate, 0)
		got = perSecond(s.mta.Mails())
	}
	if got > rate*1.02 || got < rate*0.98 {
		t.Errorf("%.2f a second, want %d within 2 %%", got, rate)
	}
}
