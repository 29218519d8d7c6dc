package letter

import (
	"strings"
	"unicode"

	"github.com/clipperhouse/uax29/v2/graphemes"
	"github.com/mattn/go-runewidth"

	"roundup/digest"
	"roundup/internal/language"
)

// textWidth is how wide the text part is set, in columns of a terminal, textOctets
// how long a line may be where characters are many and narrow, and maxWord how
// long, in octets, a link with the brackets and quotation marks around it.
const (
	textWidth  = 72
	textOctets = 480
	maxWord    = digest.MaxLink + 40
)

// wrap sets text in lines of at most textWidth columns. Lines that are there
// stay; one that begins with spaces or a list's bullet hangs its continuation
// under its first word. Links are never cut.
func wrap(s string) string {
	var out []string
	for line := range strings.SplitSeq(s, "\n") {
		out = append(out, wrapLine(line)...)
	}
	return strings.Join(out, "\n")
}

func wrapLine(line string) []string {
	words := strings.FieldsFunc(line, breaks)
	if len(words) == 0 {
		return []string{""}
	}
	indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
	hang := indent
	if first := words[0]; first == "-" || strings.HasSuffix(first, ".") && strings.Trim(first, "0123456789") == "." {
		hang += strings.Repeat(" ", len(first)+1)
	}
	if columns(hang) > textWidth/2 { // a margin as wide as that leaves no room for words
		indent, hang = "", ""
	}

	w := wrapping{line: indent, used: columns(indent), hang: hang, empty: true}
	for _, word := range words {
		if !w.empty && !w.fits(" "+word) {
			w.wrap()
		}
		if !w.empty {
			w.add(" ")
		}
		for _, piece := range pieces(word, w.fits) {
			if !w.empty && !w.fits(piece) {
				w.wrap()
			}
			w.add(piece)
			w.empty = false
		}
	}
	return append(w.lines, w.line)
}

// breaks reports whether a line may end at a space.
func breaks(r rune) bool { return unicode.IsSpace(r) && r != '\u00a0' && r != '\u202f' }

// wrapping is a text on its way into lines.
type wrapping struct {
	lines []string
	line  string // the one being set
	used  int    // its columns
	hang  string // what every line but the first begins with
	empty bool   // nothing but the indent stands in the line yet
}

func (w *wrapping) fits(s string) bool {
	return w.used+columns(s) <= textWidth && len(w.line)+len(s) <= textOctets
}

func (w *wrapping) add(s string) {
	w.line += s
	w.used += columns(s)
}

func (w *wrapping) wrap() {
	w.lines = append(w.lines, w.line)
	w.line, w.used, w.empty = w.hang, columns(w.hang), true
}

// pieces is a word as its letters where it does not fit into a line; a link, whatever
// stands before and behind it, or any word that fits, stays whole.
func pieces(word string, fits func(string) bool) []string {
	link := strings.Contains(word, "://") && len(word) <= maxWord
	if link || fits(word) {
		return []string{word}
	}
	var letters []string
	for g := graphemes.FromString(word); g.Next(); {
		letters = append(letters, g.Value())
	}
	return letters
}

// columns is how wide a terminal shows text, whatever the locale of this one.
func columns(s string) int {
	condition := runewidth.Condition{StrictEmojiNeutral: true}
	return condition.StringWidth(s) - strings.Count(s, string(language.LeftToRightIsolate)) -
		strings.Count(s, string(language.RightToLeftIsolate)) - strings.Count(s, string(language.PopIsolate))
}
