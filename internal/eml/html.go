package eml

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"roundup/internal/wording"
)

// HTML is what the HTML of a mail holds.
type HTML struct {
	Links     []Link
	Pictures  []Picture
	Language  string // html lang
	Direction string // html dir
	Title     string
	Headings  []int    // the levels, in their order
	Tables    int      // without role=presentation, which are read out as tables of data
	Faint     []Faint  // texts that do not stand out from what is behind them
	Lacking   []string // what it uses that mail clients lack, in words
	Text      string   // what is shown, in words with one space between
}

// Link is a link in a mail.
type Link struct {
	URL     string
	Text    string // its words, or those of the picture in it
	Heading bool   // it is in a heading
	Silent  bool   // not for those who listen, nor for the keyboard: another link says the same
}

// Picture is a picture in a mail.
type Picture struct {
	URL           string
	Alt           string
	HasAlt        bool // an empty alternative says that there is nothing to say
	Width, Height int  // 0 where not said
}

// Hidden reports whether a picture is too small to be seen: what counts readers.
func (p Picture) Hidden() bool { return p.Width == 1 || p.Height == 1 }

// ReadHTML reads the HTML of a mail. It never fails: what can't be read of it is
// left out.
func ReadHTML(source string) HTML {
	w := &walker{used: map[string]bool{}}
	root, err := html.Parse(strings.NewReader(source))
	if err != nil {
		return w.held
	}
	w.walk(root, style{colour: "#000000", background: "#ffffff", size: 16})
	w.held.Text = strings.Join(strings.Fields(w.text.String()), " ")
	w.held.Lacking = w.lacking()
	return w.held
}

// walker goes through the HTML, keeping what an element inherits.
type walker struct {
	held HTML
	text strings.Builder
	used map[string]bool // of the features in support.go
}

func (w *walker) walk(n *html.Node, s style) {
	switch n.Type {
	case html.TextNode:
		w.words(n, s)
		return
	case html.ElementNode:
		if w.element(n, &s) {
			return
		}
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		w.walk(child, s)
	}
}

// element notes an element; true where what is in it is not shown.
func (w *walker) element(n *html.Node, s *style) (skip bool) {
	w.noteFeatures(n)
	switch n.DataAtom {
	case atom.Style:
		w.noteSheet(textOf(n))
		return true
	case atom.Script, atom.Noscript, atom.Template:
		return true
	case atom.Html:
		w.held.Language, w.held.Direction = attr(n, "lang"), attr(n, "dir")
	case atom.Title:
		w.held.Title = strings.TrimSpace(textOf(n))
		return true
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		w.held.Headings = append(w.held.Headings, int(n.Data[1]-'0'))
		s.bold = true
	case atom.B, atom.Strong, atom.Th:
		s.bold = true
	case atom.Table:
		if role := attr(n, "role"); role != "presentation" && role != "none" {
			w.held.Tables++
		}
	case atom.A:
		if href := strings.TrimSpace(attr(n, "href")); href != "" {
			w.held.Links = append(w.held.Links, Link{
				URL:     href,
				Text:    strings.Join(strings.Fields(labelOf(n)), " "),
				Heading: inHeading(n),
				Silent:  attr(n, "aria-hidden") == "true" && attr(n, "tabindex") == "-1",
			})
		}
	case atom.Img:
		w.picture(n)
	}
	s.inherit(n)
	return s.hidden
}

func (w *walker) picture(n *html.Node) {
	p := Picture{URL: strings.TrimSpace(attr(n, "src")), Alt: attr(n, "alt")}
	for _, a := range n.Attr {
		p.HasAlt = p.HasAlt || a.Key == "alt"
	}
	p.Width, _ = strconv.Atoi(strings.TrimSuffix(attr(n, "width"), "px"))
	p.Height, _ = strconv.Atoi(strings.TrimSuffix(attr(n, "height"), "px"))
	w.held.Pictures = append(w.held.Pictures, p)
}

func (w *walker) words(n *html.Node, s style) {
	if strings.TrimSpace(n.Data) == "" {
		return
	}
	w.text.WriteString(" " + n.Data)
	if f, faint := s.faint(n.Data); faint && len(w.held.Faint) < maxFaint {
		w.held.Faint = append(w.held.Faint, f)
	}
}

// Flaws names what keeps those who listen to a mail from following it.
func (h HTML) Flaws() []string {
	var flaws []string
	add := func(wrong bool, what string) {
		if wrong {
			flaws = append(flaws, what)
		}
	}
	add(h.Language == "", "html has no lang")
	add(h.Direction == "", "html has no dir")
	add(h.Title == "", "there is no title")
	add(h.Tables > 0, wording.Agree(h.Tables, "table has no role=presentation and is read out as data", "tables have no role=presentation and are read out as data"))
	ones := 0
	for i, level := range h.Headings {
		if level == 1 {
			ones++
		}
		add(i > 0 && level > h.Headings[i-1]+1, fmt.Sprintf("a heading of level %d follows one of level %d", level, h.Headings[max(i, 1)-1]))
	}
	add(ones != 1, fmt.Sprintf("there are %d headings of level 1, not one", ones))
	for _, l := range h.Links {
		add(l.Text == "" && !l.Silent, "a link has no words: "+l.URL)
	}
	return flaws
}

func inHeading(n *html.Node) bool {
	for ; n != nil; n = n.Parent {
		switch n.DataAtom {
		case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
			return true
		}
	}
	return false
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// textOf is all text in an element.
func textOf(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

// labelOf is what is read out for a link: its text, and the alternatives of its
// pictures.
func labelOf(n *html.Node) string {
	if label := attr(n, "aria-label"); label != "" {
		return label
	}
	var b strings.Builder
	for c := range n.Descendants() {
		switch {
		case c.Type == html.TextNode:
			b.WriteString(c.Data)
		case c.DataAtom == atom.Img:
			b.WriteString(" " + attr(c, "alt"))
		}
	}
	return b.String()
}
