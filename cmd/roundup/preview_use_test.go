package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"roundup/internal/testing/proof"
)

// TestPreviewInUse: what an editor in a hurry meets on the page.
func TestPreviewInUse(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("opens dozens of tabs")
	}
	browser := proof.NewBrowser(t)
	for name, test := range map[string]func(*testing.T, *proof.Browser, *pageSite){
		"pictures that hang":   neverWaitsForPictures,
		"focus goes on":        focusGoesOn,
		"undo in order":        undoesInOrder,
		"an answer lost":       takesNothingForDone,
		"says where it went":   saysWhereItWent,
		"two tabs":             twoTabs,
		"a long list":          findsInALongList,
		"tab order":            tabOrder,
		"from right to left":   followsDirection,
		"an Arabic newsletter": listsFromRightToLeft,
		"phone at night":       phoneAtNight,
		"a small phone":        fitsASmallPhone,
		"checks lead to cards": checksLeadToCards,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, browser, newPageSite(t))
		})
	}
}

// neverWaitsForPictures: the mail is shown although a picture of it never comes.
func neverWaitsForPictures(t *testing.T, b *proof.Browser, p *pageSite) {
	over := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-over:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(slow.Close)
	t.Cleanup(func() { close(over) })
	p.www.Close()
	p.www = slow
	p.writeFeed()
	p.must("fetch")
	e := p.open(b, desk1280, "view=text") // a page whose frame waits is not one that is loaded
	e.click("#view-desktop")
	e.until(`document.getElementById("frame") && ` + inMail + `.includes("Alpha")`)
	for _, view := range []string{"phone", "desktop"} {
		e.click("#view-" + view)
		e.until(fmt.Sprintf(`document.getElementById("view-%s").hasAttribute("aria-current") && !document.querySelector(".coming") && document.getElementById("stage").classList.contains(%q)`, view, view))
	}
	e.click("#skip-2")
	e.until("!" + inMail + `.includes("Beta")`)
	if proof.Eval[bool](t, e.tab, `document.getElementById("frame").contentDocument.readyState === "complete"`) {
		t.Error("the picture came, so nothing was proved")
	}
}

// focused waits until a selector's element has the focus.
func (e *editorTab) focused(selector string) {
	e.t.Helper()
	e.until(fmt.Sprintf("document.activeElement.matches(%q)", selector))
}

func focusGoesOn(_ *testing.T, b *proof.Browser, p *pageSite) {
	e := p.open(b, desk1280, "")
	e.is("Alpha Beta Gamma / Delta Epsilon / ")
	proof.Eval[bool](e.t, e.tab, `document.getElementById("drop-2").focus(), true`)
	e.press(kb.Enter)
	e.is("Alpha Gamma / Delta Epsilon / ")
	e.focused("#article-3")
	e.press("s") // the last of its section
	e.is("Alpha / Delta Epsilon / ")
	e.focused("#article-1")
	e.until(`document.getElementById("article-1").getBoundingClientRect().top >= 0`)
}

func undoesInOrder(t *testing.T, b *proof.Browser, p *pageSite) {
	e := p.open(b, desk1280, "")
	e.is("Alpha Beta Gamma / Delta Epsilon / ")
	e.click("#pin-3")
	e.is("Gamma Alpha Beta / Delta Epsilon / ")
	e.click("#edit-2 summary")
	e.fill("#headline-2", "Better")
	e.click("#save-2")
	e.is("Gamma Alpha Better / Delta Epsilon / ")
	e.fill("#subject", "Of mine")
	e.click("#save-words")
	e.until(`document.title.includes("Of mine")`)
	e.click("#drop-1")
	e.is("Gamma Better / Delta Epsilon / ")
	// A second press while the first is under way is no press.
	proof.Eval[bool](t, e.tab, `["undo", "undo"].every((id) => { document.getElementById(id).click(); return true; })`)
	e.is("Gamma Alpha Better / Delta Epsilon / ")
	e.until(`!busy && document.getElementById("said").innerText.includes("Undone: ")`)
	e.click("#undo")
	e.until(`!document.title.includes("Of mine")`)
	e.click("#undo")
	e.is("Gamma Alpha Beta / Delta Epsilon / ")
	e.click("#undo")
	e.is("Alpha Beta Gamma / Delta Epsilon / ")
	e.until(`!document.getElementById("undo")`)
	if out := p.must("edit", "--json"); strings.Contains(out, "Better") || strings.Contains(out, "Of mine") {
		t.Errorf("something is left: %s", out)
	}
}

