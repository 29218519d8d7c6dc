package letter

import (
	"fmt"
	"slices"
	"strings"
)

// within is what a reader of HTML is in the middle of.
type within int

const (
	inText        within = iota // <name leads to inName
	inName                      // of a tag, or of what turns out to be a comment
	inTag                       // behind its name; > leads to inText, or to inRaw
	inQuote                     // an attribute's value; its quotation mark leads to inTag
	inComment                   // --> leads to inText
	inDeclaration               // <!DOCTYPE html>; > leads to inText
	inRaw                       // the text of <style> or <title>; its end tag leads to inText
)

// markup is how far HTML has been read. It is read in pieces, since actions
// stand between them, and also within a tag. It is copied where a template has
// branches.
type markup struct {
	in    within
	name  string // of the tag, "/td" for an end tag; in raw text of its element
	line  int    // on which the tag begins
	last  byte   // of a tag behind its name: the character before, or the quotation mark of a value
	seen  string // the beginning of what ends a comment or raw text
	open  []element
	floor int // how many of open stand outside of a loop
}

// maxOpen is how many elements may stand within each other: somewhat fewer than
// the parser of HTML takes.
const maxOpen = 400

// element is one that waits for its end tag.
type element struct {
	name string
	line int
}

// flaw is a mistake in markup.
type flaw struct {
	line          int
	message, hint string
}

// position tells apart what the next piece can mean: two branches of the same
// position go on as one.
func (m *markup) position() string {
	names := make([]string, 0, len(m.open))
	for _, e := range m.open {
		names = append(names, e.name)
	}
	return fmt.Sprintf("%s %q", m.place(), names)
}

// place is position regardless of what is open.
func (m *markup) place() string { return fmt.Sprintf("%d %q %q %q", m.in, m.name, m.last, m.seen) }

// read goes on with a piece of text that begins on a line.
func (m *markup) read(text string, line int) *flaw {
	for i := range len(text) {
		if f := m.next(text[i], line); f != nil {
			return f
		}
		if text[i] == '\n' {
			line++
		}
	}
	return nil
}

// print goes on with what an action prints, which no one knows yet.
func (m *markup) print(action string) {
	if m.seen = ""; m.in == inName {
		m.name += action
	}
	if m.in == inTag {
		m.last = '.'
	}
}

func (m *markup) next(c byte, line int) *flaw {
	switch m.in {
	case inText:
		if c == '<' {
			*m = markup{in: inName, line: line, open: m.open, floor: m.floor}
		}
	case inName:
		return m.nextOfName(c, line)
	case inTag:
		switch {
		case c == '>':
			return m.finish(line)
		case m.last == '=' && (c == '"' || c == '\''):
			m.in, m.last = inQuote, c
		case !isBlank(c):
			m.last = c
		}
	case inQuote:
		if c == m.last {
			m.in = inTag
		}
	case inComment:
		if m.ends(c, "-->") {
			m.text()
		}
	case inDeclaration:
		if c == '>' {
			m.text()
		}
	case inRaw:
		return m.nextOfRaw(c, line)
	}
	return nil
}

func (m *markup) nextOfRaw(c byte, line int) *flaw {
	again, end := "<"+m.name, "</"+m.name
	boundary := c == '>' || c == '/' || isBlank(c)
	switch {
	case boundary && m.seen == again:
		f := m.unclosed()
		f.hint = fmt.Sprintf("</%s> belongs before the <%s> of line %d", m.name, m.name, line)
		return f
	case boundary && m.seen == end:
		*m = markup{in: inTag, name: "/" + m.name, line: line, open: m.open, floor: m.floor}
		return m.next(c, line)
	}
	m.ends(c, again, end)
	return nil
}

func (m *markup) nextOfName(c byte, line int) *flaw {
	switch comment := "!--"; {
	case strings.HasPrefix(m.name, "!") || m.name == "" && c == '!':
		m.name += string(c)
		switch {
		case c == '>':
			m.text()
		case m.name == comment:
			m.in, m.name = inComment, ""
		case !strings.HasPrefix(comment, m.name):
			m.in, m.name = inDeclaration, ""
		}
	case strings.Trim(m.name, "/") == "" && !isLetter(c) && (c != '/' || m.name != ""):
		m.text() // a < that begins no tag
		return m.next(c, line)
	case c == '>':
		return m.finish(line)
	case isBlank(c), c == '/' && m.name != "":
		m.in, m.last = inTag, c
	default:
		m.name += string(lower(c))
	}
	return nil
}

