package eml

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Page is what the HTML of a mail holds.
type Page struct {
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

// Link is a link of a page.
type Link struct {
	URL     string
	Text    string // its words, or those of the picture in it
	Heading bool   // it is in a heading
	Silent  bool   // not for those who listen, nor for the keyboard: another link says the same
}

// Picture is a picture of a page.
type Picture struct {
	URL           string
	Alt           string
	HasAlt        bool // an empty alternative says that there is nothing to say
	Width, Height int  // 0 where not said
}

// Hidden reports whether a picture is too small to be seen: what counts readers.
func (p Picture) Hidden() bool { return p.Width == 1 || p.Height == 1 }

// ReadPage reads the HTML of a mail. It never fails: what can't be read of it is
// not in the page.
func ReadPage(source string) Page {
	w := &walker{used: map[string]bool{}}
	root, err := html.Parse(strings.NewReader(source))
	if err != nil {
		return w.page
	}
	w.walk(root, look{colour: "#000000", background: "#ffffff", size: 16})
	w.page.Text = strings.Join(strings.Fields(w.text.String()), " ")
	w.page.Lacking = w.lacking()
	return w.page
}

// walker goes through a page, keeping what an element inherits.
type walker struct {
	page Page
	text strings.Builder
	used map[string]bool // of the features in support.go
}

func (w *walker) walk(n *html.Node, l look) {
	switch n.Type {
	case html.TextNode:
		w.words(n, l)
		return
	case html.ElementNode:
		if w.element(n, &l) {
			return
		}
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		w.walk(child, l)
	}
}

// element notes an element; true where what is in it is not shown.
func (w *walker) element(n *html.Node, l *look) (skip bool) {
	w.noteFeatures(n)
	switch n.DataAtom {
	case atom.Style:
		w.noteSheet(textOf(n))
		return true
	case atom.Script, atom.Noscript, atom.Template:
		return true
	case atom.Html:
		w.page.Language, w.page.Direction = attr(n, "lang"), attr(n, "dir")
	case atom.Title:
		w.page.Title = strings.TrimSpace(textOf(n))
		return true
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		w.page.Headings = append(w.page.Headings, int(n.Data[1]-'0'))
		l.bold = true
	case atom.B, atom.Strong, atom.Th:
		l.bold = true
	case atom.Table:
		if role := attr(n, "role"); role != "presentation" && role != "none" {
			w.page.Tables++
		}
	case atom.A:
		if href := strings.TrimSpace(attr(n, "href")); href != "" {
			w.page.Links = append(w.page.Links, Link{
				URL:     href,
				Text:    strings.Join(strings.Fields(labelOf(n)), " "),
				Heading: inHeading(n),
				Silent:  attr(n, "aria-hidden") == "true" && attr(n, "tabindex") == "-1",
			})
		}
	case atom.Img:
		w.picture(n)
	}
	l.inherit(n)
	return l.hidden
}

func (w *walker) picture(n *html.Node) {
	p := Picture{URL: strings.TrimSpace(attr(n, "src")), Alt: attr(n, "alt")}
	for _, a := range n.Attr {
		p.HasAlt = p.HasAlt || a.Key == "alt"
	}
	p.Width, _ = strconv.Atoi(strings.TrimSuffix(attr(n, "width"), "px"))
	p.Height, _ = strconv.Atoi(strings.TrimSuffix(attr(n, "height"), "px"))
	w.page.Pictures = append(w.page.Pictures, p)
}

func (w *walker) words(n *html.Node, l look) {
	if strings.TrimSpace(n.Data) == "" {
		return
	}
	w.text.WriteString(" " + n.Data)
	if f, faint := l.faint(n.Data); faint && len(w.page.Faint) < maxFaint {
		w.page.Faint = append(w.page.Faint, f)
	}
}

// Flaws names what keeps those who listen to a mail from following it.
func (p Page) Flaws() []string {
	var flaws []string
	add := func(wrong bool, what string) {
		if wrong {
			flaws = append(flaws, what)
		}
	}
	add(p.Language == "", "html has no lang")
	add(p.Direction == "", "html has no dir")
	add(p.Title == "", "there is no title")
	add(p.Tables > 0, fmt.Sprintf("%d tables have no role=presentation and are read out as data", p.Tables))
	ones := 0
	for i, level := range p.Headings {
		if level == 1 {
			ones++
		}
		add(i > 0 && level > p.Headings[i-1]+1, fmt.Sprintf("a heading of level %d follows one of level %d", level, p.Headings[max(i, 1)-1]))
	}
	add(ones != 1, fmt.Sprintf("there are %d headings of level 1, not one", ones))
	for _, l := range p.Links {
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