// takesNothingForDone: what a button does is shown at once, and no longer where no answer came.
func takesNothingForDone(t *testing.T, b *proof.Browser, p *pageSite) {
	e := p.open(b, desk1280, "")
	e.is("Alpha Beta Gamma / Delta Epsilon / ")
	asks := `!dispatchEvent(new Event("beforeunload", { cancelable: true }))`
	if proof.Eval[bool](t, e.tab, asks) {
		t.Error("nothing is under way, and it asks who leaves")
	}
	proof.Eval[bool](t, e.tab, `(window.fetch = (fetch => (url, o) => String(url).endsWith("/edit") ? new Promise((_, lose) => { window.lose = lose }) : fetch(url, o))(window.fetch), true)`)
	e.click("#skip-2")
	e.until(`window.lose && document.getElementById("article-2").hidden && ` + asks)
	proof.Eval[bool](t, e.tab, `(lose(new TypeError("lost")), true)`)
	e.said("No answer came")
	e.until(`document.querySelector("#articles .section #article-2") && !document.getElementById("article-2").hidden`)
	e.until("!" + asks)
}

func saysWhereItWent(t *testing.T, b *proof.Browser, p *pageSite) {
	p.rewrite("roundup.yaml", "rest: true, max: 10", "rest: true, max: 1")
	p.feed = append(p.feed, pageItem{title: "Zeta", label: "Other"})
	p.writeFeed()
	p.must("fetch")
	p.must("articles", "headline", "3", "Gamma, edited")
	e := p.open(b, desk1280, "")
	e.is("Alpha Beta Gamma, edited / Delta Epsilon / Zeta")
	e.click("#edit-3 summary")
	proof.Eval[bool](t, e.tab, `document.getElementById("section-3").value = "Also this week", document.getElementById("place-3").value = 1, true`)
	e.click("#move-3")
	e.is("Alpha Beta / Delta Epsilon / Gamma, edited")
	said := proof.Eval[string](t, e.tab, `document.getElementById("said").innerText.replace(/[\u2068\u2069]/g, "")`)
	for _, want := range []string{"“Gamma, edited” is moved.", "It is number 1 of Also this week now.", "“Zeta” makes room and waits."} {
		if !strings.Contains(said, want) {
			t.Errorf("said %q, want %q", said, want)
		}
	}
	if proof.Eval[bool](t, e.tab, `(r => [...document.querySelectorAll("input, textarea, select")].some(f => { const b = f.getBoundingClientRect(); return b.width && b.top < r.bottom && b.bottom > r.top && b.left < r.right && b.right > r.left }))(document.querySelector(".remark").getBoundingClientRect())`) {
		t.Error("it covers a field")
	}
	e.click("#said [data-show]")
	e.focused("#article-3")
}

