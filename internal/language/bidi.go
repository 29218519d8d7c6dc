package language

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/bidi"
)

// The characters that keep the order of writing of one text from turning that
// of its neighbours (Unicode Standard Annex 9). Plain takes them out of all
// that others wrote, so that every one in a mail is ours and has its end.
const (
	leftToRightMark    = "\u200e"
	RightToLeftMark    = "\u200f"
	LeftToRightIsolate = '\u2066'
	RightToLeftIsolate = '\u2067'
	PopIsolate         = '\u2069'
)

// countLetters counts a text's letters that are written from the left and from
// the right.
func countLetters(s string) (left, right int) {
	for _, r := range s {
		switch properties, _ := bidi.LookupRune(r); properties.Class() {
		case bidi.L:
			left++
		case bidi.R, bidi.AL:
			right++
		}
	}
	return left, right
}

// RunsFromRight reports whether most of a text is written from the right;
// around is the answer where it has no letters, or as many of both.
func RunsFromRight(s string, around bool) bool {
	left, right := countLetters(s)
	if left == right {
		return around
	}
	return right > left
}

// Isolate keeps a text in one piece, in its own order, inside a line that is
// written from the right or from the left. A text that fits the line stays as
// it is.
func Isolate(s string, fromRight bool) string {
	left, right := countLetters(s)
	if fromRight && left == 0 || !fromRight && right == 0 {
		return s
	}
	first := LeftToRightIsolate
	if RunsFromRight(s, fromRight) {
		first = RightToLeftIsolate
	}
	return string(first) + s + string(PopIsolate)
}

// IsolateParagraph is Isolate for a text that is a paragraph of its own: single words of
// the other kind in it find their place by themselves.
func IsolateParagraph(s string, fromRight bool) string {
	if RunsFromRight(s, fromRight) == fromRight {
		return s
	}
	return Isolate(s, fromRight)
}

// IsolateSubject is IsolateParagraph for a subject, in characters that every mail program knows: the
// punctuation at a text's ends stays with it.
func IsolateSubject(s string, fromRight bool) string {
	switch RunsFromRight(s, fromRight) {
	case fromRight:
		return s
	case true:
		return RightToLeftMark + s + RightToLeftMark
	}
	return leftToRightMark + s + leftToRightMark
}

// StartFromRight makes an inbox show a line of both kinds from the right: inboxes go by
// its first letter, which may be one from the left.
func StartFromRight(line string, fromRight bool) string {
	if _, right := countLetters(line); !fromRight || right == 0 || startsFromRight(line) {
		return line
	}
	return RightToLeftMark + line
}

// OrderLines gives each line of a text its order: an isolate does not outlast a
// line, so that one that goes on is opened again; and a line in which a program
// would find no letter from the right, or one from the left before it, begins
// with a mark where the text is written from the right. An address on a line of
// its own stays as it is, also in the middle of a text that is kept apart: programs
// take a mark at its end for a part of it.
func OrderLines(lines []string, fromRight bool, link string) {
	var open []rune
	for i, line := range lines {
		body := strings.TrimLeft(line, " ")
		indent := line[:len(line)-len(body)]
		if body == "" || body == link || isAddress(body) {
			continue
		}
		again := string(open)
		for _, r := range body {
			switch r {
			case LeftToRightIsolate, RightToLeftIsolate:
				open = append(open, r)
			case PopIsolate:
				open = open[:max(0, len(open)-1)]
			}
		}
		body = again + body + strings.Repeat(string(PopIsolate), len(open))
		if left, right := countLetters(body); fromRight && left+right > 0 && !startsFromRight(body) {
			body = RightToLeftMark + body
		}
		lines[i] = indent + body
	}
}

func isAddress(line string) bool {
	return strings.HasPrefix(line, "http") && !strings.ContainsFunc(line, func(r rune) bool {
		return unicode.IsSpace(r) || r == LeftToRightIsolate || r == RightToLeftIsolate || r == PopIsolate
	})
}

// startsFromRight reports whether the first letter outside of isolates is
// written from the right, by which programs order a line.
func startsFromRight(line string) bool {
	depth := 0
	for _, r := range line {
		switch properties, _ := bidi.LookupRune(r); {
		case r == LeftToRightIsolate, r == RightToLeftIsolate:
			depth++
		case r == PopIsolate:
			depth--
		case depth > 0:
		case properties.Class() == bidi.L:
			return false
		case properties.Class() == bidi.R, properties.Class() == bidi.AL:
			return true
		}
	}
	return false
}
