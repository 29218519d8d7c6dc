package feeds

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// ErrTooComplex says that a document is built to exhaust its reader: nested,
// attributed or populated beyond anything a feed needs.
var ErrTooComplex = errors.New("the document is too complex")

// Bounds of an XML document. Real feeds stay far below: about 40 deep with
// XHTML in them, 20 attributes, 30 name spaces, 100,000 elements.
const (
	maxDepth    = 200
	maxAttrs    = 200
	maxSpaces   = 100 // name space declarations in scope
	maxElements = 400_000
	maxItems    = 10_000 // read; the others are left out
)

// document is an XML document made fit for the parser, and where its items are.
type document struct {
	text     []byte
	root     string // the root's local name in lower case
	items    []item
	capped   bool // there were more than maxItems
	entities int  // references to entities of its own, left out
}

// item is where an <item> or <entry> lies in the text.
type item struct {
	start, end int
	parents    [][]byte // the start tags it lies in, the root's first
	id         span     // the content of its own <id>
}

type span struct{ start, end int }

// tag is an open element.
type tag struct {
	name   string // local, in lower case
	raw    []byte // its start tag
	full   []byte // its name with prefix
	spaces int    // name spaces it declares
	inner  int    // where its content begins
}

// scrubber copies a document and leaves out what would mislead or break the
// parser behind it: declarations, document types, comments, processing
// instructions; stray "<" and "]]>" are escaped. It is not a parser: it keeps
// what it does not understand.
type scrubber struct {
	in       []byte
	out      bytes.Buffer
	open     []tag
	spaces   int
	elements int
	typed    bool // it had a document type, so entities of its own
	doc      document
}

// scrub prepares an XML document in UTF-8. Its errors are ErrTooComplex.
func scrub(in []byte) (document, error) {
	s := scrubber{in: in}
	s.out.Grow(len(in) + 64)
	for len(s.in) > 0 {
		i := bytes.IndexByte(s.in, '<')
		if i < 0 {
			i = len(s.in)
		}
		s.text(s.in[:i])
		s.in = s.in[i:]
		if len(s.in) == 0 {
			break
		}
		if err := s.markup(); err != nil {
			return document{}, err
		}
	}
	s.doc.text = s.out.Bytes()
	return s.doc, nil
}

func (s *scrubber) text(run []byte) {
	if len(s.open) == 0 {
		return // nothing but white space belongs before and after the root
	}
	s.out.Write(bytes.ReplaceAll(s.legal(run), []byte("]]>"), []byte("]]&gt;")))
}

// markup handles what begins with "<".
func (s *scrubber) markup() error {
	switch {
	case s.skip("<!--", "-->"), s.skip("<?", "?>"):
		return nil
	case bytes.HasPrefix(s.in, []byte("<![CDATA[")):
		s.cdata()
		return nil
	case bytes.HasPrefix(s.in, []byte("<!")):
		s.typed = true
		s.in = s.in[declarationEnd(s.in):]
		return nil
	case len(s.in) > 2 && s.in[1] == '/' && nameStart(s.in[2]):
		s.endTag()
		return nil
	case len(s.in) > 1 && nameStart(s.in[1]):
		return s.startTag()
	default: // a stray "<"
		if len(s.open) > 0 {
			s.out.WriteString("&lt;")
		}
		s.in = s.in[1:]
		return s.countElement()
	}
}

func (s *scrubber) countElement() error {
	if s.elements++; s.elements > maxElements {
		return fmt.Errorf("%w: more than %d elements", ErrTooComplex, maxElements)
	}
	return nil
}

// skip leaves out what lies between two marks; without the second, the rest.
func (s *scrubber) skip(from, to string) bool {
	if !bytes.HasPrefix(s.in, []byte(from)) {
		return false
	}
	i := bytes.Index(s.in[len(from):], []byte(to))
	if i < 0 {
		s.in = nil
		return true
	}
	s.in = s.in[len(from)+i+len(to):]
	return true
}

func (s *scrubber) cdata() {
	end := len(s.in)
	if i := bytes.Index(s.in, []byte("]]>")); i >= 0 {
		end = i + len("]]>")
	}
	if len(s.open) > 0 {
		s.out.Write(s.legal(s.in[:end]))
	}
	s.in = s.in[end:]
}

