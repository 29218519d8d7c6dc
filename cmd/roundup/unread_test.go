package main

import (
	"errors"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"roundup/cmd/roundup/app"
	"roundup/internal/testing/smtptest"
)

// TestNobodyReads: whoever reads what a command did goes away, as `| head -1` does, or
// its disk is full. All that was asked for is done.
func TestNobodyReads(t *testing.T) {
	t.Parallel()
	s := newSite(t, 4, smtptest.Options{})
	s.must("send", "--now", "--yes")
	token := regexp.MustCompile(`subject=(unsubscribe-[\w-]+)`)
	var box strings.Builder
	for _, m := range s.mta.Mails()[:2] {
		box.WriteString("From r Fri Nov 20 08:00:00 2026\nSubject: " + string(token.FindSubmatch(m.Data)[1]) + "\n\n\n")
	}
	s.write("box", box.String())

	for _, tt := range []struct {
		args []string
		left int
	}{
		{[]string{"bounces", "read", "--json", "box"}, 2},
		{[]string{"subscribers", "remove", "--json", "r1@readers.example", "r2@readers.example", "r3@readers.example", "r4@readers.example"}, 4},
	} {
		if code, said := s.into(closedPipe(t), tt.args...); code != app.ExitDone || strings.Contains(said, "error") {
			t.Errorf("%q: exit %d: %s", tt.args, code, said)
		}
		if n := strings.Count(s.must("subscribers", "list", "--json", "status:unsubscribed"), "\n"); n != tt.left {
			t.Errorf("%q: %d left, want %d", tt.args, n, tt.left)
		}
	}
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip(err)
	}
	defer func() { _ = full.Close() }()
	code, said := s.into(full, "subscribers", "confirm", "--json", "r1@readers.example", "r2@readers.example")
	if n := strings.Count(s.must("subscribers", "list", "--json", "status:active"), "\n"); n != 2 || code != app.ExitFailed || !strings.Contains(said, "no space left") {
		t.Errorf("%d are active; exit %d: %s", n, code, said)
	}
}

// closedPipe is a pipe that nobody reads.
func closedPipe(t *testing.T) *os.File {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	return w
}

// into runs a command with standard output to a file, and returns its exit code and what
// it wrote elsewhere.
func (s *site) into(f *os.File, args ...string) (app.ExitCode, string) {
	s.t.Helper()
	cmd := s.command(args...)
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = f, &said
	err := cmd.Run()
	if err != nil && !errors.As(err, new(*exec.ExitError)) {
		s.t.Fatal(err)
	}
	return app.ExitCode(cmd.ProcessState.ExitCode()), said.String()
}
