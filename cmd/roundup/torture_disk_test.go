package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"roundup/internal/testing/smtptest"
)

// smallDisk mounts a file system of so many KiB and returns its folder.
func smallDisk(t *testing.T, kib int) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("none", dir, "tmpfs", 0, fmt.Sprintf("size=%dk", kib)); err != nil {
		t.Skipf("a small disk can't be mounted (root is needed): %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir
}

// onto moves a site to another folder, where its database is adopted.
func (s *site) onto(dir string) {
	s.t.Helper()
	names, err := filepath.Glob(filepath.Join(s.dir, "*"))
	if err != nil {
		s.t.Fatal(err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, filepath.Base(name)), data, 0o600)
		}
		if err != nil {
			s.t.Fatal(err)
		}
	}
	s.dir = dir
	s.must("adopt", "--nothing-sent")
}

// ballast takes all the room that is left but so many KiB.
func ballast(t *testing.T, dir string, leave int64) (file string) {
	t.Helper()
	var disk syscall.Statfs_t
	if err := syscall.Statfs(dir, &disk); err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(dir, "ballast")
	free := int64(disk.Bavail) * int64(disk.Bsize) //nolint:unconvert // its type differs between systems
	if err := os.WriteFile(file, make([]byte, max(0, free-leave<<10)), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// waitIdle waits until the relay has kept nothing more for so long.
func (s *site) waitIdle(quiet time.Duration) {
	s.t.Helper()
	for {
		ctx, cancel := context.WithTimeout(s.t.Context(), quiet)
		err := s.mta.WaitMails(ctx, s.mta.Kept()+1)
		cancel()
		if err != nil {
			return
		}
	}
}

// hearing keeps what a process says, and tells when it has said certain words.
type hearing struct {
	words string
	heard chan struct{}
	mu    sync.Mutex
	text  []byte
}

// Write implements io.Writer.
func (h *hearing) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	before := bytes.Contains(h.text, []byte(h.words))
	h.text = append(h.text, p...)
	if !before && bytes.Contains(h.text, []byte(h.words)) {
		close(h.heard)
	}
	return len(p), nil
}

func (h *hearing) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return string(h.text)
}

// P4: the disk fills up while the issue goes out. The sender stops before the
// next message and says why; once there is room again it goes on by itself, and
// everybody has one copy.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	const readers = 400
	s := newSite(t, readers, smtptest.Options{RoundTrip: time.Millisecond})
	s.onto(smallDisk(t, 8<<10))
	held := ballast(t, s.dir, 700) // room for the issue and some of its letters
	cmd := s.command("send", "--now", "--yes")
	said := &hearing{words: "disk is full", heard: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = said, said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-said.heard:
	case <-time.After(time.Minute):
		t.Fatalf("nothing was said of a full disk: %s", said)
	}
	s.waitIdle(700 * time.Millisecond)
	kept := s.mta.Kept()
	if kept >= readers {
		t.Fatal("the disk was never full: the test tests nothing")
	}
	s.sound(2)
	s.claimed()
	if err := os.Remove(held); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%v: %s", err, said.String())
	}
	s.account(readers, 0)
	t.Logf("stopped after %d", kept)
}

// P4: on a disk that is full from the start nothing is sent, and that is said.
func TestFullDiskFromTheStart(t *testing.T) {
	t.Parallel()
	s := newSite(t, 20, smtptest.Options{})
	s.onto(smallDisk(t, 4<<10))
	held := ballast(t, s.dir, 0)
	code, out := s.run("send", "--now", "--yes")
	if code != 1 || !anyOf(out, "disk is full|no space left|disk I/O error") {
		t.Errorf("exit %d: %s", code, out)
	}
	if n := s.mta.Connections(); n > 0 {
		t.Errorf("%d connections to the relay", n)
	}
	if err := os.Remove(held); err != nil {
		t.Fatal(err)
	}
	s.must("send", "--now", "--yes")
	s.account(20, 0)
}

