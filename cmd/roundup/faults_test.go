package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"roundup/internal/testing/smtptest"
)

// S19: killed between the relay's 250 and our record of it, the reader is
// unknown, and named.
func TestKilledBeforeTheAnswerIsRecorded(t *testing.T) {
	t.Parallel()
	var victim atomic.Pointer[os.Process]
	s := newSite(t, 20, smtptest.Options{Script: smtptest.Times(1, smtptest.Skip(4, func(e smtptest.Event) *smtptest.Action {
		if e.Step != smtptest.EndOfData {
			return nil
		}
		if p := victim.Load(); p != nil {
			_ = p.Kill()
		}
		return smtptest.Reply("250 2.0.0 kept").Keep()
	}))})
	s.write("roundup.yaml", strings.Replace(s.read("roundup.yaml"), "wait: 0s", "wait: 0s\n  unknown: hold", 1))
	first := s.command("send", "--now", "--yes")
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	victim.Store(first.Process)
	if err := first.Wait(); err == nil {
		t.Fatal("the sender outlived its death")
	}
	s.sound(2)
	s.finish()
	s.account(20, 4)
	if copies := s.copies(); len(copies) < 16 || s.mta.Kept() != len(copies) {
		t.Errorf("%d mails to %d readers: with unknown: hold nobody is mailed twice", s.mta.Kept(), len(copies))
	}
	unknown := 0
	for _, d := range s.deliveries() {
		if d.State == "unknown" {
			unknown++
		}
	}
	if unknown == 0 {
		t.Error("nobody is unknown after a death between 250 and its record")
	}
}

// P8: ten at once; one sends, nine say who does and end with 3.
func TestTenSendersAtOnce(t *testing.T) {
	t.Parallel()
	const senders = 10
	gate := make(chan struct{})
	s := newSite(t, 10, smtptest.Options{Script: smtptest.On(smtptest.EndOfData, smtptest.Reply("250 2.0.0 ok").When(gate))})
	type end struct {
		pid, code int
		out       string
	}
	ends := make(chan end, senders)
	for range senders {
		go func() {
			cmd := s.command("send", "--now", "--yes")
			out, _ := cmd.CombinedOutput()
			ends <- end{cmd.Process.Pid, cmd.ProcessState.ExitCode(), string(out)}
		}()
	}
	var turnedAway []end
	for range senders - 1 {
		turnedAway = append(turnedAway, <-ends)
	}
	close(gate) // only now can anybody finish
	sender := <-ends
	if sender.code != 0 {
		t.Errorf("the sender ended with %d: %s", sender.code, sender.out)
	}
	for _, e := range turnedAway {
		if want := fmt.Sprintf("another sender is at work on this database: process %d on ", sender.pid); e.code != 3 || !strings.Contains(e.out, want) {
			t.Errorf("exit %d, want 3 and %q: %s", e.code, want, e.out)
		}
	}
	s.account(10, 0)
}

// P5: a database that can't be written is found out before the relay hears of us.
func TestUnwritableDatabase(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root can become somebody else")
	}
	tests := []struct {
		name       string
		dir, file  os.FileMode
		words      string
		otherOwner bool
	}{
		{name: "read-only file", dir: 0o700, file: 0o400, words: "read-only|readonly|permission denied"},
		{name: "read-only folder", dir: 0o500, file: 0o600, words: "read-only|readonly|permission denied|unable to open"},
		{name: "read-only both", dir: 0o500, file: 0o400, words: "read-only|readonly|permission denied|unable to open"},
		{name: "somebody else's", dir: 0o777, file: 0o666, words: "belongs to", otherOwner: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, 3, smtptest.Options{})
			const nobody = 65534
			program := s.lend(nobody, tt.otherOwner)
			if err := errors.Join(os.Chmod(filepath.Join(s.dir, "roundup.db"), tt.file), os.Chmod(s.dir, tt.dir)); err != nil {
				t.Fatal(err)
			}
			cmd := exec.CommandContext(t.Context(), program, "send", "--now", "--yes")
			cmd.Dir = s.dir
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
			out, err := cmd.CombinedOutput()
			if err == nil || cmd.ProcessState.ExitCode() != 1 {
				t.Errorf("exit %d, want 1: %s", cmd.ProcessState.ExitCode(), out)
			}
			if !anyOf(string(out), tt.words) {
				t.Errorf("%q does not say %q", out, tt.words)
			}
			if n := s.mta.Connections(); n != 0 {
				t.Errorf("%d connections to the relay", n)
			}
		})
	}
}

// anyOf reports whether text holds one of the words.
func anyOf(text, words string) bool {
	for word := range strings.SplitSeq(words, "|") {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

// lend gives the site to another user, with the program outside it,
// and returns the program's path. The database may stay ours.
func (s *site) lend(uid int, keepDatabase bool) string {
	s.t.Helper()
	self, err := os.Executable()
	if err != nil {
		s.t.Fatal(err)
	}
	outside := s.t.TempDir()
	program := filepath.Join(outside, "roundup")
	err = errors.Join(os.Link(self, program), os.Chmod(outside, 0o755),
		os.Chmod(filepath.Dir(outside), 0o755), os.Chmod(filepath.Dir(s.dir), 0o755), os.Chown(s.dir, uid, uid))
	names, globErr := filepath.Glob(filepath.Join(s.dir, "*"))
	err = errors.Join(err, globErr)
	for _, name := range names {
		if keepDatabase && strings.HasPrefix(filepath.Base(name), "roundup.db") {
			continue
		}
		err = errors.Join(err, os.Chown(name, uid, uid))
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return program
}

func (s *site) read(name string) string {
	s.t.Helper()
	text, err := os.ReadFile(filepath.Join(s.dir, name))
	if err != nil {
		s.t.Fatal(err)
	}
	return string(text)
}

// P15: who leaves or is suppressed while the issue goes out, and is still
// queued, gets nothing.
func TestLeavingWhileTheIssueGoesOut(t *testing.T) {
	t.Parallel()
	const readers = 60
	var once sync.Once
	leave := make(chan func(), 1) // there before the first mail is
	s := newSite(t, readers, smtptest.Options{Script: func(e smtptest.Event) *smtptest.Action {
		if e.Step == smtptest.EndOfData && e.Mail == 10 {
			once.Do(func() { (<-leave)() })
		}
		return nil
	}})
	s.write("roundup.yaml", strings.Replace(s.read("roundup.yaml"), "connections: 2", "connections: 1", 1))
	leave <- func() {
		for _, args := range [][]string{
			{"subscribers", "remove", "r58@readers.example"},
			{"suppressions", "add", "r59@readers.example", "--reason", "complaint"},
			{"subscribers", "forget", "--yes", "r60@readers.example"},
		} {
			ctx, cancel := context.WithTimeout(context.Background(), 20e9)
			cmd := exec.CommandContext(ctx, "roundup", args...)
			cmd.Dir = s.dir
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%q: %v: %s", args, err, out)
			}
			cancel()
		}
	}
	s.must("send", "--now", "--yes")
	copies := s.copies()
	for i := 1; i <= readers; i++ {
		email := fmt.Sprintf("r%d@readers.example", i)
		if want := map[bool]int{true: 1}[i < 58]; copies[email] != want {
			t.Errorf("%s got %d copies, want %d", email, copies[email], want)
		}
	}
}
