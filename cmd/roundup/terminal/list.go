package terminal

import (
	"bufio"
	"io"
	"strings"

	"github.com/mattn/go-runewidth"

	"roundup/internal/oneline"
)

// List prints rows as they come, and keeps none: a list may have a million. Its columns have
// fixed widths, since what is to come is not known yet; a wider cell is printed whole. Flush it at
// the end; what is written besides comes between its rows.
type List struct {
	*bufio.Writer
	widths []int
}

// NewList begins a list on w, whose columns but the last are that many characters wide.
func NewList(w io.Writer, widths ...int) *List { return &List{bufio.NewWriter(w), widths} }

// Row prints a row, with what is foreign in it made harmless. It fails once nobody reads.
func (l *List) Row(cells ...string) error {
	var line strings.Builder
	for i, c := range cells {
		c = oneline.Plain(c)
		line.WriteString(c)
		if i < len(l.widths) {
			line.WriteString(strings.Repeat(" ", 2+max(0, l.widths[i]-runewidth.StringWidth(c))))
		}
	}
	_, err := l.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	return err
}