func (s *scrubber) startTag() error {
	raw, attrs, ok := readTag(s.in)
	s.in = s.in[len(raw):]
	if attrs > maxAttrs {
		return fmt.Errorf("%w: an element has more than %d attributes", ErrTooComplex, maxAttrs)
	}
	if !ok { // cut off
		s.in = nil
		return nil
	}
	if err := s.countElement(); err != nil {
		return err
	}
	full := tagName(raw[1:])
	t := tag{name: local(full), full: full, spaces: bytes.Count(raw, []byte("xmlns")), raw: fixTag(s.legal(raw))}
	if last := len(s.open) - 1; last >= 0 && s.open[last].name == t.name && (t.name == "item" || t.name == "entry") {
		s.closeTag(last) // the item before was never closed
	}
	if len(s.doc.items) == maxItems && s.isItem(t.name) {
		s.doc.capped = true
		s.in = nil
		for len(s.open) > 0 {
			s.closeTag(len(s.open) - 1)
		}
		return nil
	}
	start := s.out.Len()
	if neverClosed(t.name) {
		t.raw = append(bytes.TrimRight(bytes.TrimSuffix(t.raw, []byte(">")), "/"), "/>"...)
	}
	s.out.Write(t.raw)
	if bytes.HasSuffix(t.raw, []byte("/>")) {
		return nil
	}
	t.inner = s.out.Len()
	s.push(t, start)
	switch {
	case len(s.open) > maxDepth:
		return fmt.Errorf("%w: elements are nested more than %d deep", ErrTooComplex, maxDepth)
	case s.spaces > maxSpaces:
		return fmt.Errorf("%w: more than %d name spaces are declared", ErrTooComplex, maxSpaces)
	}
	return nil
}

// push opens an element, and an item where it is one.
func (s *scrubber) push(t tag, start int) {
	if len(s.open) == 0 && s.doc.root == "" {
		s.doc.root = t.name
	}
	if s.isItem(t.name) {
		parents := make([][]byte, len(s.open))
		for i, p := range s.open {
			parents[i] = p.raw
		}
		s.doc.items = append(s.doc.items, item{start: start, parents: parents})
	}
	s.open = append(s.open, t)
	s.spaces += t.spaces
}

// isItem reports whether an element that opens here is an article of its feed.
func (s *scrubber) isItem(name string) bool {
	if len(s.open) == 0 || len(s.open) > 2 {
		return false
	}
	switch s.open[len(s.open)-1].name {
	case "channel", "rss", "rdf":
		return name == "item"
	case "feed":
		return name == "entry"
	}
	return false
}

func (s *scrubber) endTag() {
	end := bytes.IndexByte(s.in, '>')
	if end < 0 {
		s.in = nil
		return
	}
	raw := s.in[:end+1]
	s.in = s.in[end+1:]
	full := tagName(raw[2:])
	for i := len(s.open) - 1; i >= 0; i-- {
		if bytes.Equal(s.open[i].full, full) {
			s.closeTag(i)
			return
		}
	}
	// It closes nothing that is open, so it goes.
}

// closeTag closes the i-th open element and those left open in it, and notes
// where an item, or an entry's own id, ends.
func (s *scrubber) closeTag(i int) {
	t, inner := s.open[i], s.out.Len()
	s.out.WriteString("</" + string(t.full) + ">")
	for _, o := range s.open[i:] {
		s.spaces -= o.spaces
	}
	s.open = s.open[:i]
	if len(s.doc.items) == 0 {
		return
	}
	latest := &s.doc.items[len(s.doc.items)-1]
	if s.isItem(t.name) {
		latest.end = s.out.Len()
	}
	if t.name == "id" && i > 0 && s.open[i-1].name == "entry" {
		latest.id = span{t.inner, inner}
	}
}

// neverClosed reports elements of HTML that feeds leave open in text they
// should have escaped.
func neverClosed(name string) bool {
	return name == "br" || name == "hr" || name == "img" || name == "input" || name == "wbr"
}

func nameStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
}

func tagName(s []byte) []byte {
	if i := bytes.IndexAny(s, " \t\r\n/>"); i >= 0 {
		return s[:i]
	}
	return s
}

func local(full []byte) string {
	if i := bytes.IndexByte(full, ':'); i >= 0 {
		full = full[i+1:]
	}
	return strings.ToLower(string(full))
}
