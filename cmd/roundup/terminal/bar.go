package terminal

import (
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/mattn/go-runewidth"
	"golang.org/x/term"

	"roundup/delivery"
	"roundup/digest"
	"roundup/internal/oneline"
)

// A bar is not drawn on a terminal smaller than this, and never longer than barWidth.
const (
	barColumns = 40
	barRows    = 2
	barWidth   = 22
)

// bar shows how an issue gets on in one line of a terminal, drawn over the one
// before. It is written by a goroutine of its own: a terminal that takes nothing
// for a while (Ctrl-S) must not hold up a send.
type bar struct {
	lines chan string   // the latest line that is not drawn yet
	over  chan struct{} // closed when the bar is off the screen
}

// newBar begins a bar on a Screen; nil where there is no room for one: on a terminal that
// says no size it would not be seen.
func newBar(stream io.Writer) *bar {
	s, ok := stream.(*Screen)
	if !ok || s.terminal() == nil {
		return nil
	}
	width, height, err := term.GetSize(int(s.terminal().Fd()))
	if err != nil || width < barColumns || height < barRows {
		return nil
	}
	b := &bar{lines: make(chan string, 1), over: make(chan struct{})}
	go b.draw(s)
	return b
}

// show replaces the line; it is called from one goroutine and never waits.
func (b *bar) show(line string) {
	select {
	case <-b.lines: // not drawn, and old now
	default:
	}
	b.lines <- line
}

// end takes the bar off the screen.
func (b *bar) end() {
	close(b.lines)
	<-b.over
}

func (b *bar) draw(s *Screen) {
	defer close(b.over)
	for line := range b.lines {
		if width, _, err := term.GetSize(int(s.terminal().Fd())); err == nil {
			line = runewidth.Truncate(line, width-1, "")
		}
		s.draw(line + "\n")
	}
	s.draw("")
}

// barLine is an issue's progress as a bar with words after it.
func barLine(issue digest.Issue, p delivery.Progress) string {
	return fmt.Sprintf("issue %d  %s  %s", issue.Number, drawn(int64(p.Done), int64(p.Total)), oneline.Plain(p.String()))
}

// drawn is so much of a total as a bar.
func drawn(done, total int64) string {
	full := 0
	if total > 0 {
		full = min(int(math.Round(float64(barWidth*done)/float64(total))), barWidth)
	}
	line := strings.Repeat("=", full)
	if full > 0 && done < total {
		line = line[1:] + ">"
	}
	return "[" + line + strings.Repeat("-", barWidth-full) + "]"
}
