//go:build linux

package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/terminal"
	"roundup/internal/testing/pty"
	"roundup/internal/testing/smtptest"
)

// TestCtrlCAtAQuestion: Ctrl-C is an answer to every question, and nothing is done.
func TestCtrlCAtAQuestion(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		question string
		args     []string
	}{
		{"Send it?", []string{"send", "--now"}},
		{"Erase r1@readers.example for good?", []string{"subscribers", "forget", "r1@readers.example"}},
		{"Go on?", []string{"subscribers", "label", "add", "vip", "status:active"}},
		{"Did an issue go out", []string{"adopt"}},
	} {
		t.Run(strings.Join(tt.args, " "), func(t *testing.T) {
			t.Parallel()
			s := newSite(t, 2, smtptest.Options{})
			if tt.args[0] == "adopt" {
				s.restore()
			}
			ours, theirs := pty.Open(t)
			cmd := s.command(tt.args...)
			cmd.Stdin, cmd.Stdout, cmd.Stderr = theirs, theirs, theirs
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			if err := theirs.Close(); err != nil {
				t.Fatal(err)
			}
			said := readUntil(t, ours, tt.question)
			if err := cmd.Process.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
			defer time.AfterFunc(20*time.Second, func() { _ = cmd.Process.Kill() }).Stop()
			rest, _ := io.ReadAll(ours) // ends in EIO
			_ = cmd.Wait()              // its code follows
			if code := cmd.ProcessState.ExitCode(); code != int(app.ExitRunMore) {
				t.Errorf("exit %d, want %d: %s%s", code, app.ExitRunMore, said, rest)
			}
			if n := strings.Count(s.must("subscribers", "list", "--", "-label:vip"), "\n"); n != 2 || s.started() {
				t.Errorf("something was done: %s%s", said, rest)
			}
		})
	}
}

// restore puts a backup in the place of the database.
func (s *site) restore() {
	s.t.Helper()
	s.must("backup", "copy.db")
	for _, name := range []string{"roundup.db", "roundup.db-wal", "roundup.db-shm"} {
		if err := os.Remove(filepath.Join(s.dir, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			s.t.Fatal(err)
		}
	}
	if err := os.Rename(filepath.Join(s.dir, "copy.db"), filepath.Join(s.dir, "roundup.db")); err != nil {
		s.t.Fatal(err)
	}
}

// readUntil reads a terminal until words are on it.
func readUntil(t *testing.T, ours *os.File, words string) string {
	t.Helper()
	var said strings.Builder
	buf := make([]byte, 4<<10)
	for !strings.Contains(said.String(), words) {
		n, err := ours.Read(buf)
		if said.Write(buf[:n]); err != nil {
			t.Fatalf("%v before %q: %s", err, words, said.String())
		}
	}
	return said.String()
}

// TestCtrlCWhileATextIsAwaited: `edit note --file -` waits for a text that may never come.
func TestCtrlCWhileATextIsAwaited(t *testing.T) {
	t.Parallel()
	silent, w := io.Pipe()
	defer func() { _ = w.Close() }()
	a, err := app.New(t.Context(), app.Streams{In: silent, Out: io.Discard, Err: io.Discard}, nil, version)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if text, err := readText(ctx, a, "-"); !errors.Is(err, terminal.ErrInterrupted) {
		t.Errorf("got %q, %v", text, err)
	}
}
