package letter

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Contrast that WCAG 2.2 asks for: 4.5:1 for text (1.4.3), 3:1 for shapes
// that carry meaning (1.4.11).
const (
	textContrast  = 4.5
	shapeContrast = 3.0
)

// defaultAccent is used where the publication names no colour of its own.
const defaultAccent = "#8f2130"

// Palette is the colours of a mail on a light and on a dark screen.
type Palette struct {
	Light Shades
	Dark  Shades
}

// Shades are the colours of one mail on one kind of screen, as #rrggbb. Every
// text colour is readable on Sheet and Page.
type Shades struct {
	Page       string // behind the sheet
	Sheet      string // what the text stands on
	Ink        string // text
	Muted      string // bylines, captions, the footer
	Rule       string // thin lines
	Accent     string // bars and buttons, from the publication's colour
	OnAccent   string // text on Accent
	AccentText string // text in the accent colour, darkened or lightened until it can be read
}

// NewPalette derives the colours of mails and readers' pages from a publication's
// accent colour, "#rrggbb" or "#rgb"; from one of ours where it names none.
func NewPalette(accent string) Palette {
	colour, ok := parseColour(accent)
	if !ok {
		colour, _ = parseColour(defaultAccent)
	}
	return Palette{
		Light: Shades{Page: "#f5f3ee", Sheet: "#ffffff", Ink: "#1d1b18", Muted: "#625d55", Rule: "#dcd7cc"}.with(colour),
		Dark:  Shades{Page: "#121211", Sheet: "#1c1b1a", Ink: "#eeebe5", Muted: "#aca69b", Rule: "#413e3a"}.with(colour),
	}
}

func (s Shades) with(accent colour) Shades {
	sheet, _ := parseColour(s.Sheet)
	bar := accent.readableOn(sheet, shapeContrast)
	s.Accent = bar.String()
	s.AccentText = accent.readableOn(sheet, textContrast).String()
	s.OnAccent = "#ffffff"
	if contrast(black(), bar) > contrast(white(), bar) {
		s.OnAccent = "#000000"
	}
	return s
}

// colour is red, green and blue in sRGB, 0 to 255.
type colour [3]float64

func white() colour { return colour{255, 255, 255} }

func black() colour { return colour{} }

func parseColour(s string) (colour, bool) {
	hex, ok := strings.CutPrefix(strings.TrimSpace(s), "#")
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	n, err := strconv.ParseUint(hex, 16, 32)
	if !ok || len(hex) != 6 || err != nil {
		return colour{}, false
	}
	return colour{float64(n >> 16), float64(n >> 8 & 0xff), float64(n & 0xff)}, true
}

func (c colour) String() string {
	return fmt.Sprintf("#%02x%02x%02x", uint8(math.Round(c[0])), uint8(math.Round(c[1])), uint8(math.Round(c[2])))
}

// readableOn moves a colour away from its background, keeping its hue and how
// strong it is, until it stands out by the ratio wanted.
func (c colour) readableOn(background colour, ratio float64) colour {
	towards := white()
	if contrast(background, white()) < contrast(background, black()) {
		towards = black()
	}
	for step := 0.0; step <= 1; step += 0.02 {
		// Rounded as it will be printed, so that what is checked is what is seen.
		moved, _ := parseColour(c.withLightness(towards[0]/255, step).String())
		if contrast(moved, background) >= ratio {
			return moved
		}
	}
	return towards
}

// withLightness moves the lightness of a colour a share of the way to another, 0 to 1,
// as HSL has it: mixed with white, red would turn to a dull pink.
func (c colour) withLightness(lightness, share float64) colour {
	high, low := max(c[0], c[1], c[2])/255, min(c[0], c[1], c[2])/255
	middle := (high + low) / 2
	room := func(l float64) float64 { return 1 - math.Abs(2*l-1) } // the strongest colour there is
	moved := middle + (lightness-middle)*share
	scale := 0.0
	if room(middle) > 0 {
		scale = room(moved) / room(middle)
	}
	for i := range c {
		c[i] = (moved + (c[i]/255-middle)*scale) * 255
	}
	return c
}

// Contrast is the ratio of two colours' luminances, 1 to 21, as WCAG 2.2
// defines it; false where one of them is not of the form #rrggbb or #rgb.
func Contrast(a, b string) (ratio float64, ok bool) {
	first, okA := parseColour(a)
	second, okB := parseColour(b)
	if !okA || !okB {
		return 0, false
	}
	return contrast(first, second), true
}

// contrast is the ratio of two colours' relative luminances, 1 to 21 (WCAG 2.2).
func contrast(a, b colour) float64 {
	la, lb := a.luminance(), b.luminance()
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func (c colour) luminance() float64 {
	linear := func(v float64) float64 {
		if v /= 255; v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c[0]) + 0.7152*linear(c[1]) + 0.0722*linear(c[2])
}
