package digest

import (
	"strings"

	"golang.org/x/text/unicode/bidi"
)

// The characters that keep the order of writing of one text from turning that
// of its neighbours (Unicode Standard Annex 9). plainLine takes them out of all
// that others wrote, so that every one in a mail is ours and has its end.
const (
	leftToRightMark    = "\u200e"
	rightToLeftMark    = "\u200f"
	leftToRightIsolate = '\u2066'
	rightToLeftIsolate = '\u2067'
	popIsolate         = '\u2069'
)

// lettersOf counts a text's letters that are written from the left and from
// the right.
func lettersOf(s string) (left, right int) {
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

// runsFromRight reports whether most of a text is written from the right;
// around is the answer where it has no letters, or as many of both.
func runsFromRight(s string, around bool) bool {
	left, right := lettersOf(s)
	if left == right {
		return around
	}
	return right > left
}

// isolate keeps a text in one piece, in its own order, inside a line that is
// written from the right or from the left. A text that fits the line stays as
// it is.
func isolate(s string, fromRight bool) string {
	left, right := lettersOf(s)
	if fromRight && left == 0 || !fromRight && right == 0 {
		return s
	}
	first := leftToRightIsolate
	if runsFromRight(s, fromRight) {
		first = rightToLeftIsolate
	}
	return string(first) + s + string(popIsolate)
}

// turn is isolate for a text that is a paragraph of its own: single words of
// the other kind in it find their place by themselves.
func turn(s string, fromRight bool) string {
	if runsFromRight(s, fromRight) == fromRight {
		return s
	}
	return isolate(s, fromRight)
}

// fence is turn for a subject, in characters that every mail program knows: the
// punctuation at a text's ends stays with it.
func fence(s string, fromRight bool) string {
	switch runsFromRight(s, fromRight) {
	case fromRight:
		return s
	case true:
		return rightToLeftMark + s + rightToLeftMark
	}
	return leftToRightMark + s + leftToRightMark
}

// begin makes an inbox show a line of both kinds from the right: inboxes go by
// its first letter, which may be one from the left.
func begin(line string, fromRight bool) string {
	if _, right := lettersOf(line); !fromRight || right == 0 || startsFromRight(line) {
		return line
	}
	return rightToLeftMark + line
}

// orderLines gives each line of a text its order: an isolate does not outlast a
// line, so that one that goes on is opened again; and a line in which a program
// would find no letter from the right, or one from the left before it, begins
// with a mark where the text is written from the right.
func orderLines(lines []string, fromRight bool, link string) {
	var open []rune
	for i, line := range lines {
		body := strings.TrimLeft(line, " ")
		indent := line[:len(line)-len(body)]
		if body == "" || body == link || strings.HasPrefix(body, "http") {
			continue
		}
		again := string(open)
		for _, r := range body {
			switch r {
			case leftToRightIsolate, rightToLeftIsolate:
				open = append(open, r)
			case popIsolate:
				open = open[:max(0, len(open)-1)]
			}
		}
		body = again + body + strings.Repeat(string(popIsolate), len(open))
		if left, right := lettersOf(body); fromRight && left+right > 0 && !startsFromRight(body) {
			body = rightToLeftMark + body
		}
		lines[i] = indent + body
	}
}

// startsFromRight reports whether the first letter outside of isolates is
// written from the right, by which programs order a line.
func startsFromRight(line string) bool {
	depth := 0
	for _, r := range line {
		switch properties, _ := bidi.LookupRune(r); {
		case r == leftToRightIsolate, r == rightToLeftIsolate:
			depth++
		case r == popIsolate:
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
