package feeds

import (
	"strconv"
	"strings"

	xhtml "golang.org/x/net/html"

	"roundup/digest/feeds/plain"
)

// farOff is how far off the screen nobody scrolls to, in pixels.
const farOff = -1000

// unseenPicture reports whether an <img> says that nobody is to see it: it is
// hidden, transparent, moved off the screen or as small as an icon. Tracking
// pixels and pictures meant for machines are written so. One that loads late may
// only be hidden until then.
func unseenPicture(t xhtml.Token, late bool) bool {
	style := declarations(attr(t, "style"))
	return !late && concealed(t, style) || style.narrow(tinyWidth, tinyHeight) || isZero(attr(t, "width")) || isZero(attr(t, "height"))
}

// unseenBox reports whether an element says that nobody is to see what is in it.
// One of no height may have room in its padding, or show what overflows it.
func unseenBox(t xhtml.Token) bool {
	style := declarations(attr(t, "style"))
	padded := style["padding"]+style["padding-top"]+style["padding-bottom"] != ""
	return concealed(t, style) || style["overflow"] == "hidden" && !padded && style.narrow(2, 2)
}

// concealed reports an element that is hidden, whatever its size.
func concealed(t xhtml.Token, style css) bool {
	for _, a := range t.Attr {
		if a.Key == "hidden" {
			return true
		}
	}
	if style["display"] == "none" || style["visibility"] == "hidden" || style["visibility"] == "collapse" || isZero(style["opacity"]) {
		return true
	}
	for _, property := range []string{"left", "top", "right", "margin-left", "margin-top", "text-indent"} {
		if n, ok := styleLength(style[property]); ok && n <= farOff {
			return true
		}
	}
	return false
}

// css is the declarations of a style attribute, in lower case.
type css map[string]string

func declarations(style string) css {
	if style == "" {
		return nil
	}
	all := css{}
	for _, declaration := range strings.Split(strings.ToLower(plain.Head(style, plain.MaxText)), ";") {
		property, value, _ := strings.Cut(declaration, ":")
		value, _, _ = strings.Cut(value, "!") // !important
		all[strings.TrimSpace(property)] = strings.TrimSpace(value)
	}
	return all
}

// narrow reports a size below these, in pixels.
func (c css) narrow(width, height float64) bool {
	for property, least := range map[string]float64{"width": width, "max-width": width, "height": height, "max-height": height} {
		if n, ok := styleLength(c[property]); ok && n < least {
			return true
		}
	}
	return false
}

// styleLength reads a length in pixels, or none at all in any unit.
func styleLength(value string) (float64, bool) {
	number := strings.TrimRight(value, "abcdefghijklmnopqrstuvwxyz%")
	n, err := strconv.ParseFloat(number, 64)
	return n, err == nil && (value[len(number):] == "px" || n == 0)
}

func isZero(value string) bool {
	n, ok := styleLength(strings.ToLower(strings.TrimSpace(value)))
	return ok && n == 0
}
