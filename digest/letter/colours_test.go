package letter_test

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"

	"roundup/digest/letter"
)

// TestAccentColours computes, apart from the code, the contrast of everything
// that is printed in or on the accent colour, for accents easy and hard.
func TestAccentColours(t *testing.T) {
	t.Parallel()
	for _, accent := range []string{"", "#8f2130", "#000000", "#ffffff", "#ffe14d", "#777", "#00ff00", "#0000ff", "#1c1b1a", "#dcd7cc", "nonsense", "#12345", "red"} {
		t.Run(accent, func(t *testing.T) {
			t.Parallel()
			pub := samplePublication(t)
			pub.AccentColor = accent
			variant, err := letter.Render(compiled(t, sampleSections(), sampleNote), pub, letter.Options{})
			if err != nil {
				t.Fatal(err)
			}
			inline := func(class, property string) string {
				return find(t, variant.HTML, `class="`+class+`"[^>]*?style="(?:[^"]*;)?`+property+`:(#[0-9a-f]{6})`)
			}
			dark := func(selector, property string) string {
				_, sheet, _ := strings.Cut(variant.HTML, "prefers-color-scheme: dark")
				return find(t, sheet, regexp.QuoteMeta(selector)+`[^{}]*\{[^}]*?`+property+`: (#[0-9a-f]{6})`)
			}
			light := inline("sheet", "background-color")
			night := dark(".sheet", "background-color")
			pairs := []struct {
				what           string
				colour, ground string
				least          float64
			}{
				{"section title", inline("title", "color"), light, 4.5},
				{"tagline", inline("tagline", "color"), light, 4.5},
				{"button's words", inline("pressed", "color"), inline("button", "background-color"), 4.5},
				{"button", inline("button", "background-color"), light, 3},
				{"byline", inline("byline", "color"), light, 4.5},
				{"footer", inline("foot", "color"), light, 4.5},
				{"text", inline("text", "color"), light, 7},
				{"alt text", inline("photo", "color"), inline("photo", "background-color"), 4.5},
				{"section title at night", dark(".title", "color"), night, 4.5},
				{"button's words at night", dark(".pressed", "color"), dark(".button", "background-color"), 4.5},
				{"button at night", dark(".button", "background-color"), night, 3},
				{"byline at night", dark(".byline", "color"), night, 4.5},
				{"text at night", dark(".text", "color"), night, 7},
			}
			for _, p := range pairs {
				if got := ratio(t, p.colour, p.ground); got < p.least {
					t.Errorf("%s: %s on %s has a contrast of %.2f, want %.1f", p.what, p.colour, p.ground, got, p.least)
				}
			}
		})
	}
}

// The accent is used as it is wherever it can be seen.
func TestAccentIsKeptWhereItCanBe(t *testing.T) {
	t.Parallel()
	pub := samplePublication(t)
	pub.AccentColor = "#1F4E79"
	variant, err := letter.Render(compiled(t, sampleSections(), ""), pub, letter.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := find(t, variant.HTML, `class="bar" bgcolor="(#[0-9a-f]{6})"`); got != "#1f4e79" {
		t.Errorf("the bar is %s", got)
	}
}

func find(t *testing.T, text, pattern string) string {
	t.Helper()
	match := regexp.MustCompile(`(?s)` + pattern).FindStringSubmatch(text)
	if match == nil {
		t.Fatalf("nothing matches %s", pattern)
	}
	return match[1]
}

// ratio is the contrast ratio of WCAG 2.2.
func ratio(t *testing.T, a, b string) float64 {
	t.Helper()
	luminance := func(colour string) float64 {
		var c [3]int
		if _, err := fmt.Sscanf(colour, "#%02x%02x%02x", &c[0], &c[1], &c[2]); err != nil {
			t.Fatalf("colour %q: %v", colour, err)
		}
		sum := 0.0
		for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
			v := float64(c[i]) / 255
			if v <= 0.04045 {
				v /= 12.92
			} else {
				v = math.Pow((v+0.055)/1.055, 2.4)
			}
			sum += weight * v
		}
		return sum
	}
	la, lb := luminance(a), luminance(b)
	return (math.Max(la, lb) + 0.05) / (math.Min(la, lb) + 0.05)
}
