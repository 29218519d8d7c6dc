package terminal

import (
	"bufio"
	"io"
	"os"
	"strings"

	"github.com/mattn/go-runewidth"
	"golang.org/x/term"

	"roundup/internal/oneline"
)

// List prints rows as they come, and keeps none: a list may have a million. Its columns have
// fixed widths, since what is to come is not known yet; a wider cell is printed whole. Flush it at
// the end; what is written besides comes between its rows.
type List struct {
	*bufio.Writer
	widths []int
	screen int // columns that its lines must fit into; 0 for any
}

// NewList begins a list on w, whose columns but the last are that many characters wide.
func NewList(w io.Writer, widths ...int) *List { return &List{bufio.NewWriter(w), widths, 0} }

// Fit makes the lines fit a terminal, where stream is one: the widest column gets narrower, a cell
// that is wider than its column is cut, and a last one for which there is no room stands below.
func (l *List) Fit(stream any) {
	if !Is(stream) {
		return
	}
	width, _, err := term.GetSize(int(stream.(*os.File).Fd()))
	if err != nil || width < barColumns {
		return
	}
	l.screen = width
	widest, all := 0, -2
	for i, w := range l.widths {
		all += w + 2
		if w > l.widths[widest] {
			widest = i
		}
	}
	l.widths[widest] = max(l.widths[widest]-max(all-width, 0), narrowest)
}

// narrowest is how wide a column remains.
const narrowest = 8

// Width is how wide a column is.
func (l *List) Width(column int) int { return l.widths[column] }

// Row prints a row, with what is foreign in it made harmless. It fails once nobody reads.
func (l *List) Row(cells ...string) error {
	line := ""
	for i, c := range cells {
		c = oneline.Plain(c)
		switch {
		case l.screen == 0:
		case i < len(l.widths):
			c = runewidth.Truncate(CutMiddle(c, l.widths[i]), l.widths[i], "…")
		case runewidth.StringWidth(line+c) > l.screen:
			line = strings.TrimRight(line, " ")
			c = "\n    " + runewidth.Truncate(c, l.screen-4, "…")
		}
		line += c
		if i < len(l.widths) {
			line += strings.Repeat(" ", 2+max(0, l.widths[i]-runewidth.StringWidth(c)))
		}
	}
	_, err := l.WriteString(strings.TrimRight(line, " ") + "\n")
	return err
}
