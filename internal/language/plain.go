package language

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

// How many combining marks may sit on one letter, and how many characters may
// make up what a reader sees as one. Every writing system and emoji needs
// fewer; more is a text meant to run over its neighbours.
const (
	maxMarks   = 4
	maxCluster = 24
)

// Plain makes text safe to print anywhere on one line: white space,
// line and paragraph separators become single spaces; control characters,
// directional overrides and isolates, which could turn the text around them,
// and invisible hyphens and byte order marks are removed. A text of which
// nothing can be seen is empty.
func Plain(s string) string {
	line := strings.Join(strings.FieldsFunc(Printable(s), unicode.IsSpace), " ")
	if !strings.ContainsFunc(line, Visible) {
		return ""
	}
	return line
}

// IsText reports whether s is text at all: a file in another encoding is not, nor is a picture.
func IsText(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }

// Visible reports whether a reader sees something of a character by itself.
func Visible(r rune) bool {
	return unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.Is(unicode.Mn, r)
}

// PlainLines is Plain for each line of a text that may have several. Its
// indents stay, and two spaces at a line's end, which break it in Markdown.
func PlainLines(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n\n").Replace(s)
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
		if clean := Plain(line); clean != "" {
			lines[i] = indent + clean
			if strings.HasSuffix(line, "  ") {
				lines[i] += "  "
			}
		} else {
			lines[i] = ""
		}
	}
	return strings.TrimRight(strings.Trim(strings.Join(lines, "\n"), "\n"), " \n")
}

// Printable is text without what is never printed: white space of any kind becomes
// spaces, one each; control and most format characters, and marks that pile up, go.
func Printable(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	marks := 0
	for _, r := range strings.ToValidUTF8(s, "\uFFFD") {
		if unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r) {
			if marks++; marks > maxMarks {
				continue
			}
		} else {
			marks = 0
		}
		switch {
		case unicode.IsSpace(r), r == '\u2028', r == '\u2029':
			b.WriteByte(' ')
		case unicode.IsControl(r), leftOut(r):
		default:
			b.WriteRune(r)
		}
	}
	return trimClusters(b.String())
}

// trimClusters drops what goes beyond maxCluster characters in one cluster.
func trimClusters(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for g := graphemes.FromString(s); g.Next(); {
		runes := 0
		for _, r := range g.Value() {
			if runes++; runes > maxCluster {
				break
			}
			b.WriteRune(r)
		}
	}
	return b.String()
}

// leftOut reports whether a format character is left out of printed text.
// Left-to-right and right-to-left marks, joiners and non-joiners stay: scripts
// and emoji need them.
func leftOut(r rune) bool {
	switch {
	case r >= '\u202A' && r <= '\u202E', r >= '\u2066' && r <= '\u2069': // bidi embeddings, overrides, isolates
		return true
	case r >= '\u206A' && r <= '\u206F', r >= '\uFFF9' && r <= '\uFFFB': // deprecated format and annotation controls
		return true
	}
	return r == '\u00AD' || r == '\uFEFF'
}

// Cut shortens text to at most limit characters (runes, the ellipsis
// included), at the end of a word where there is one in the last third, and
// never inside what a reader sees as one character.
func Cut(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	end, runes, lastSpace := 0, 0, 0
	for g := graphemes.FromString(s); g.Next(); {
		n := utf8.RuneCountInString(g.Value())
		if runes+n > limit-1 {
			if g.Value() == " " { // the word before ends exactly here
				lastSpace = end
			}
			break
		}
		if g.Value() == " " {
			lastSpace = end
		}
		runes += n
		end += len(g.Value())
	}
	if utf8.RuneCountInString(s[:lastSpace]) >= limit*2/3 {
		end = lastSpace
	}
	return strings.TrimRightFunc(s[:end], func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune(",;:-–—|·", r)
	}) + "…"
}
