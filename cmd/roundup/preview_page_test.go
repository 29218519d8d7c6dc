package main

import (
	"context"
	"fmt"
	"html"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"roundup/cmd/roundup/terminal"
	"roundup/internal/testing/proof"
)

// TestPreviewInBrowser uses the page as an editor does, in a real browser on the
// real program.
func TestPreviewInBrowser(t *testing.T) {
	t.Parallel()
	browser := proof.NewBrowser(t)
	for name, test := range map[string]func(*testing.T, *proof.Browser, *pageSite){
		"every view":       everyView,
		"edits articles":   editsArticles,
		"edits words":      editsWords,
		"drags":            drags,
		"follows the disk": followsTheDisk,
		"shows a mistake":  showsMistake,
		"conflict":         showsConflict,
		"started":          refusesOnceStarted,
		"sends a test":     sendsTest,
		"keyboard alone":   keyboardAlone,
		"without script":   withoutScript,
		"hostile":          hostileTexts,
		"as a subscriber":  asSubscriber,
		"checks":           checksEverything,
		"from a file":      opensFromAFile,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if testing.Short() && !slices.Contains([]string{"edits articles", "started", "without script"}, name) {
				t.Skip("each opens tabs of its own")
			}
			test(t, browser, newPageSite(t))
		})
	}
}

