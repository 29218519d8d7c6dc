// Package scrub owns what makes the XML of a feed fit for a parser: it leaves out
// what would mislead or break one, ends what was never closed, and says where the
// articles lie.
//
// It must not parse a feed or word a warning; it keeps what it does not understand.
//
// Start reading with Scrub; token.go cuts a document into pieces, place.go and
// unclosed.go decide where an element that was never closed ends.
package scrub

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
	MaxItems    = 10_000 // read; the others are left out
)

// Document is an XML document made fit for the parser, and where its articles are.
type Document struct {
	Text     []byte
	Root     string // the root's local name in lower case
	Items    []Item
	Capped   bool     // there were more than MaxItems
	Cut      bool     // it ends between two articles, or in its head
	Entities int      // references to entities of its own, left out
	Unclosed []string // elements of the head and of articles that were never closed, each once
	Nested   int      // items that stand within another and are none of the feed's
	Headless int      // ends of items without a start
}

// Item is where an <item> or <entry> lies in the text.
type Item struct {
	Start, End int
	Parents    [][]byte // the start tags it lies in, the root's first
	ID         Span     // the content of its own <id>
	Created    Span     // of its own <created>, which Atom 0.3 has and the parser drops
}

// Span is a piece of the text.
type Span struct{ Start, End int }

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
	doc      Document
}

// Scrub prepares an XML document in UTF-8. Its errors are ErrTooComplex.
func Scrub(in []byte) (Document, error) {
	s := scrubber{in: tokenizer{in: in}, closed: closedTags(in)}
	s.out.Grow(len(in) + 64)
	for t, ok := s.in.next(); ok; t, ok = s.in.next() {
		if err := s.take(t); err != nil {
			return Document{}, err
		}
	}
	if len(s.open) > 0 && !slices.ContainsFunc(s.open, func(t tag) bool { return t.item }) {
		s.doc.Cut = true // between two articles: what is there is whole
		s.closeFrom(0)
	}
	s.doc.Text = s.out.Bytes()
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
			s.endTag(TagName(t.raw[2:]))
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
	full := TagName(start.raw[1:])
	t := tag{name: Local(full), full: full, spaces: bytes.Count(start.raw, []byte("xmlns")), raw: fixTag(s.legal(start.raw))}
	t.closed = s.tags < len(s.closed) && s.closed[s.tags]
	s.tags++
	if t.spaces > 0 {
		t.natives = nativePrefixes(t.raw)
	}
	s.makeRoom(&t)
	if len(s.doc.Items) == MaxItems && t.item {
		s.doc.Capped = true
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
	if len(s.open) == 0 && s.doc.Root == "" {
		s.doc.Root = t.name
	}
	if t.item {
		parents := make([][]byte, len(s.open))
		for i, p := range s.open {
			parents[i] = p.raw
		}
		s.doc.Items = append(s.doc.Items, Item{Start: start, Parents: parents})
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
	if Local(full) == itemName(s.doc.Root) && s.native(full) {
		s.doc.Headless++
	}
}

// closeFrom closes the open elements from the i-th on, the last first, and notes
// where an item, or an entry's own id, ends.
func (s *scrubber) closeFrom(i int) {
	for j := len(s.open) - 1; j >= i; j-- {
		t, inner := s.open[j], s.out.Len()
		s.out.WriteString("</" + string(t.full) + ">")
		s.spaces -= t.spaces
		if len(s.doc.Items) == 0 {
			continue
		}
		latest := &s.doc.Items[len(s.doc.Items)-1]
		if t.item {
			latest.End = s.out.Len()
		}
		switch own := j > 0 && s.open[j-1].item; {
		case own && t.name == "id":
			latest.ID = Span{t.inner, inner}
		case own && t.name == "created" && s.native(t.full):
			latest.Created = Span{t.inner, inner}
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

// TagName returns the name that a tag, without its bracket, begins with.
func TagName(s []byte) []byte {
	if i := bytes.IndexAny(s, " \t\r\n/>"); i >= 0 {
		return s[:i]
	}
	return s
}

// Local returns a name without its prefix, in lower case.
func Local(full []byte) string {
	if i := bytes.IndexByte(full, ':'); i >= 0 {
		full = full[i+1:]
	}
	return strings.ToLower(string(full))
}