// twoTabs: a text that is changed elsewhere while it is typed is not overwritten
// before the editor has seen both.
func twoTabs(_ *testing.T, b *proof.Browser, p *pageSite) {
	one, two := p.open(b, desk1280, ""), p.open(b, desk1280, "")
	for _, field := range []struct{ id, save, shown string }{
		{"subject", "#save-words", `document.title`},
		{"preheader", "#save-words", `document.querySelector(".phone-row .preheader").textContent`},
		{"note", "#save-words", inMail},
		{"headline-2", "#save-2", `document.querySelector("#article-2 h4").textContent`},
		{"blurb-2", "#save-2", inMail},
	} {
		for _, tab := range []*editorTab{one, two} {
			tab.until(`document.getElementById("edit-2")`)
			proof.Eval[bool](tab.t, tab.tab, `document.getElementById("edit-2").open = true`)
		}
		one.fill("#"+field.id, "One "+field.id)
		two.fill("#"+field.id, "Two "+field.id)
		two.click(field.save)
		two.until(fmt.Sprintf("%s.includes(%q)", field.shown, "Two "+field.id))
		one.until(fmt.Sprintf(`document.getElementById(%q).defaultValue === %q`, field.id, "Two "+field.id)) // it follows
		one.click(field.save)
		one.until(fmt.Sprintf(`document.querySelector(".clash").innerText.includes(%q) && document.querySelector(".clash").innerText.includes(%q)`, "One "+field.id, "Two "+field.id))
		one.click("#mine-" + field.id)
		one.until(fmt.Sprintf("%s.includes(%q)", field.shown, "One "+field.id))
		two.until(fmt.Sprintf("%s.includes(%q)", field.shown, "One "+field.id))
	}
	one.fill("#subject", "Once more")
	two.fill("#subject", "Theirs")
	two.click("#save-words")
	one.until(`document.getElementById("subject").defaultValue === "Theirs"`)
	one.click("#save-words")
	one.click("#other-subject")
	one.until(`document.getElementById("subject").value === "Theirs" && !document.querySelector(".clash")`)
}

func findsInALongList(t *testing.T, b *proof.Browser, p *pageSite) {
	for i := range 40 {
		p.feed = append(p.feed, pageItem{title: fmt.Sprintf("Story %d", i), label: "Opinion"})
	}
	p.writeFeed()
	p.must("fetch")
	e := p.open(b, desk1280, "")
	e.until(`document.querySelectorAll("#left .card").length === 40`)
	if got := proof.Eval[float64](t, e.tab, `Math.max(...[...document.querySelectorAll("#left .card")].map(c => c.offsetHeight))`); got > 60 {
		t.Errorf("a row is %v pixels high", got)
	}
	for _, width := range []int{375, 768, 1280} {
		narrow := p.open(b, proof.View{Width: width, Height: 900}, "")
		narrow.until(`document.querySelectorAll("#left .card").length === 40`)
		if cut := proof.Eval[string](t, narrow.tab, `[...document.querySelectorAll("#left .why")].find(w => w.scrollWidth > w.clientWidth || w.scrollHeight > w.clientHeight)?.textContent ?? ""`); cut != "" {
			t.Errorf("%d pixels wide: a reason is cut: %q", width, cut)
		}
	}
	e.fill("#left-filter", "story 33")
	visible := `[...document.querySelectorAll("#left .card h4")].filter(h => h.offsetParent).map(h => h.textContent).join()`
	e.until(visible + ` === "Story 33"`)
	e.click("#article-39 [value=pin]")
	e.until(`document.querySelector("#articles .section #article-39")`)
	e.until(`document.getElementById("left-filter").value === "story 33" && ` + visible + ` === ""`)
}

func tabOrder(t *testing.T, b *proof.Browser, p *pageSite) {
	e := p.open(b, desk1280, "")
	e.until(inMail + `.includes("Alpha")`)
	order := proof.Eval[string](t, e.tab, `["words", "articles", "mail"].sort((a, b) => document.getElementById(a).compareDocumentPosition(document.getElementById(b)) & 4 ? -1 : 1).join()`)
	if order != "words,articles,mail" {
		t.Errorf("the order is %s", order)
	}
	small := proof.Eval[string](t, e.tab, `[...document.querySelectorAll(".tools button")].filter(b => b.offsetWidth < 24 || b.offsetHeight < 24).map(b => b.id).join()`)
	if small != "" {
		t.Errorf("too small to hit: %s", small)
	}
	// The mail's links are no stops.
	proof.Eval[bool](t, e.tab, `document.getElementById("enter").focus(), true`)
	e.press(kb.Tab)
	e.focused("#as")
	e.press(kb.Shift + kb.Tab)
	proof.Eval[bool](t, e.tab, `document.getElementById("enter").focus(), true`)
	e.press(kb.Enter)
	e.focused("#frame")
	e.until(`document.getElementById("frame").contentDocument.activeElement.matches("a")`)
	e.press(kb.Escape)
	e.focused("#enter")
}

