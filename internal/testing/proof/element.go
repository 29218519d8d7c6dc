package proof

import (
	"strings"

	"golang.org/x/net/html"
)

// Attr is an attribute of an element, "" where it has none.
func Attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// Said is what a screen reader says of an element: its text, with the alt texts
// of its pictures.
func Said(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		switch {
		case d.Type == html.TextNode && Attr(d.Parent, "aria-hidden") == "":
			b.WriteString(strings.ReplaceAll(d.Data, "\u00ad", ""))
		case d.Type == html.ElementNode && d.Data == "img":
			b.WriteString(Attr(d, "alt"))
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
