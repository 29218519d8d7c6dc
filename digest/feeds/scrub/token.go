package scrub

import "bytes"

// tokenKind is what a piece of an XML document is.
type tokenKind int

const (
	textToken        tokenKind = iota
	noteToken                  // a comment or a processing instruction
	cdataToken                 // with its marks
	declarationToken           // <!DOCTYPE …> and its kind
	startToken                 // also of an element that closes itself
	endToken
	strayToken // a "<" that begins nothing
)

// token is a piece of an XML document.
type token struct {
	kind  tokenKind
	raw   []byte
	attrs int  // of a start tag
	cut   bool // it has no end
}

// maxMended is how many sections without an end are looked for theirs: each may
// take a look at all the rest of a document.
const maxMended = 200

// tokenizer cuts an XML document into pieces.
type tokenizer struct {
	in     []byte // what is left
	within []byte // the name of the start tag just read; nil after anything else
	mended int    // sections without an end
	odd    bool   // a declaration had a quote or bracket too many
}

// next returns the next piece; false at the end.
func (z *tokenizer) next() (token, bool) {
	if len(z.in) == 0 {
		return token{}, false
	}
	t := z.read()
	z.in = z.in[len(t.raw):]
	switch {
	case t.kind == startToken:
		z.within = TagName(t.raw[1:])
	case t.kind != textToken || len(bytes.TrimSpace(t.raw)) > 0:
		z.within = nil
	}
	return t, true
}

func (z *tokenizer) read() token {
	in := z.in
	switch {
	case in[0] != '<':
		end := bytes.IndexByte(in, '<')
		if end < 0 {
			end = len(in)
		}
		return token{kind: textToken, raw: in[:end]}
	case bytes.HasPrefix(in, []byte("<!--")):
		return upTo(noteToken, in, len("<!--"), "-->")
	case bytes.HasPrefix(in, []byte("<?")):
		return upTo(noteToken, in, len("<?"), "?>")
	case bytes.HasPrefix(in, []byte(cdataStart)):
		return z.cdata()
	case bytes.HasPrefix(in, []byte("<!")):
		return z.declaration()
	case len(in) > 2 && in[1] == '/' && nameStart(in[2]):
		return upTo(endToken, in, len("</"), ">")
	case len(in) > 1 && nameStart(in[1]):
		raw, attrs, ok := ReadTag(in)
		return token{kind: startToken, raw: raw, attrs: attrs, cut: !ok}
	default:
		return token{kind: strayToken, raw: in[:1]}
	}
}

// upTo is the token that ends with a mark; without it, all that is left.
func upTo(kind tokenKind, in []byte, from int, mark string) token {
	i := bytes.Index(in[from:], []byte(mark))
	if i < 0 {
		return token{kind: kind, raw: in, cut: true}
	}
	return token{kind: kind, raw: in[:from+i+len(mark)]}
}

// declaration reads a declaration. One with a quote or bracket too many ends at its
// first ">", and so does every one behind it: to find that out takes a look at all
// the rest of a document, which is taken once.
func (z *tokenizer) declaration() token {
	t := upTo(declarationToken, z.in, 0, ">")
	if z.odd {
		return t
	}
	if end := declarationEnd(z.in); end > 0 {
		t.raw = z.in[:end]
	} else {
		z.odd = true
	}
	return t
}

const cdataStart, cdataEnd = "<![CDATA[", "]]>"

// cdata reads a CDATA section. One without an end would swallow the articles
// behind it up to the next section's: where its own element and its article end
// in it before another begins, it ends with its element.
func (z *tokenizer) cdata() token {
	t := upTo(cdataToken, z.in, len(cdataStart), cdataEnd)
	rest := t.raw[len(cdataStart):]
	another := bytes.Index(rest, []byte(cdataStart))
	if !t.cut && another < 0 || len(z.within) == 0 || z.mended == maxMended {
		return t
	}
	if another >= 0 {
		rest = rest[:another]
	}
	end := bytes.Index(rest, append([]byte("</"), z.within...))
	if end < 0 || !bytes.Contains(rest[end:], []byte("</item>")) && !bytes.Contains(rest[end:], []byte("</entry>")) {
		return t
	}
	z.mended++
	return token{kind: cdataToken, raw: t.raw[:len(cdataStart)+end], cut: true}
}