// syncs are the calls that flush a file: which of them SQLite makes is decided
// when it is compiled.
const syncs = "fsync,fdatasync"

// injected runs send under strace with one fault at the nth call of a kind in
// each thread, or from the nth call on ("5+"), and reports whether there was one.
func (s *site) injected(fault, call, when string, limit time.Duration) (code int, out string, hit bool) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), limit)
	defer cancel()
	log := filepath.Join(s.t.TempDir(), "strace")
	program, err := exec.LookPath("roundup")
	if err != nil {
		s.t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, "strace", "-f", "--seccomp-bpf", "-qq", "-o", log, "-e", "trace="+call,
		"-e", fmt.Sprintf("inject=%s:error=%s:when=%s", call, fault, when), program, "send", "--now", "--yes", "--no-fetch")
	cmd.Dir, cmd.Env = s.dir, s.environ()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	_ = cmd.Run() // its code is what counts
	trace, err := os.ReadFile(log)
	if err != nil {
		s.t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), said.String(), bytes.Contains(trace, []byte("(INJECTED)"))
}

func needStrace(t *testing.T) {
	t.Helper()
	if err := exec.Command("strace", "-o", os.DevNull, "true").Run(); err != nil {
		t.Skipf("strace is needed: %v", err)
	}
}

// P3: the nth write or sync of the database fails, for n = 1, 2, 3... until a
// run meets no fault. Nobody is ever mailed without a claim on disk, the
// database stays whole, and the next run finishes.
func TestTortureDiskErrors(t *testing.T) {
	torture(t)
	needStrace(t)
	t.Parallel()
	const readers, connections = 12, 2
	for _, call := range []string{syncs, "pwrite64", "ftruncate"} {
		for _, fault := range []string{"EIO", "ENOSPC"} {
			t.Run(call+" "+fault, func(t *testing.T) {
				t.Parallel()
				n := 1
				for ; ; n++ {
					s := newSite(t, readers, smtptest.Options{})
					code, out, hit := s.injected(fault, call, fmt.Sprint(n), 60*time.Second)
					s.afterFault(n, code, out, readers, connections)
					if t.Failed() {
						return
					}
					if !hit {
						break
					}
				}
				if n == 1 {
					t.Error("there was no such call to fail")
				}
				t.Logf("clean at call %d", n)
			})
		}
	}
}

func (s *site) afterFault(n, code int, out string, readers, connections int) {
	s.t.Helper()
	s.sound(connections)
	s.claimed()
	if code == 0 && s.mta.Kept() < readers {
		s.t.Errorf("call %d: exit 0 after %d of %d mails: %s", n, s.mta.Kept(), readers, out)
	}
	if code != 0 && !strings.Contains(out, "roundup: error: ") {
		s.t.Errorf("call %d: exit %d without an error: %s", n, code, out)
	}
	if code != 0 || s.mta.Kept() < readers {
		s.finish()
	}
	s.account(readers, 2*connections)
}

// P3: a disk that fails from the nth call on and stays so. Whatever is claimed
// may still go out; nothing else does.
func TestTortureDiskGone(t *testing.T) {
	torture(t)
	needStrace(t)
	t.Parallel()
	const readers, connections = 60, 2
	for _, call := range []string{syncs, "pwrite64"} {
		for n := 1; n <= 31; n += 3 {
			t.Run(fmt.Sprintf("%s %d", call, n), func(t *testing.T) {
				t.Parallel()
				s := newSite(t, readers, smtptest.Options{})
				_, out, hit := s.injected("EIO", call, fmt.Sprintf("%d+", n), 4*time.Second)
				if !hit && n == 1 {
					t.Error("there was no such call to fail")
				}
				if !hit {
					t.Skip("no such call")
				}
				s.sound(connections)
				s.claimed()
				if code := 0; s.mta.Kept() < readers && strings.Contains(out, "is sent") {
					t.Errorf("exit %d: %s", code, out)
				}
				s.finish()
				s.account(readers, 2*connections)
			})
		}
	}
}
