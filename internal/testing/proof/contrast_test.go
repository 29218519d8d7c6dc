package proof_test

import (
	"fmt"
	"math"
	"testing"

	"roundup/internal/testing/proof"
)

// minContrast is what WCAG 2.2 asks of text (1.4.3, AA).
const minContrast = 4.5

// everyText is every text of a page with its colour and the ground it stands on.
const everyText = `(() => {
	const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	const parts = colour => colour.match(/[\d.]+/g).map(Number);
	const ground = e => {
		for (; e; e = e.parentElement) {
			const colour = parts(getComputedStyle(e).backgroundColor);
			if (colour.length === 3 || colour[3] === 1) return colour.slice(0, 3);
			if (colour[3] !== 0) return null;
		}
		return [255, 255, 255];
	};
	const add = (text, e) => found.push({text: text.slice(0, 60), colour: parts(getComputedStyle(e).color), ground: ground(e)});
	while (walker.nextNode()) {
		const text = walker.currentNode.data.replace(/[\s\u034f\u200c\u00a0]+/g, " ").trim();
		const box = document.createRange();
		box.selectNodeContents(walker.currentNode);
		if (!text || !box.getClientRects().length) continue;
		add(text, walker.currentNode.parentElement);
	}
	for (const img of document.images) if (!img.naturalWidth) add(img.alt, img);
	return found;
})()`

// TestContrast computes, apart from axe-core, the contrast of every text of
// every sample with the ground that Chromium paints behind it, alt texts of
// missing pictures included.
func TestContrast(t *testing.T) {
	t.Parallel()
	browser := proof.NewBrowser(t)
	for _, s := range proof.Some(t) {
		mail := s.Mail(t)
		for _, dark := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/dark=%t", s.Name, dark), func(t *testing.T) {
				t.Parallel()
				tab := browser.Show(t, mail, proof.View{Width: 700, Dark: dark, NoImages: true}, proof.Pictures{})
				texts := proof.Eval[[]struct {
					Text           string
					Colour, Ground []float64
				}](t, tab, everyText)
				if len(texts) < 5 {
					t.Errorf("only %d texts are found", len(texts))
				}
				for _, text := range texts {
					if len(text.Colour) != 3 || len(text.Ground) != 3 {
						t.Errorf("%q: %v on %v, want colours that nothing shines through", text.Text, text.Colour, text.Ground)
						continue
					}
					if got := contrast(text.Colour, text.Ground); got < minContrast {
						t.Errorf("%q: %v on %v has a contrast of %.2f, want %.1f", text.Text, text.Colour, text.Ground, got, minContrast)
					}
				}
			})
		}
	}
}

// contrast is the ratio of two colours' relative luminances, 1 to 21 (WCAG 2.2).
func contrast(a, b []float64) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func luminance(colour []float64) float64 {
	weights, sum := [3]float64{0.2126, 0.7152, 0.0722}, 0.0
	for i, v := range colour {
		if v /= 255; v <= 0.04045 {
			sum += weights[i] * v / 12.92
		} else {
			sum += weights[i] * math.Pow((v+0.055)/1.055, 2.4)
		}
	}
	return sum
}
