package main

import (
	"bufio"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"roundup/internal/sample"
	"roundup/internal/testing/proof"
	"roundup/internal/testing/smtptest"
)

// pageSite is a newsletter whose editor has the preview open.
type pageSite struct {
	*site
	url  string           // as it was printed
	www  *httptest.Server // where the pictures are
	feed []pageItem
}

// pageItem is an article of the feed of a pageSite.
type pageItem struct {
	title, label, picture string
	undated               bool
}

// newPageSite starts the real `roundup preview` on five articles: three of
// Analysis, which has room for three, and two of Opinion.
func newPageSite(t testing.TB) *pageSite {
	t.Helper()
	pictures, err := sample.Pictures()
	if err != nil {
		t.Fatal(err)
	}
	www := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/jpeg")
		_, _ = w.Write(pictures[0].JPEG)
	}))
	t.Cleanup(www.Close)
	p := &pageSite{site: newSite(t, 2, smtptest.Options{}), www: www, feed: []pageItem{
		{title: "Alpha", label: "Analysis", picture: "a.jpg"}, {title: "Beta", label: "Analysis"}, {title: "Gamma", label: "Analysis"},
		{title: "Delta", label: "Opinion"}, {title: "Epsilon", label: "Opinion"},
	}}
	p.writeFeed()
	p.preview()
	return p
}

// writeFeed writes the feed, its first article the newest.
func (p *pageSite) writeFeed() {
	p.t.Helper()
	var b strings.Builder
	b.WriteString(`<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>Magazine</title><link>https://magazine.example/</link>`)
	for i, item := range p.feed {
		fmt.Fprintf(&b, "<item><title><![CDATA[%s]]></title><link>https://magazine.example/a/%d</link><guid>%d</guid><description>What %d says.</description><category>%s</category>",
			item.title, i, i, i, item.label)
		if !item.undated {
			fmt.Fprintf(&b, "<pubDate>%s</pubDate>", time.Now().Add(-time.Duration(i+1)*time.Hour).Format(time.RFC1123Z))
		}
		if item.picture != "" {
			fmt.Fprintf(&b, `<media:content url="%s/%s" medium="image" width="1200" height="675"><media:description>Hills</media:description></media:content>`, p.www.URL, item.picture)
		}
		b.WriteString("</item>")
	}
	b.WriteString("</channel></rss>")
	p.write("feed.xml", b.String())
}

// preview starts the program; it is asked to leave when the test ends.
func (p *pageSite) preview() {
	p.t.Helper()
	cmd := p.command("preview", "--no-open")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGINT) }
	cmd.WaitDelay = 20 * time.Second
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { _ = cmd.Wait() }) // the test's context has ended it
	line, err := bufio.NewReader(out).ReadString('\n')
	if _, rest, ok := strings.Cut(line, "Preview at "); ok {
		p.url, _, _ = strings.Cut(rest, " ")
	}
	if p.url == "" {
		p.t.Fatalf("no address: %q, %v", line, err)
	}
}

// rewrite replaces text in a file, which must be there.
func (p *pageSite) rewrite(name, old, text string) {
	p.t.Helper()
	was, err := os.ReadFile(filepath.Join(p.dir, name))
	if err != nil || !strings.Contains(string(was), old) {
		p.t.Fatalf("%s does not hold %q: %v", name, old, err)
	}
	p.write(name, strings.Replace(string(was), old, text, 1))
}

// editorTab is the page in a browser.
type editorTab struct {
	t   testing.TB
	tab *proof.Tab
}

// at is the printed address, with its token, at a look: "view=text".
func (p *pageSite) at(look string) string { return p.url + "&" + look }

// open opens the page at a look.
func (p *pageSite) open(b *proof.Browser, view proof.View, look string) *editorTab {
	p.t.Helper()
	return &editorTab{p.t, b.Open(p.t, view, p.at(look), nil)}
}

// desk is the editor's own screen.
var desk1280 = proof.View{Width: 1280, Height: 900}

// until waits for a condition in the page.
func (e *editorTab) until(condition string) {
	e.t.Helper()
	e.tab.Until(e.t, condition)
}

// click clicks what a selector finds, where a person would.
func (e *editorTab) click(selector string) {
	e.t.Helper()
	e.until(fmt.Sprintf("document.querySelector(%q)", selector))
	proof.Eval[bool](e.t, e.tab, fmt.Sprintf("document.querySelector(%q).click(), true", selector))
}

// fill writes into a field as a person does, in the place of what was there.
func (e *editorTab) fill(selector, text string) {
	e.t.Helper()
	proof.Eval[bool](e.t, e.tab, fmt.Sprintf(`(f => { f.focus(); f.select(); document.execCommand("insertText", false, %q); return true })(document.querySelector(%q))`, text, selector))
}

// order is the printed order: "Alpha Beta / Delta", sections apart.
const order = `[...document.querySelectorAll("#articles .section")].map(s => [...s.querySelectorAll(".card.in h4")].map(h => h.textContent).join(" ")).join(" / ")`

// inMail says what the frame's mail prints.
const inMail = `document.getElementById("frame").contentDocument.body.innerText`

// is waits until the printed order is this one.
func (e *editorTab) is(want string) {
	e.t.Helper()
	e.until(fmt.Sprintf("%s === %q", order, want))
}

// said waits until the page says this.
func (e *editorTab) said(want string) {
	e.t.Helper()
	e.until(fmt.Sprintf(`document.getElementById("said").textContent.includes(%q)`, want))
}