// opensFromAFile: the page is reached from the file that a browser is opened
// with, which is another site to the browser, and no address has the token then.
func opensFromAFile(t *testing.T, b *proof.Browser, p *pageSite) {
	page, remove, err := terminal.RedirectFile(p.at("view=text"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(remove)
	e := &editorTab{t, b.Open(t, desk1280, "about:blank", nil)}
	e.tab.Do(t, chromedp.Navigate(page))
	e.until(`document.querySelector(".part")?.textContent.includes("magazine.example") && location.search === "?view=text"`)
	e.click("#pin-3")
	e.is("Gamma Alpha Beta / Delta Epsilon / ")
	if got := proof.Eval[string](t, e.tab, `document.cookie`); got != "" {
		t.Errorf("scripts can read the cookie: %s", got)
	}
}

func everyView(_ *testing.T, b *proof.Browser, p *pageSite) {
	e := p.open(b, desk1280, "")
	e.until(`document.getElementById("frame").width === "700" && ` + inMail + `.includes("Alpha")`)
	e.until(`document.querySelector(".phone-row .subject").textContent.includes("Alpha")`)
	pictures := `document.getElementById("frame").contentDocument.images[0].naturalWidth`
	e.until(pictures + " > 1")
	e.click("#view-phone")
	e.until(`document.getElementById("frame").width === "375" && document.getElementById("frame").contentWindow.innerWidth === 375`)
	e.click("#images-off")
	e.until(`document.getElementById("frame").src.includes("images=off") && ` + pictures + ` === 0`)
	lightness := `getComputedStyle(document.getElementById("frame").contentDocument.body).backgroundColor.match(/\d+/g).slice(0, 3).reduce((a, b) => a + Number(b), 0)`
	e.until(lightness + " > 600")
	e.click("#scheme-dark")
	e.until(lightness + " < 250")
	e.click("#view-text")
	e.until(`document.querySelector(".part").textContent.includes("https://magazine.example/a/0")`)
	e.click("#view-source")
	e.until(`document.querySelector(".part.source b").textContent.includes("List-Unsubscribe:")`)
	e.until(`location.search.includes("view=source") && location.search.includes("scheme=dark") && location.search.includes("images=off")`)

	dark := p.open(b, proof.View{Width: 1280, Height: 900, Dark: true}, "view=desktop&scheme=light")
	dark.until(lightness + " > 600")
	narrow := p.open(b, proof.View{Width: 375, Height: 800}, "")
	narrow.until(`document.getElementById("frame").width === "375" && document.documentElement.scrollWidth <= 375`)
	narrow.click("#view-desktop") // all of it, smaller
	narrow.until(`(f => f.contentWindow.innerWidth === 700 && f.getBoundingClientRect().width <= 375)(document.getElementById("frame"))`)
}

func editsArticles(t *testing.T, b *proof.Browser, p *pageSite) {
	e := p.open(b, desk1280, "")
	e.is("Alpha Beta Gamma / Delta Epsilon / ")
	e.click("#pin-3")
	e.said("pinned")
	e.is("Gamma Alpha Beta / Delta Epsilon / ")
	e.until(inMail + `.indexOf("Gamma") < ` + inMail + `.indexOf("Alpha")`)
	e.click("#drop-1")
	e.is("Gamma Beta / Delta Epsilon / ")
	e.until(`document.getElementById("left-out").textContent.includes("dropped by hand")`)
	e.until("!" + inMail + `.includes("Alpha")`)
	e.click("#said form button")
	e.is("Gamma Alpha Beta / Delta Epsilon / ")
	e.click("#down-3")
	e.is("Alpha Gamma Beta / Delta Epsilon / ")
	e.click("#up-2")
	e.is("Alpha Beta Gamma / Delta Epsilon / ")
	e.click("#skip-4")
	e.is("Alpha Beta Gamma / Epsilon / ")
	e.click("#restore-4")
	e.is("Alpha Beta Gamma / Delta Epsilon / ")
	e.click("#edit-5 summary")
	proof.Eval[bool](t, e.tab, `document.getElementById("section-5").value = "Also this week", true`)
	e.click("#move-5")
	e.is("Alpha Beta Gamma / Delta / Epsilon")
	e.until(`document.getElementById("edit-5").open`)
	if out := p.must("edit"); !strings.Contains(out, "Also this week") {
		t.Errorf("the command line knows nothing of it: %s", out)
	}
}

func editsWords(_ *testing.T, b *proof.Browser, p *pageSite) {
	e := p.open(b, desk1280, "")
	e.until(inMail + `.includes("Alpha")`)
	e.fill("#subject", `What <b>matters</b> & "why" 🥖`)
	e.until(`document.querySelector(".desktop-row .subject").textContent.startsWith("What <b>matters")`)
	e.until(`!document.querySelector("#words-form .unsaved").hidden`)
	e.fill("#note", "Dear *reader*,\n\nsecond thoughts.")
	e.click("#words-form button.main")
	e.said("note is set")
	e.until(`document.title.includes("What <b>matters</b>") && document.querySelector("#words .badge")`)
	e.until(inMail + `.includes("second thoughts.")`)
	e.until(`document.querySelector("#words-form .unsaved").hidden`)
	e.click("#edit-2 summary")
	e.fill("#headline-2", "Beta, told better")
	e.fill("#blurb-2", "In other words.")
	e.click("#save-2")
	e.is("Alpha Beta, told better Gamma / Delta Epsilon / ")
	e.until(inMail + `.includes("In other words.")`)
	p.must("fetch")
	e.click("#edit-2 .saves button")
	e.said("Nothing was changed.")
	e.fill("#headline-2", "")
	e.click("#save-2")
	e.is("Alpha Beta Gamma / Delta Epsilon / ")
	// What was typed and not saved outlives a change made elsewhere.
	e.fill("#preheader", "Half a thou")
	p.must("articles", "pin", "2")
	e.is("Beta Alpha Gamma / Delta Epsilon / ")
	e.until(`document.getElementById("preheader").value === "Half a thou"`)
}

func drags(_ *testing.T, b *proof.Browser, p *pageSite) {
	e := p.open(b, proof.View{Width: 1280, Height: 2400}, "") // all of it in sight
	e.is("Alpha Beta Gamma / Delta Epsilon / ")
	e.drag("#article-5 .rank", "#article-2", 0.25)
	e.is("Alpha Epsilon Beta / Delta / Gamma")
	e.drag("#article-1 .rank", "#article-4", 0.75)
	e.is("Epsilon Beta Gamma / Delta Alpha / ")
}

// drag takes what a selector finds by the mouse to a height within another.
func (e *editorTab) drag(from, to string, height float64) {
	e.t.Helper()
	at := func(selector string, height float64) (x, y float64) {
		box := proof.Eval[[]float64](e.t, e.tab, fmt.Sprintf(
			`(r => [r.x, r.y, r.width, r.height])(document.querySelector(%q).getBoundingClientRect())`, selector))
		return box[0] + min(box[2]/2, 40), box[1] + box[3]*height
	}
	x, y := at(from, 0.3)
	tx, ty := at(to, height)
	for _, step := range []struct {
		kind input.DispatchMouseEventType
		x, y float64
	}{
		{input.DispatchMouseEventTypeMouseMoved, x, y}, {input.DispatchMouseEventTypeMousePressed, x, y},
		{input.DispatchMouseEventTypeMouseMoved, x + 5, y + 5}, {input.DispatchMouseEventTypeMouseMoved, tx, ty},
		{input.DispatchMouseEventTypeMouseMoved, tx, ty + 1}, {input.DispatchMouseEventTypeMouseReleased, tx, ty + 1},
	} {
		proof.Call(e.t, e.tab, input.DispatchMouseEvent, input.DispatchMouseEventParams{
			Type: step.kind, X: step.x, Y: step.y, Button: input.MouseButtonLeft, Buttons: 1, ClickCount: 1,
		})
	}
}

func followsTheDisk(_ *testing.T, b *proof.Browser, p *pageSite) {
	e := p.open(b, desk1280, "")
	e.until(inMail + `.includes("Alpha")`)
	proof.Eval[bool](e.t, e.tab, `document.getElementById("frame").contentWindow.scrollTo(0, 120), true`)
	p.rewrite("roundup.yaml", "{{ .Lead.Title }}", "No. {{ .Number }}, {{ .Lead.Title }}")
	e.until(`document.querySelector(".desktop-row .subject").textContent === "No. 1, Alpha"`)
	p.rewrite("roundup.yaml", "title: Opinion", "title: Comment")
	e.until(`document.querySelector('[data-section="Comment"] h4') && ` + inMail + `.toLowerCase().includes("comment")`)
	e.until(`document.getElementById("frame").contentWindow.scrollY === 120`)
	p.must("templates", "export", "mine")
	p.rewrite("roundup.yaml", "newsletter:", "templates: mine\nnewsletter:")
	p.rewrite("mine/name.html", "else }}{{ .Newsletter.Name }}", "else }}{{ .Newsletter.Name }} of ours")
	e.until(inMail + `.includes("The Weekly of ours")`)
	p.rewrite("mine/name.html", ".Name }} of", ".Nome }} of")
	e.until(`/name\.html.*\b\d+\b.*Nome/.test(document.getElementById("problem").innerText)`)
	p.rewrite("mine/name.html", "Nome", "Name")
	e.until(`!document.body.hasAttribute("data-broken")`)
	p.feed = append([]pageItem{{title: "Omega", label: "Analysis"}}, p.feed[1:]...)
	p.writeFeed()
	p.must("fetch")
	e.is("Omega Beta Gamma / Delta Epsilon / ")
}

func showsMistake(_ *testing.T, b *proof.Browser, p *pageSite) {
	e := p.open(b, desk1280, "")
	e.is("Alpha Beta Gamma / Delta Epsilon / ")
	p.rewrite("roundup.yaml", "min_articles: 2", "min_articels: 2")
	e.until(`document.getElementById("problem").innerText.includes("roundup.yaml:19: digest.min_articels") && document.body.hasAttribute("data-broken")`)
	late := p.open(b, desk1280, "") // one who comes while it is broken
	late.until(`document.getElementById("problem").innerText.includes("min_articels")`)
	p.rewrite("roundup.yaml", "min_articels: 2", "min_articles: 2")
	e.until(`!document.body.hasAttribute("data-broken") && document.getElementById("problem").innerText.trim() === ""`)
	e.is("Alpha Beta Gamma / Delta Epsilon / ")
	late.is("Alpha Beta Gamma / Delta Epsilon / ")
	p.rewrite("roundup.yaml", "{{ .Lead.Title }}", "{{ .Lead.Titel }}")
	e.until(`document.getElementById("problem").innerText.includes(".Lead.Titel")`)
	p.rewrite("roundup.yaml", "{{ .Lead.Titel }}", "{{ .Lead.Title }}")
	e.until(`!document.body.hasAttribute("data-broken")`)
}

func showsConflict(_ *testing.T, b *proof.Browser, p *pageSite) {
	e := p.open(b, desk1280, "")
	e.click("#edit-2 summary")
	e.fill("#headline-2", "Mine")
	e.click("#save-2")
	e.is("Alpha Mine Gamma / Delta Epsilon / ")
	p.feed[1].title = "Beta, corrected"
	p.writeFeed()
	p.must("fetch")
	e.until(`document.querySelector("#article-2 .conflict").innerText.includes("Beta, corrected")`)
	e.click("#keep-headline-2")
	e.until(`!document.querySelector("#article-2 .conflict")`)
	e.is("Alpha Mine Gamma / Delta Epsilon / ")
	p.feed[1].title = "Beta, corrected twice"
	p.writeFeed()
	p.must("fetch")
	e.click("#theirs-headline-2")
	e.is("Alpha Beta, corrected twice Gamma / Delta Epsilon / ")
}

func refusesOnceStarted(_ *testing.T, b *proof.Browser, p *pageSite) {
	e := p.open(b, desk1280, "")
	e.is("Alpha Beta Gamma / Delta Epsilon / ")
	// The page is kept from following, as if the click were faster.
	proof.Eval[bool](e.t, e.tab, `(window.fetch = (fetch => (url, o) => String(url) === "stamp" ? new Promise(() => {}) : fetch(url, o))(window.fetch), true)`)
	p.must("send", "--now", "--yes")
	e.fill("#subject", "Too late")
	e.click("#save-words")
	e.said("Not done.")
	e.said("issue 1 has started")
	e.until(`document.querySelector("h1").textContent === "Issue 2"`)
}

func sendsTest(t *testing.T, b *proof.Browser, p *pageSite) {
	e := p.open(b, desk1280, "")
	e.fill("#to", "editor@magazine.example")
	e.click(`form[action="test"] button`)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	if err := p.mta.WaitMails(ctx, 1); err != nil {
		t.Fatal(err)
	}
	e.said("handed to 127.0.0.1 for editor@magazine.example")
	mail := p.mta.Mails()[0]
	if mail.To[0] != "editor@magazine.example" || !strings.Contains(string(mail.Data), "Subject: [Test] Alpha") {
		t.Errorf("to %q: %.600s", mail.To, mail.Data)
	}
	p.mta.Close()
	e.until(`document.getElementById("send").textContent === "Send"`)
	e.click(`form[action="test"] button`)
	e.said("Not done.")
}

// press types keys as a keyboard does.
func (e *editorTab) press(keys string) {
	e.t.Helper()
	e.tab.Do(e.t, chromedp.KeyEvent(keys))
}

func keyboardAlone(_ *testing.T, b *proof.Browser, p *pageSite) {
	e := p.open(b, desk1280, "")
	focused := func(selector string) {
		e.t.Helper()
		e.until(fmt.Sprintf("document.activeElement.matches(%q)", selector))
	}
	e.is("Alpha Beta Gamma / Delta Epsilon / ")
	e.press(kb.Tab)
	focused(".skip")
	e.press(kb.Enter + kb.Tab)
	e.until(`document.activeElement.closest("#articles")`)
	e.press("1")
	e.until(`document.getElementById("frame").width === "375"`)
	e.press("d")
	e.until(`document.getElementById("scheme-dark").hasAttribute("aria-current")`)
	e.press("jj")
	focused("#article-2")
	e.press("p")
	e.is("Beta Alpha Gamma / Delta Epsilon / ")
	focused("#article-2")
	e.press("]")
	e.is("Alpha Beta Gamma / Delta Epsilon / ")
	focused("#article-2")
	e.press("x")
	e.is("Alpha Gamma / Delta Epsilon / ")
	e.press("u")
	e.is("Alpha Beta Gamma / Delta Epsilon / ")
	e.press("2")
	// Buttons are reached and pressed without a single key.
	proof.Eval[bool](e.t, e.tab, `document.getElementById("article-3").focus(), true`)
	e.press(kb.Tab)
	e.until(`document.activeElement.closest("#article-3 h4")`)
	e.press(kb.Tab)
	focused("#up-3")
	outline := `getComputedStyle(document.activeElement).outlineStyle === "solid" && parseFloat(getComputedStyle(document.activeElement).outlineWidth) >= 2`
	e.until(outline)
	e.press(kb.Enter)
	e.is("Alpha Gamma Beta / Delta Epsilon / ")
	focused("#up-3")
	e.press(kb.ArrowRight)
	focused("#down-3")
	e.press(kb.ArrowRight + " ")
	e.until(`document.getElementById("pin-3").textContent === "Unpin"`)
	focused("#pin-3")
	e.press(kb.Tab)
	focused("#edit-3 summary")
	e.press(kb.Enter + kb.Tab)
	focused("#headline-3")
	e.press(kb.End + "!")
	e.tab.Do(e.t, chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(kb.ModifierCtrl)))
	e.is("Alpha Gamma! Beta / Delta Epsilon / ")
	focused("#headline-3")
	e.press(kb.Escape)
	focused("#edit-3 summary")
	// Single keys can be switched off.
	e.press("?")
	focused("#keys summary")
	e.press(kb.Tab + " ")
	proof.Eval[bool](e.t, e.tab, `document.activeElement.blur(), true`)
	e.press("3")
	e.until(`document.getElementById("view-desktop").hasAttribute("aria-current") && !document.getElementById("keys-on").checked`)
}

func withoutScript(t *testing.T, b *proof.Browser, p *pageSite) {
	e := p.open(b, desk1280, "view=text")
	proof.Call(t, e.tab, network.Enable, network.EnableParams{})
	proof.Call(t, e.tab, network.SetBlockedURLs, network.SetBlockedURLsParams{
		URLPatterns: []*network.BlockPattern{{URLPattern: "*://*:*/*/preview*.js", Block: true}},
	})
	e.tab.Do(t, chromedp.Navigate(p.at("view=text")))
	e.until(`!document.documentElement.classList.contains("script")`)
	e.tab.Do(t, chromedp.Click("#pin-3"))
	e.is("Gamma Alpha Beta / Delta Epsilon / ")
	e.until(`document.querySelector("#said form button") && document.querySelector(".part") && location.search.includes("view=text")`)
	e.tab.Do(t, chromedp.Click("#view-phone"))
	e.until(`document.getElementById("frame").width === "375"`)
	e.fill("#subject", "Typed")
	e.tab.Do(t, chromedp.Click("#words-form button"))
	e.until(`document.title.includes("Typed") && document.getElementById("frame").width === "375"`)
}

func hostileTexts(t *testing.T, b *proof.Browser, p *pageSite) {
	p.feed[0].title = html.EscapeString(`"><img src=x onerror="top.pwned=1"><script>top.pwned=1</script>` + strings.Repeat("long", 40))
	p.writeFeed()
	p.must("fetch")
	p.must("edit", "note", `<script>top.pwned=1</script> [x](javascript:top.pwned=1)`)
	for _, view := range []string{"desktop", "text", "source"} {
		e := p.open(b, proof.View{Width: 375, Height: 800}, "view="+view)
		e.until(`document.querySelector("#article-1 h4").textContent.includes("<script>top.pwned=1</script>")`)
		e.until(`document.documentElement.scrollWidth <= 375`)
		if proof.Eval[bool](t, e.tab, `"pwned" in window || [...document.scripts].some((s) => !/preview[a-z_]*[.]js$/.test(s.src)) || document.querySelectorAll("main img").length !== 0`) {
			t.Errorf("%s: markup came through", view)
		}
	}
}

func asSubscriber(_ *testing.T, b *proof.Browser, p *pageSite) {
	p.must("subscribers", "change", "r1@readers.example", "--name", "Ada Lovelace")
	e := p.open(b, desk1280, "view=text")
	e.until(`document.querySelector(".part").textContent.includes("reader@example.org")`)
	e.fill("#as", "R1@readers.example")
	e.click("form[data-display] button")
	e.until(`document.querySelector(".part").textContent.includes("r1@readers.example") && location.search.includes("as=")`)
	e.click("#view-desktop")
	e.until(inMail + `.includes("r1@readers.example")`)
	e.fill("#as", "nobody@readers.example")
	e.click("form[data-display] button")
	e.until(`document.getElementById("notes").textContent.includes("stand-in") && ` + inMail + `.includes("reader@example.org")`)
}

func checksEverything(t *testing.T, b *proof.Browser, p *pageSite) {
	e := p.open(b, desk1280, "")
	e.until(`document.getElementById("checks-sum-issue") && document.querySelector("#check-form button").textContent === "Check everything"`)
	proof.Eval[bool](t, e.tab, `document.getElementById("checks").scrollIntoView(), true`)
	e.until(`document.querySelector("#check-form button").textContent === "Check again"`)
	e.until(`document.getElementById("checks").textContent.includes("127.0.0.1")`)
	if got := p.mta.Kept(); got != 0 {
		t.Errorf("a check sent %d mails", got)
	}
}
