package terminal

import (
	"io"
	"os"
	"sync"
)

// Screen is a stream that, where it is a terminal, may have a bar below what is written.
type Screen struct {
	w   io.Writer
	mu  sync.Mutex
	bar string // as it was drawn, with the end of its line; "" for none
}

// NewScreen is a stream without a bar.
func NewScreen(w io.Writer) *Screen { return &Screen{w: w} }

// off takes a line off the screen: up to it, and off with all below.
const off = "\x1b[1A\x1b[J"

// Write implements io.Writer: whole lines, which stand above the bar.
func (s *Screen) Write(lines []byte) (int, error) { return s.above(s.w, lines) }

// Over is w, with the bar kept below what is written to it: it may be the same terminal.
func (s *Screen) Over(w io.Writer) io.Writer {
	if !Is(w) || !s.hasBar() {
		return w
	}
	return over{s, w}
}

type over struct {
	screen *Screen
	w      io.Writer
}

// Write implements io.Writer.
func (o over) Write(lines []byte) (int, error) { return o.screen.above(o.w, lines) }

func (s *Screen) hasBar() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bar != ""
}

func (s *Screen) above(w io.Writer, lines []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bar == "" {
		return w.Write(lines)
	}
	if _, err := io.WriteString(s.w, off); err != nil {
		return 0, err
	}
	n, err := w.Write(lines)
	if _, below := io.WriteString(s.w, s.bar); err == nil {
		err = below
	}
	return n, err
}

// draw puts another bar in the place of the one there is; "" takes it off.
func (s *Screen) draw(bar string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	text := bar
	if s.bar != "" {
		text = off + bar
	}
	s.bar = bar
	_, _ = io.WriteString(s.w, text) // a terminal that is gone shows nothing
}

// terminal is the terminal it is; nil for none.
func (s *Screen) terminal() *os.File {
	f, _ := s.w.(*os.File)
	return f
}
