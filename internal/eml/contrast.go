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

// maxFaint is how many faint texts of a mail are listed.
const maxFaint = 20

// Faint is a text that does not stand out enough.
type Faint struct {
	Text       string
	Colour     string
	Background string
	Ratio      float64 // 1 to 21
	Wanted     float64
}

// style is how text in an element is shown, as far as the inlined styles say it:
// on a light screen.
type style struct {
	colour, background string
	size               float64 // CSS pixels
	bold               bool
	hidden             bool
	unknown            bool // a picture is behind it
}

// inherit takes what an element says of itself.
func (s *style) inherit(n *html.Node) {
	if c := attr(n, "bgcolor"); c != "" {
		s.background, s.unknown = c, false
	}
	if c := attr(n, "color"); c != "" && n.DataAtom == atom.Font {
		s.colour = c
	}
	for _, d := range styles(attr(n, "style")) {
		s.apply(d.name, d.value)
	}
}

func (s *style) apply(name, value string) {
	switch name {
	case "color":
		s.colour = value
	case "background-color":
		s.background, s.unknown = opaque(value, s.background), false
	case "background":
		if strings.Contains(value, "url(") || strings.Contains(value, "gradient(") {
			s.unknown = true
			return
		}
		first, _, _ := strings.Cut(value, " ")
		s.background, s.unknown = opaque(first, s.background), false
	case "background-image":
		s.unknown = value != "none"
	case "font-size":
		if px, ok := strings.CutSuffix(value, "px"); ok {
			if size, err := strconv.ParseFloat(px, 64); err == nil {
				s.size = size
			}
		}
	case "font-weight":
		weight, err := strconv.Atoi(value)
		s.bold = value == "bold" || err == nil && weight >= 600
	case "display":
		s.hidden = s.hidden || value == "none"
	case "visibility":
		s.hidden = s.hidden || value == "hidden"
	case "opacity", "max-height":
		s.hidden = s.hidden || value == "0" || value == "0px"
	case "mso-hide":
		s.hidden = s.hidden || value == "all"
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
func (s *style) faint(text string) (Faint, bool) {
	if s.hidden || s.unknown || s.size <= 2 {
		return Faint{}, false
	}
	ratio, ok := letter.Contrast(named(s.colour), named(s.background))
	wanted := textContrast
	if s.size >= 24 || s.bold && s.size >= 18.66 {
		wanted = largeContrast
	}
	if !ok || ratio >= wanted {
		return Faint{}, false
	}
	return Faint{strings.Join(strings.Fields(text), " "), s.colour, s.background, ratio, wanted}, true
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