func (m *markup) text() { *m = markup{open: m.open, floor: m.floor} }

// ends reports whether c completes one of the ends that are looked for.
func (m *markup) ends(c byte, ends ...string) bool {
	c = lower(c)
	for _, end := range ends {
		if strings.HasPrefix(end, m.seen+string(c)) {
			m.seen += string(c)
			return m.seen == end
		}
	}
	switch {
	case c == '-' && m.seen == "--": // more dashes before the end of a comment
	case c == ends[0][0]:
		m.seen = string(c)
	default:
		m.seen = ""
	}
	return false
}

// finish is called at the end of a tag.
func (m *markup) finish(line int) *flaw {
	name, closing := strings.CutPrefix(m.name, "/")
	begun, slash := m.line, m.last == '/'
	m.text()
	if closing {
		return m.close(name, line)
	}
	if isVoid(name) || slash && m.inDrawing(name) {
		return nil
	}
	if len(m.open) >= maxOpen {
		return &flaw{line, fmt.Sprintf("<%s> stands within more than %d elements", name, maxOpen), "is an end tag missing?"}
	}
	m.open = append(slices.Clip(m.open), element{name, begun})
	if hasRawText(name) {
		m.in, m.name = inRaw, name
	}
	return nil
}

// close takes the end tag of an element.
func (m *markup) close(name string, line int) *flaw {
	top := len(m.open) - 1
	if top >= m.floor && m.open[top].name == name {
		m.open = m.open[:top]
		return nil
	}
	at := -1
	for i, e := range m.open {
		if e.name == name {
			at = i
		}
	}
	f := &flaw{line: line, message: fmt.Sprintf("</%s> closes nothing", name)}
	switch {
	case isVoid(name):
		f.hint = fmt.Sprintf("<%s> has no end tag", name)
	case at >= m.floor:
		f = m.unclosed()
		f.hint = fmt.Sprintf("</%s> belongs before the </%s> of line %d", m.open[top].name, name, line)
	case at >= 0:
		f.hint = fmt.Sprintf("the <%s> of line %d begins outside of the {{ range }}, and ends there", name, m.open[at].line)
	default:
		f.hint = fmt.Sprintf("no <%s> is open here; what a file closes, it opens", name)
	}
	return f
}

// unclosed is what is still open at the end of a template or of a loop's round,
// a tag that is not finished included; nil for nothing.
func (m *markup) unclosed() *flaw {
	if m.in == inName || m.in == inTag || m.in == inQuote {
		return &flaw{m.line, fmt.Sprintf("<%s is not finished", m.name), "is a quotation mark or a > missing?"}
	}
	if len(m.open) <= m.floor {
		return nil
	}
	e := m.open[len(m.open)-1]
	return &flaw{e.line, fmt.Sprintf("<%s> is not closed", e.name),
		fmt.Sprintf("</%s> belongs into the same file, and into the same {{ if }}, {{ with }} or {{ range }}", e.name)}
}

// inDrawing reports whether name is in SVG or MathML, where <path/> is whole.
func (m *markup) inDrawing(name string) bool {
	isDrawing := func(e element) bool { return e.name == "svg" || e.name == "math" }
	return isDrawing(element{name: name}) || slices.ContainsFunc(m.open, isDrawing)
}

// isVoid reports whether an element has no end tag (HTML Standard, 13.1.2).
func isVoid(name string) bool {
	return slices.Contains([]string{"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}, name)
}

// hasRawText reports whether < is no tag within an element (HTML Standard, 13.1.2).
func hasRawText(name string) bool {
	return slices.Contains([]string{"script", "style", "textarea", "title"}, name)
}

func isBlank(c byte) bool { return strings.IndexByte(" \t\n\r\f", c) >= 0 }

func isLetter(c byte) bool { return lower(c) >= 'a' && lower(c) <= 'z' }

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}
