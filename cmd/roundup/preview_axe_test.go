package main

import (
	"fmt"
	"testing"

	"roundup/internal/testing/proof"
)

// TestPreviewPageIsAccessible: axe-core holds nothing against the page, wide and
// narrow, by day and by night, with everything open, and with a mistake to mend.
func TestPreviewPageIsAccessible(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("looks at the page in every state")
	}
	browser := proof.NewBrowser(t)
	p := newPageSite(t)
	p.must("articles", "headline", "2", "Mine")
	p.must("articles", "drop", "5")
	p.must("articles", "skip", "4")
	p.feed[1].title = "Beta, corrected"
	p.writeFeed()
	p.must("fetch")
	p.must("subscribers", "add", "joined@readers.example") // for the chart of the list
	day, night := proof.View{Width: 1280}, proof.View{Width: 1280, Dark: true}
	for view, looks := range map[proof.View][]string{
		day:                      {"view=phone", "view=source"},
		night:                    {"view=text", "view=desktop&images=off"},
		{Width: 375}:             {"view=desktop&scheme=dark"},
		{Width: 375, Dark: true}: {"view=phone"},
	} {
		for _, look := range looks {
			e := p.open(browser, view, look)
			e.until(`document.querySelector(".conflict") && document.querySelector("#growth svg")`)
			proof.Eval[bool](t, e.tab, `document.querySelectorAll("details").forEach(d => d.open = true), true`)
			e.click("#restore-4")
			e.said("is restored")
			e.click("#said form button, #skip-4")
			e.until(`document.getElementById("restore-4")`)
			e.holdsNothing(fmt.Sprintf("%s at %+v", look, view))
		}
	}
	p.rewrite("roundup.yaml", "cron:", "corn:")
	for _, view := range []proof.View{day, night} {
		e := p.open(browser, view, "")
		e.until(`document.getElementById("problem").innerText.includes("corn")`)
		e.holdsNothing("a mistake")
	}
}

// holdsNothing has axe-core look at the page. The mail in its frame is audited
// where mails are.
func (e *editorTab) holdsNothing(what string) {
	e.t.Helper()
	for _, v := range e.tab.Axe(e.t, "frame-tested") {
		e.t.Errorf("%s: %s", what, v)
	}
}
