package main

import (
	"fmt"
	"slices"
	"testing"

	"roundup/internal/testing/proof"
)

// BenchmarkPreviewCard measures, with 90 candidates, how long it takes from a
// click until the card is painted as it will be, and until the whole page is. It
// says so and holds nobody to it: machines differ.
func BenchmarkPreviewCard(b *testing.B) {
	browser := proof.NewBrowser(b)
	p := newPageSite(b)
	for i := range 85 {
		p.feed = append(p.feed, pageItem{title: fmt.Sprintf("Story %d, told at some length", i), label: []string{"Analysis", "Opinion", "Other"}[i%3], picture: "a.jpg"})
	}
	p.writeFeed()
	p.must("fetch")
	e := p.open(browser, desk1280, "")
	e.until(`document.querySelectorAll(".card").length === 90`)
	proof.Eval[bool](b, e.tab, `(window.timed = async (press, seen) => {
		const began = performance.now();
		document.querySelector(press).click();
		await new Promise(done => { const look = () => seen() ? requestAnimationFrame(() => setTimeout(done)) : requestAnimationFrame(look); look(); });
		const card = performance.now() - began;
		while (busy) await new Promise(done => setTimeout(done, 1));
		await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
		return [card, performance.now() - began];
	}, true)`)
	steps := []struct{ press, seen string }{
		{"#pin-3", `() => document.querySelector("#pin-3").textContent === "Unpin"`},
		{"#pin-3", `() => document.querySelector("#pin-3").textContent === "Pin"`},
		{"#down-1", `() => document.querySelector("#article-1").previousElementSibling`},
		{"#up-1", `() => !document.querySelector("#article-1").previousElementSibling`},
		{"#skip-2", `() => !document.querySelector("#articles .section #article-2")?.offsetParent`},
		{"#restore-2", `() => !document.querySelector("#left #article-2")?.offsetParent`},
	}
	var cards, pages []float64
	for b.Loop() {
		for _, s := range steps {
			took := proof.Eval[[]float64](b, e.tab, fmt.Sprintf("timed(%q, %s)", s.press, s.seen))
			cards, pages = append(cards, took[0]), append(pages, took[1])
		}
	}
	slices.Sort(cards)
	slices.Sort(pages)
	b.ReportMetric(cards[len(cards)/2], "ms/card")
	b.ReportMetric(cards[len(cards)-1], "ms/card-worst")
	b.ReportMetric(pages[len(pages)/2], "ms/page")
	b.ReportMetric(0, "ns/op")
}
