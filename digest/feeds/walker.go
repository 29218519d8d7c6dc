package feeds

import (
	"slices"
	"strings"

	xhtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"roundup/digest/feeds/plain"
)

const (
	// maxOpen is how many open elements a walker remembers; deeper ones count as
	// part of their parent.
	maxOpen = 256
	// none stands for a figure that is not open.
	none = -1
)

// element is an open element that changes how the text in it is read.
type element struct {
	tag    atom.Atom
	kind   kind
	plain  bool // it only continues its parent's kind
	unseen bool // nobody is to see what is in it
}

// walker reads the tokens of a body, forgiving whatever is not closed.
type walker struct {
	tokens  *xhtml.Tokenizer
	article article
	open    []element
	hidden  atom.Atom // inside an element that holds no article text
	text    strings.Builder
	loose   bool // text of this paragraph stands outside any link
	link    int  // how many <a> are open
	breaks  int  // <br> in a row
	figure  int  // the first picture of the figure that is open, or none
	nesting int  // how deep <noscript> is read
}

func (w *walker) walk() {
	for {
		switch tt := w.tokens.Next(); tt {
		case xhtml.ErrorToken:
			w.flush()
			return
		case xhtml.TextToken:
			w.readText()
		case xhtml.StartTagToken, xhtml.SelfClosingTagToken:
			w.start(w.tokens.Token(), tt == xhtml.SelfClosingTagToken)
		case xhtml.EndTagToken:
			w.end(w.tokens.Token().DataAtom)
		}
	}
}

func (w *walker) readText() {
	if w.hidden != 0 {
		return
	}
	text := string(w.tokens.Text())
	if strings.TrimSpace(text) != "" {
		w.breaks = 0
		w.loose = w.loose || w.link == 0
	}
	w.text.WriteString(text)
}

func (w *walker) start(t xhtml.Token, selfClosing bool) {
	if selfClosing {
		w.tokens.NextIsNotRawText() // XHTML writes <iframe/>, which HTML would read to the end
	}
	switch {
	case w.hidden != 0:
		return
	case t.DataAtom == atom.Noscript:
		w.noscript(selfClosing)
	case plain.Unread(t.DataAtom):
		w.flush()
		if !selfClosing {
			w.hidden = t.DataAtom
		}
	case t.DataAtom == atom.Img:
		w.picture(t)
	case t.DataAtom == atom.Br:
		w.br()
	case t.DataAtom == atom.A && !selfClosing:
		w.link++
	case selfClosing || void(t.DataAtom):
		if plain.IsBlock(t.DataAtom) {
			w.flush()
		}
	case t.DataAtom != 0:
		w.push(t)
	}
}

// br is white space, and twice in a row the end of a paragraph.
func (w *walker) br() {
	if w.breaks++; w.breaks == 2 {
		w.flush()
		return
	}
	w.text.WriteByte(' ')
}

// noscript often holds the real picture of one that loads late.
func (w *walker) noscript(selfClosing bool) {
	if selfClosing || w.tokens.Next() != xhtml.TextToken || w.nesting > 0 {
		return
	}
	inner := walker{tokens: xhtml.NewTokenizer(strings.NewReader(string(w.tokens.Text()))), figure: none, nesting: w.nesting + 1}
	inner.walk()
	found := inner.article.pictures
	w.article.pictures = append(w.article.pictures, found[:min(len(found), maxPictures-len(w.article.pictures))]...)
}

func (w *walker) push(t xhtml.Token) {
	if last := len(w.open) - 1; last >= 0 && w.open[last].tag == atom.P && plain.IsBlock(t.DataAtom) {
		w.end(atom.P) // HTML lets a paragraph end unsaid
	}
	e := element{tag: t.DataAtom, kind: w.kind(), plain: true, unseen: w.unseen() || unseenBox(t)}
	if k, ok := kindOf(t, len(w.article.pictures) > 0); ok {
		e.kind, e.plain = k, false
	}
	if plain.IsBlock(e.tag) || !e.plain {
		w.flush()
	}
	if e.tag == atom.Figure {
		w.figure = len(w.article.pictures)
	}
	if len(w.open) < maxOpen {
		w.open = append(w.open, e)
	}
}