func followsDirection(_ *testing.T, b *proof.Browser, p *pageSite) {
	p.feed[0].title = "السلام في الشرق"
	p.writeFeed()
	p.must("fetch")
	e := p.open(b, desk1280, "")
	e.until(`getComputedStyle(document.getElementById("article-1")).direction === "rtl" && getComputedStyle(document.getElementById("article-2")).direction === "ltr"`)
	e.until(`document.querySelector("#article-1 .rank").getBoundingClientRect().left > document.querySelector("#article-1 h4").getBoundingClientRect().left`)
}

// listsFromRightToLeft: an inbox lists the mail the way its readers write, so the
// end of a long preheader is cut off there too, not its beginning.
func listsFromRightToLeft(_ *testing.T, b *proof.Browser, p *pageSite) {
	p.rewrite("roundup.yaml", "newsletter:\n", "newsletter:\n  language: ar\n")
	p.rewrite("roundup.yaml", "name: The Weekly", "name: المجلة")
	e := p.open(b, desk1280, "")
	e.until(`document.querySelector(".desktop-row .who").getBoundingClientRect().left > document.querySelector(".desktop-row .rest").getBoundingClientRect().left`)
	e.until(`document.querySelector(".phone-row .face").getBoundingClientRect().left > document.querySelector(".phone-row .subject").getBoundingClientRect().left`)
	e.until(`getComputedStyle(document.querySelector(".desktop-row .rest")).direction === "rtl"`)
	e.until(`document.querySelector(".name").textContent === "المجلة" && getComputedStyle(document.querySelector(".name")).textAlign === "left"`)
	e.fill("#preheader", "")
	e.until(`!document.querySelector(".dash").offsetParent`) // it leads to nothing
}

// fitsASmallPhone: all of the mail is shown there, smaller, and nothing runs past
// the edge.
func fitsASmallPhone(_ *testing.T, b *proof.Browser, p *pageSite) {
	for _, width := range []int{320, 340, 360, 375} {
		e := p.open(b, proof.View{Width: width, Height: 700}, "")
		e.until(`document.getElementById("frame").getBoundingClientRect().right <= innerWidth && document.getElementById("frame").contentWindow.innerWidth === 375`)
		e.until(`document.querySelector(".paper").scrollWidth <= innerWidth`)
		e.press("?")
		e.until(`document.getElementById("keys").open && document.documentElement.scrollWidth <= innerWidth && document.querySelector("#keys dl").scrollWidth <= document.querySelector("#keys").clientWidth`)
	}
}

func phoneAtNight(t *testing.T, b *proof.Browser, p *pageSite) {
	e := p.open(b, proof.View{Width: 375, Height: 800, Dark: true}, "")
	e.until(`document.getElementById("frame").src.includes("scheme=dark") && document.getElementById("frame").width === "375"`)
	if proof.Eval[bool](t, e.tab, `Boolean(document.querySelector(".desktop-row").offsetParent)`) {
		t.Error("the desktop's row is shown on a phone")
	}
	e.until(`document.documentElement.scrollWidth <= 375`)
}

func checksLeadToCards(_ *testing.T, b *proof.Browser, p *pageSite) {
	p.feed[2].undated = true
	p.writeFeed()
	p.must("fetch")
	p.feed = append(p.feed, pageItem{title: "No date", label: "Analysis", undated: true})
	p.writeFeed()
	p.must("fetch")
	e := p.open(b, desk1280, "")
	e.until(`document.getElementById("checks").innerText.includes("without a date")`)
	e.click(`#checks a[href="#article-3"], #checks a[href="#article-6"]`)
	e.until(`document.activeElement.matches(".card")`)
}
