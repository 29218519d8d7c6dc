package main

import (
	"strings"
	"testing"

	"roundup/internal/testing/proof"
)

// TestPreviewSaysHowItStands: what keeps the issue from going out, and sources
// that fail, stand at the top of the page.
func TestPreviewSaysHowItStands(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("opens a dozen tabs")
	}
	browser := proof.NewBrowser(t)
	for name, test := range map[string]func(*testing.T, *proof.Browser, *pageSite){
		"a source fails":    saysWhatFails,
		"too few":           saysTooFew,
		"not filled in":     saysWhatIsMissing,
		"an example":        showsExample,
		"nothing is to say": saysNothing,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, browser, newPageSite(t))
		})
	}
}

// state is what the top of the page says.
const state = `document.getElementById("state").innerText`

func saysNothing(t *testing.T, b *proof.Browser, p *pageSite) {
	e := p.open(b, desk1280, "")
	e.is("Alpha Beta Gamma / Delta Epsilon / ")
	if got := proof.Eval[string](t, e.tab, state); strings.TrimSpace(got) != "" {
		t.Errorf("got %q", got)
	}
}

func saysWhatFails(t *testing.T, b *proof.Browser, p *pageSite) {
	e := p.open(b, desk1280, "")
	p.rewrite("roundup.yaml", "sources:\n", "sources:\n  - url: http://nowhere.invalid/feed\n")
	p.run("fetch")
	e.until(state + `.includes("1 of 2 sources could not be read.")`)
	e.until(state + `.includes("nowhere.invalid/feed: ")`)
	said := proof.Eval[string](t, e.tab, `document.body.innerText`)
	for _, raw := range []string{"lookup", "dial tcp", "roundup fetch", "`roundup"} {
		if strings.Contains(said, raw) {
			t.Errorf("%q is said to an editor: %s", raw, said)
		}
	}
	// What was read is told, too.
	e.click("#fetch")
	e.said("Read 1 of 2 sources")
	e.said("Not read: nowhere.invalid/feed")
	e.until(`!document.getElementById("said").textContent.includes("Not done")`)
}

func saysTooFew(_ *testing.T, b *proof.Browser, p *pageSite) {
	e := p.open(b, desk1280, "")
	p.rewrite("roundup.yaml", "min_articles: 2", "min_articles: 6")
	e.until(`document.querySelector("#state .stop h2").textContent.includes("will not go out")`)
	e.until(state + `.includes("only 5 new articles (minimum 6)")`)
	p.rewrite("roundup.yaml", "min_articles: 6", "min_articles: 2")
	e.until(`!document.querySelector("#state .stop")`)
}

func saysWhatIsMissing(_ *testing.T, b *proof.Browser, p *pageSite) {
	e := p.open(b, desk1280, "")
	p.rewrite("roundup.yaml", "\n  postal_address:", "\n  # postal_address:")
	e.until(state + `.includes("not filled in yet: the postal address.")`)
}

func showsExample(t *testing.T, b *proof.Browser, p *pageSite) {
	p.must("send", "--now", "--yes")
	e := p.open(b, desk1280, "")
	e.until(`document.getElementById("articles-title").textContent === "An example of old articles"`)
	e.until(state + `.includes("There is no article to print.")`)
	if proof.Eval[int](t, e.tab, `document.querySelectorAll("#articles .section .acts, #articles .section [draggable]").length`) != 0 {
		t.Error("an example can be edited")
	}
	if proof.Eval[bool](t, e.tab, `(ids => new Set(ids).size !== ids.length)([...document.querySelectorAll("[id]")].map(x => x.id))`) {
		t.Error("an id is there twice")
	}
}
