package templating

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/template/parse"

	"golang.org/x/net/html"
)

// Marks that templates of one's own print, so that each tag of a mail leads back
// to its file and line. No text of an article holds a control character.
const (
	enterMark = "\x01" // a template begins
	leaveMark = "\x02" // it ends
	tagMark   = "\x03" // around the number of what a < belongs to
)

// maxOpen is how many elements may stand within each other: somewhat fewer than
// the parser of HTML takes.
const maxOpen = 400

// place is where something stands in a template.
type place struct {
	file string
	line int
}

// flaw says what is wrong there.
func (p place) flaw(hint, message string, args ...any) error {
	return &Error{Name: p.file, Message: fmt.Sprintf("line %d: ", p.line) + fmt.Sprintf(message, args...), Hint: hint}
}

// mark puts the marks into the templates of the HTML part, and returns the places
// they lead to.
func (s *Set) mark() []place {
	var places []place
	for _, tree := range s.trees(".html") {
		if tree == nil || tree.Root == nil {
			continue
		}
		tags := len(places)
		walkNodes(tree.Root, func(n parse.Node) {
			text, ok := n.(*parse.TextNode)
			if !ok {
				return
			}
			line := lineOfNode(tree, n)
			pieces := strings.Split(string(text.Text), "<")
			for i, piece := range pieces[:len(pieces)-1] {
				line += strings.Count(piece, "\n")
				pieces[i] = piece + tagMark + strconv.Itoa(len(places)) + tagMark
				places = append(places, place{tree.ParseName + ".html", line})
			}
			text.Text = []byte(strings.Join(pieces, "<"))
		})
		if len(places) > tags {
			within := func(s string) parse.Node { return &parse.TextNode{NodeType: parse.NodeText, Text: []byte(s)} }
			tree.Root.Nodes = slices.Concat([]parse.Node{within(enterMark)}, tree.Root.Nodes, []parse.Node{within(leaveMark)})
		}
	}
	return places
}

// balance follows the tags of a mail, to find one that a template leaves open, or
// closes without having opened it: what a template opens no other closes.
type balance struct {
	places []place
	marks  []markAt // those ahead
	near   place    // of the last tag that a template printed
	open   []element
	floors []int // how many of open stand outside of each template that is printed
}

// markAt is a mark, and where it stood in the text without any.
type markAt struct {
	at   int
	kind string
	tag  place
}

// element is one that waits for its end tag.
type element struct {
	name string
	place
}

// checked is what marked templates printed, without the marks, if its tags are
// balanced.
func (s *Set) checked(printed string) (string, error) {
	b := balance{places: s.places}
	markup := b.unmark(printed)
	tokens, at := html.NewTokenizer(strings.NewReader(markup)), 0
	for {
		kind := tokens.Next()
		here, err := b.reach(at)
		if err != nil || kind == html.ErrorToken {
			return markup, err
		}
		raw := tokens.Raw()
		at += len(raw)
		switch name, _ := tokens.TagName(); {
		case kind == html.StartTagToken, kind == html.SelfClosingTagToken && !b.inDrawing(string(name)):
			err = b.begin(string(name), here)
		case kind == html.EndTagToken:
			err = b.end(string(name), here)
		case kind == html.TextToken:
			err = b.raw(strings.ToLower(string(raw)))
		}
		if err != nil {
			return "", err
		}
	}
}

// unmark takes the marks out of a text and keeps where they were.
func (b *balance) unmark(printed string) string {
	var clean strings.Builder
	for {
		i := strings.IndexAny(printed, enterMark+leaveMark+tagMark)
		if i < 0 {
			clean.WriteString(printed)
			return clean.String()
		}
		clean.WriteString(printed[:i])
		mark := markAt{at: clean.Len(), kind: printed[i : i+1]}
		printed = printed[i+1:]
		if mark.kind == tagMark {
			var number string
			number, printed, _ = strings.Cut(printed, tagMark)
			if n, err := strconv.Atoi(number); err == nil && n < len(b.places) {
				mark.tag = b.places[n]
			}
		}
		b.marks = append(b.marks, mark)
	}
}

// reach takes the marks up to a position, and returns the place of what begins
// there.
func (b *balance) reach(at int) (place, error) {
	for len(b.marks) > 0 && b.marks[0].at <= at {
		switch m := b.marks[0]; m.kind {
		case enterMark:
			b.floors = append(b.floors, len(b.open))
		case leaveMark:
			if top := len(b.open) - 1; top >= b.floor() {
				e := b.open[top]
				return place{}, e.flaw(fmt.Sprintf("</%s> belongs into the same file, and into the same {{ if }}, {{ with }} or {{ range }}", e.name),
					"<%s> is not closed", e.name)
			}
			b.floors = b.floors[:max(0, len(b.floors)-1)]
		default:
			b.near = m.tag
		}
		b.marks = b.marks[1:]
	}
	return b.near, nil
}

func (b *balance) floor() int {
	if len(b.floors) == 0 {
		return 0
	}
	return b.floors[len(b.floors)-1]
}

// begin takes a start tag.
func (b *balance) begin(name string, here place) error {
	if isVoid(name) {
		return nil
	}
	if len(b.open) >= maxOpen {
		return here.flaw("is an end tag missing?", "<%s> stands within more than %d elements", name, maxOpen)
	}
	b.open = append(b.open, element{name, here})
	return nil
}

// end takes an end tag.
func (b *balance) end(name string, here place) error {
	top := len(b.open) - 1
	if top >= b.floor() && b.open[top].name == name {
		b.open = b.open[:top]
		return nil
	}
	if isVoid(name) {
		return here.flaw(fmt.Sprintf("<%s> has no end tag", name), "</%s> closes nothing", name)
	}
	if slices.ContainsFunc(b.open[min(b.floor(), len(b.open)):], func(e element) bool { return e.name == name }) {
		e := b.open[top]
		return e.flaw(fmt.Sprintf("</%s> belongs before the </%s> of line %d", e.name, name, here.line), "<%s> is not closed", e.name)
	}
	return here.flaw(fmt.Sprintf("no <%s> is open here; what a file closes, it opens", name), "</%s> closes nothing", name)
}

// raw takes a text: that of a <style> or <title> holds no tag, so that another
// one in it says that the end of the first is missing.
func (b *balance) raw(text string) error {
	if len(b.open) == 0 {
		return nil
	}
	e := b.open[len(b.open)-1]
	if slices.Contains([]string{"script", "style", "textarea", "title"}, e.name) && strings.Contains(text, "<"+e.name) {
		return e.flaw(fmt.Sprintf("</%s> belongs before the next <%s>", e.name, e.name), "<%s> is not closed", e.name)
	}
	return nil
}

// inDrawing reports whether name is in SVG or MathML, where <path/> is whole.
func (b *balance) inDrawing(name string) bool {
	isDrawing := func(e element) bool { return e.name == "svg" || e.name == "math" }
	return isDrawing(element{name: name}) || slices.ContainsFunc(b.open, isDrawing)
}

// isVoid reports whether an element has no end tag (HTML Standard, 13.1.2).
func isVoid(name string) bool {
	return slices.Contains([]string{"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}, name)
}
