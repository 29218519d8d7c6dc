//go:build linux

package terminal

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"roundup/internal/testing/pty"
)

// TestBarOnTerminal: each line is drawn over the one before and cut where the
// terminal ends, and the last is taken off.
func TestBarOnTerminal(t *testing.T) {
	t.Parallel()
	ours, theirs := sizedTerminal(t, 24, 60)
	screen := screenOf(ours)
	b := newBar(NewScreen(theirs))
	if b == nil {
		t.Fatal("no bar on a terminal of 24 by 60")
	}
	b.show(strings.Repeat("東", 40)) // two columns wide
	b.end()
	if err := theirs.Close(); err != nil {
		t.Fatal(err)
	}
	if got, want := <-screen, strings.Repeat("東", 29)+"\r\n\x1b[1A\x1b[J"; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// TestLinesAboveTheBar: what is written while there is a bar stays, whichever stream of the
// terminal it goes to, and the bar stands below it.
func TestLinesAboveTheBar(t *testing.T) {
	t.Parallel()
	ours, theirs := sizedTerminal(t, 24, 60)
	s := NewScreen(theirs)
	if s.Over(theirs) != io.Writer(theirs) {
		t.Error("there is no bar, and something is written over it")
	}
	b := newBar(s)
	b.show("half")
	for !s.hasBar() {
		runtime.Gosched() // its goroutine draws it
	}
	fmt.Fprintln(s, "a warning")
	fmt.Fprintln(s.Over(theirs), "an article")
	var file strings.Builder
	fmt.Fprintln(s.Over(&file), "elsewhere")
	screen := screenOf(ours)
	b.end()
	if err := theirs.Close(); err != nil {
		t.Fatal(err)
	}
	if got, want := <-screen, "half\r\n"+off+"a warning\r\nhalf\r\n"+off+"an article\r\nhalf\r\n"+off; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if file.String() != "elsewhere\n" {
		t.Errorf("elsewhere there is %q", file.String())
	}
}

// TestBarNeverWaits: a terminal that takes nothing holds up no send; what it shows
// then is how things stand.
func TestBarNeverWaits(t *testing.T) {
	t.Parallel()
	ours, theirs := sizedTerminal(t, 24, 80)
	b := newBar(NewScreen(theirs))
	for range 20_000 { // far more than a terminal keeps for its reader
		b.show(strings.Repeat("x", 70))
	}
	b.show("last")
	screen := screenOf(ours)
	b.end()
	if err := theirs.Close(); err != nil {
		t.Fatal(err)
	}
	if got := <-screen; !strings.HasSuffix(got, "last\r\n\x1b[1A\x1b[J") {
		t.Errorf("the last line is not shown and taken off: %q", got[max(len(got)-100, 0):])
	}
}

func TestNoRoomForBar(t *testing.T) {
	t.Parallel()
	_, small := sizedTerminal(t, 24, 39)
	_, sizeless := pty.Open(t)
	for name, stream := range map[string]io.Writer{
		"small": NewScreen(small), "sizeless": NewScreen(sizeless), "none": NewScreen(&strings.Builder{}), "discarded": io.Discard,
	} {
		if b := newBar(stream); b != nil {
			t.Errorf("%s: there is a bar", name)
		}
	}
}

// sizedTerminal makes a pseudo-terminal of a size.
func sizedTerminal(t *testing.T, rows, columns uint16) (ours, theirs *os.File) {
	t.Helper()
	ours, theirs = pty.Open(t)
	if err := unix.IoctlSetWinsize(int(theirs.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: rows, Col: columns}); err != nil {
		t.Fatal(err)
	}
	return ours, theirs
}

// screenOf gives all that a terminal shows, once its other end is closed.
func screenOf(ours *os.File) <-chan string {
	all := make(chan string, 1)
	go func() {
		text, _ := io.ReadAll(ours) // ends in EIO
		all <- string(text)
	}()
	return all
}
