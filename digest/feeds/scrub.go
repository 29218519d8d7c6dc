package feeds

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
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

// document is an XML document made fit for the parser, and where its articles are.
type document struct {
	text     []byte
	root     string // the root's local name in lower case
	items    []item
	capped   bool     // there were more than maxItems
	cut      bool     // it ends between two articles, or in its head
	entities int      // references to entities of its own, left out
	unclosed []string // elements of the head and of articles that were never closed, each once
	nested   int      // items that stand within another and are none of the feed's
	headless int      // ends of items without a start
}

// item is where an <item> or <entry> lies in the text.
type item struct {
	start, end int
	parents    [][]byte // the start tags it lies in, the root's first
	id         span     // the content of its own <id>
	created    span     // of its own <created>, which Atom 0.3 has and the parser drops
}

type span struct{ start, end int }

// tag is an open element.
type tag struct {
	name    string   // local, in lower case
	raw     []byte   // its start tag
	full    []byte   // its name with prefix
	spaces  int      // name spaces it declares
	inner   int      // where its content begins
	closed  bool     // an end tag belongs to it
	item    bool     // it is an article of the feed
	natives []string // prefixes it declares for name spaces of feeds
}

// scrubber copies a document and leaves out what would mislead or break the
// parser behind it: declarations, document types, comments, processing
// instructions; stray "<" and "]]>" are escaped, and elements that were never
// closed end where the next article, or the next of its fields, begins. It is
// not a parser: it keeps what it does not understand.
type scrubber struct {
	in       tokenizer
	out      bytes.Buffer
	open     []tag
	closed   []bool // of each start tag in order, see closedTags
	tags     int    // start tags met
	spaces   int
	elements int
	typed    bool // it had a document type, so entities of its own
	doc      document
}

// scrub prepares an XML document in UTF-8. Its errors are ErrTooComplex.
func scrub(in []byte) (document, error) {
	s := scrubber{in: tokenizer{in: in}, closed: closedTags(in)}
	s.out.Grow(len(in) + 64)
	for t, ok := s.in.next(); ok; t, ok = s.in.next() {
		if err := s.take(t); err != nil {
			return document{}, err
		}
	}
	if len(s.open) > 0 && !slices.ContainsFunc(s.open, func(t tag) bool { return t.item }) {
		s.doc.cut = true // between two articles: what is there is whole
		s.closeFrom(0)
	}
	s.doc.text = s.out.Bytes()
	return s.doc, nil
}

func (s *scrubber) take(t token) error {
	switch t.kind {
	case textToken:
		s.text(t.raw)
	case noteToken: // left out
	case cdataToken:
		s.cdata(t)
	case declarationToken:
		s.typed = true
	case startToken:
		return s.startTag(t)
	case endToken:
		if !t.cut {
			s.endTag(tagName(t.raw[2:]))
		}
	case strayToken:
		if len(s.open) > 0 {
			s.out.WriteString("&lt;")
		}
		return s.countElement()
	}
	return nil
}

func (s *scrubber) text(run []byte) {
	if len(s.open) == 0 {
		return // nothing but white space belongs before and after the root
	}
	s.out.Write(bytes.ReplaceAll(s.legal(run), []byte("]]>"), []byte("]]&gt;")))
}

func (s *scrubber) cdata(t token) {
	if len(s.open) == 0 {
		return
	}
	s.out.Write(s.legal(t.raw))
	if t.cut && len(s.in.in) > 0 {
		s.out.WriteString(cdataEnd)
		s.note("<![CDATA[")
	}
}

func (s *scrubber) countElement() error {
	if s.elements++; s.elements > maxElements {
		return fmt.Errorf("%w: more than %d elements", ErrTooComplex, maxElements)
	}
	return nil
}

func (s *scrubber) startTag(start token) error {
	if start.attrs > maxAttrs {
		return fmt.Errorf("%w: an element has more than %d attributes", ErrTooComplex, maxAttrs)
	}
	if start.cut {
		return nil
	}
	if err := s.countElement(); err != nil {
		return err
	}
	full := tagName(start.raw[1:])
	t := tag{name: local(full), full: full, spaces: bytes.Count(start.raw, []byte("xmlns")), raw: fixTag(s.legal(start.raw))}
	t.closed = s.tags < len(s.closed) && s.closed[s.tags]
	s.tags++
	if t.spaces > 0 {
		t.natives = nativePrefixes(t.raw)
	}
	s.makeRoom(&t)
	if len(s.doc.items) == maxItems && t.item {
		s.doc.capped = true
		s.in.in = nil
		s.closeFrom(0)
		return nil
	}
	at := s.out.Len()
	if neverClosed(t.name) {
		t.raw = append(bytes.TrimRight(bytes.TrimSuffix(t.raw, []byte(">")), "/"), "/>"...)
	}
	s.out.Write(t.raw)
	if bytes.HasSuffix(t.raw, []byte("/>")) {
		return nil
	}
	t.inner = s.out.Len()
	s.push(t, at)
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
	if t.item {
		parents := make([][]byte, len(s.open))
		for i, p := range s.open {
			parents[i] = p.raw
		}
		s.doc.items = append(s.doc.items, item{start: start, parents: parents})
	}
	s.open = append(s.open, t)
	s.spaces += t.spaces
}

func (s *scrubber) endTag(full []byte) {
	for i := len(s.open) - 1; i >= 0; i-- {
		if bytes.Equal(s.open[i].full, full) {
			s.closeFrom(i)
			return
		}
	}
	// It closes nothing that is open, so it goes.
	if local(full) == itemName(s.doc.root) && s.native(full) {
		s.doc.headless++
	}
}

// closeFrom closes the open elements from the i-th on, the last first, and notes
// where an item, or an entry's own id, ends.
func (s *scrubber) closeFrom(i int) {
	for j := len(s.open) - 1; j >= i; j-- {
		t, inner := s.open[j], s.out.Len()
		s.out.WriteString("</" + string(t.full) + ">")
		s.spaces -= t.spaces
		if len(s.doc.items) == 0 {
			continue
		}
		latest := &s.doc.items[len(s.doc.items)-1]
		if t.item {
			latest.end = s.out.Len()
		}
		switch own := j > 0 && s.open[j-1].item; {
		case own && t.name == "id":
			latest.id = span{t.inner, inner}
		case own && t.name == "created" && s.native(t.full):
			latest.created = span{t.inner, inner}
		}
	}
	s.open = s.open[:i]
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
