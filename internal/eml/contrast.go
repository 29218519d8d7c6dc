package eml

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"roundup/digest/letter"
)

// Contrast that WCAG 2.2, 1.4.3, asks for: of text, and of large text.
const (
	textContrast  = 4.5
	largeContrast = 3.0
)

// maxFaint is how many faint texts of a page are listed.
const maxFaint = 20

// Faint is a text that does not stand out enough.
type Faint struct {
	Text       string
	Colour     string
	Background string
	Ratio      float64 // 1 to 21
	Wanted     float64
}

// look is how text in an element is shown, as far as the inlined styles say it:
// on a light screen.
type look struct {
	colour, background string
	size               float64 // CSS pixels
	bold               bool
	hidden             bool
	unknown            bool // a picture is behind it
}

// inherit takes what an element says of itself.
func (l *look) inherit(n *html.Node) {
	if c := attr(n, "bgcolor"); c != "" {
		l.background, l.unknown = c, false
	}
	if c := attr(n, "color"); c != "" && n.DataAtom == atom.Font {
		l.colour = c
	}
	for _, d := range styles(attr(n, "style")) {
		l.apply(d.name, d.value)
	}
}

func (l *look) apply(name, value string) {
	switch name {
	case "color":
		l.colour = value
	case "background-color":
		l.background, l.unknown = opaque(value, l.background), false
	case "background":
		if strings.Contains(value, "url(") || strings.Contains(value, "gradient(") {
			l.unknown = true
			return
		}
		first, _, _ := strings.Cut(value, " ")
		l.background, l.unknown = opaque(first, l.background), false
	case "background-image":
		l.unknown = value != "none"
	case "font-size":
		if px, ok := strings.CutSuffix(value, "px"); ok {
			if size, err := strconv.ParseFloat(px, 64); err == nil {
				l.size = size
			}
		}
	case "font-weight":
		weight, err := strconv.Atoi(value)
		l.bold = value == "bold" || err == nil && weight >= 600
	case "display":
		l.hidden = l.hidden || value == "none"
	case "visibility":
		l.hidden = l.hidden || value == "hidden"
	case "opacity", "max-height":
		l.hidden = l.hidden || value == "0" || value == "0px"
	case "mso-hide":
		l.hidden = l.hidden || value == "all"
	}
}

// opaque is a background, or the one behind it where it is transparent.
func opaque(value, behind string) string {
	switch value {
	case "transparent", "none", "inherit", "initial":
		return behind
	}
	return value
}

// faint reports whether a text shown so is hard to read. A colour in a form not
// known is not judged.
func (l *look) faint(text string) (Faint, bool) {
	if l.hidden || l.unknown || l.size <= 2 {
		return Faint{}, false
	}
	ratio, ok := letter.Contrast(named(l.colour), named(l.background))
	wanted := textContrast
	if l.size >= 24 || l.bold && l.size >= 18.66 {
		wanted = largeContrast
	}
	if !ok || ratio >= wanted {
		return Faint{}, false
	}
	return Faint{strings.Join(strings.Fields(text), " "), l.colour, l.background, ratio, wanted}, true
}

// named is a colour as #rrggbb where it has one of the names used in mails, or
// is given in numbers.
func named(colour string) string {
	switch c := strings.ToLower(colour); c {
	case "white":
		return "#ffffff"
	case "black":
		return "#000000"
	default:
		return c
	}
}

// declaration is one of a style.
type declaration struct{ name, value string }

// styles is the declarations of a style attribute, in their order and lower case.
func styles(attribute string) []declaration {
	var all []declaration
	for text := range strings.SplitSeq(strings.ToLower(attribute), ";") {
		name, value, ok := strings.Cut(text, ":")
		if !ok {
			continue
		}
		value = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "!important"))
		all = append(all, declaration{strings.TrimSpace(name), value})
	}
	return all
}