func (w *walker) end(tag atom.Atom) {
	switch {
	case w.hidden != 0:
		if tag == w.hidden {
			w.hidden = 0
		}
		return
	case tag == atom.A:
		w.link = max(0, w.link-1)
		return
	case tag == 0:
		return
	case tag == atom.P || tag == atom.Br:
		w.flush() // also where none was open
	}
	for i := len(w.open) - 1; i >= 0; i-- {
		if w.open[i].tag != tag {
			continue
		}
		if plain.IsBlock(tag) || !w.open[i].plain {
			w.flush()
		}
		if tag == atom.Figure {
			w.figure = none
		}
		w.open = w.open[:i]
		return
	}
}

// unseen reports whether nobody is to see what stands at this point.
func (w *walker) unseen() bool {
	return len(w.open) > 0 && w.open[len(w.open)-1].unseen
}

// kind is what text at this point is.
func (w *walker) kind() kind {
	if len(w.open) == 0 {
		return prose
	}
	return w.open[len(w.open)-1].kind
}

// flush ends a paragraph. A caption or credit goes to the pictures before it.
func (w *walker) flush() {
	text := plain.Settle(plain.Tidy(w.text.String()))
	linked := !w.loose
	w.text.Reset()
	w.loose, w.breaks = false, 0
	if text == "" {
		return
	}
	k := w.kind()
	if k == caption || k == credit {
		w.describe(k, text)
	}
	marked := slices.ContainsFunc(w.open, func(e element) bool { return e.tag == atom.P })
	w.article.paragraphs = append(w.article.paragraphs, paragraph{text: text, kind: k, marked: marked, linked: linked})
}

// describe adds a caption or credit to the pictures of the open figure, or to
// the last picture outside of one.
func (w *walker) describe(k kind, text string) {
	pictures := w.article.pictures
	if len(pictures) == 0 {
		return
	}
	first := w.figure
	if first == none {
		first = len(pictures) - 1
	}
	for i := first; i < len(pictures); i++ {
		p := &pictures[i]
		if k == credit {
			p.Credit = join(p.Credit, text, creditLimit)
		} else {
			p.Caption = join(p.Caption, text, captionLimit)
		}
	}
}

// join puts b behind a unless a is more than anybody prints already.
func join(a, b string, limit int) string {
	switch {
	case a == "":
		return plain.Cut(b, 2*limit)
	case len(a) > limit:
		return a
	default:
		return a + " " + plain.Cut(b, limit)
	}
}

// kindOf says what an element makes of the text in it.
func kindOf(t xhtml.Token, afterPicture bool) (kind, bool) {
	class := attr(t, "class")
	switch {
	case creditClass(class) && afterPicture:
		return credit, true
	case t.DataAtom == atom.Figcaption, afterPicture && captionClass(class):
		return caption, true
	}
	switch t.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return heading, true
	case atom.Li, atom.Dt, atom.Dd, atom.Table, atom.Pre, atom.Code, atom.Aside, atom.Footer, atom.Address:
		return other, t.DataAtom != atom.Code // code within a sentence is part of it
	}
	return prose, false
}

func creditClass(class string) bool {
	class = strings.ToLower(class)
	return strings.Contains(class, "credit") || strings.Contains(class, "photographer") || strings.Contains(class, "attribution")
}

func captionClass(class string) bool {
	for _, c := range strings.Fields(strings.ToLower(class)) {
		if c == "caption" || strings.HasSuffix(c, "caption-text") || strings.HasSuffix(c, "-caption") && !strings.HasPrefix(c, "wp-") && !strings.HasPrefix(c, "cta-") {
			return true
		}
	}
	return false
}

func void(tag atom.Atom) bool {
	switch tag {
	case atom.Area, atom.Base, atom.Col, atom.Embed, atom.Hr, atom.Input, atom.Link, atom.Meta, atom.Param, atom.Source, atom.Track, atom.Wbr:
		return true
	}
	return false
}
