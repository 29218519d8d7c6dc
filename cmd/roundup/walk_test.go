package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"

	"roundup/internal/sample"
	"roundup/internal/testing/proof"
	"roundup/internal/testing/smtptest"
)

// TestWalk goes the whole way of a reader of the demo's magazine, in a browser: from the
// form on the publication's own site to being erased, in a language that is written from
// the left and in one from the right. Each page on the way fits a narrow screen and a wide
// one, by day and by night, and axe-core holds nothing against it.
func TestWalk(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs Chromium, and a form is not sent within two seconds")
	}
	browser := proof.NewBrowser(t)
	for _, language := range []string{"en", "ar"} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			newWalk(t, browser, language).walk()
		})
	}
}

// walk is a reader with a browser, and the demo's magazine.
type walk struct {
	*site
	tab      *proof.Tab
	address  string // the reader's
	language string
	base     string // of the readers' pages
	serve    *exec.Cmd
	clock    string // that the daemon is started with; "" for ours
	pages    int    // looked at so far
	log      bytes.Buffer
}

const walker, moved = "walker@readers.example", "moved@readers.example"

func newWalk(t *testing.T, b *proof.Browser, language string) *walk {
	t.Helper()
	mta, err := smtptest.New(smtptest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = mta.Close() })
	w := &walk{site: &site{t: t, dir: t.TempDir(), mta: mta, port: mta.Port()}, address: walker, language: language}
	w.must("demo", "--dir", "demo")
	w.dir = filepath.Join(w.dir, "demo")
	port, err := webPort()
	if err != nil {
		t.Fatal(err)
	}
	w.base = "http://127.0.0.1:" + port
	w.tab = b.Open(t, proof.View{Width: 1280}, "about:blank", nil)
	return w
}

// configure has the demo's newsletter go through our mail server, in the language.
func (w *walk) configure(origin string) {
	w.t.Helper()
	text := w.read("roundup.yaml")
	for pattern, with := range map[string]string{
		`base_url: .*`: "base_url: " + w.base, `listen: .*`: "listen: " + strings.TrimPrefix(w.base, "http://") + "\n  allow_origins: [\"" + origin + "\"]\n  welcome_issue: " + strconv.FormatBool(w.welcomed()),
		`  port: \d+`: "  port: " + strconv.Itoa(w.port), `  language: en`: "  language: " + w.language,
	} {
		text = regexp.MustCompile(pattern).ReplaceAllString(text, with)
	}
	w.write("roundup.yaml", text)
}

// welcomed reports whether the latest issue comes without being asked for.
func (w *walk) welcomed() bool { return w.language == "ar" }

func (w *walk) start() {
	w.t.Helper()
	w.serve = w.command("serve", "--quiet")
	w.serve.Stderr = &w.log
	if w.clock != "" {
		w.serve.Env = append(w.serve.Env, "ROUNDUP_CLOCK="+w.clock)
	}
	if err := w.serve.Start(); err != nil {
		w.t.Fatal(err)
	}
	answers(w.t, strings.TrimPrefix(w.base, "http://"))
}

func (w *walk) stop() {
	w.t.Helper()
	if err := w.serve.Process.Signal(syscall.SIGTERM); err != nil {
		w.t.Fatal(err)
	}
	if err := w.serve.Wait(); err != nil {
		w.t.Errorf("the daemon: %v", err)
	}
}

func (w *walk) open(path string) {
	w.t.Helper()
	w.does(fmt.Sprintf(`location.href = %q`, path))
	w.fine(path)
}

// press sends a form of the page.
func (w *walk) press(form, before string) {
	w.t.Helper()
	w.does(before + `; document.querySelector(` + strconv.Quote(form) + `).requestSubmit()`)
	w.fine(form)
}

// does runs what leads to another page, and waits for that.
func (w *walk) does(script string) {
	w.t.Helper()
	proof.Eval[bool](w.t, w.tab, `window.before = true; `+script+`; true`)
	w.tab.Until(w.t, `!window.before && document.readyState === "complete"`)
}

// fine looks at the page: at 320 and 1280 pixels, by day and by night.
func (w *walk) fine(what string) {
	w.t.Helper()
	w.pages++
	for _, view := range []proof.View{{Width: 320}, {Width: 1280, Dark: true}, {Width: 320, Dark: true}, {Width: 1280}} {
		scheme := "light"
		if view.Dark {
			scheme = "dark"
		}
		proof.Call(w.t, w.tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
		proof.Call(w.t, w.tab, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: int64(view.Width), Height: 1400, DeviceScaleFactor: 1})
		w.tab.Settle(w.t)
		if wide := proof.Eval[int](w.t, w.tab, `document.documentElement.scrollWidth`); wide > view.Width {
			w.t.Errorf("%s: %d pixels wide on a screen of %d", what, wide, view.Width)
		}
		for _, v := range w.tab.Axe(w.t) {
			w.t.Errorf("%s at %d, %s: %s", what, view.Width, scheme, v)
		}
		if dir := os.Getenv("WALK_SHOTS"); dir != "" {
			w.shoot(filepath.Join(dir, fmt.Sprintf("%s-%02d-%d-%s.png", w.language, w.pages, view.Width, scheme)))
		}
	}
}

// shoot keeps a picture of the page for a person to look at.
func (w *walk) shoot(path string) {
	w.t.Helper()
	f, err := os.Create(path)
	if err != nil {
		w.t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, w.tab.Screen(w.t)); err != nil {
		w.t.Fatal(err)
	}
}

func (w *walk) title() string {
	w.t.Helper()
	return proof.Eval[string](w.t, w.tab, `document.querySelector("h1").textContent`)
}

// mail waits for the walker's n-th mail, and returns its text and its links by what
// begins their path.
func (w *walk) mail(n int) (string, map[string]string) {
	w.t.Helper()
	var mine []smtptest.Mail
	for began := time.Now(); len(mine) < n; time.Sleep(20 * time.Millisecond) { // a poll for another process
		mine = nil
		for _, m := range w.mta.Mails() {
			if strings.Join(m.To, "") == w.address {
				mine = append(mine, m)
			}
		}
		if time.Since(began) > time.Minute {
			w.t.Fatalf("%d mails, want %d", len(mine), n)
		}
	}
	text, _, _ := parts(w.t, mine[n-1].Data)
	links := map[string]string{}
	for _, link := range regexp.MustCompile(regexp.QuoteMeta(w.base)+`(/\w+/)[\w-]+`).FindAllStringSubmatch(text, -1) {
		links[link[1]] = link[0]
	}
	return text, links
}

func (w *walk) walk() {
	form := ""
	magazine := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, _ *http.Request) {
		out.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(out, `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Magazine</title><main><h1>Magazine</h1>`+form+`</main>`)
	}))
	w.t.Cleanup(magazine.Close)
	w.t.Cleanup(func() {
		if w.t.Failed() {
			w.t.Logf("the daemon says:\n%s", w.log.String())
		}
	})
	w.configure(magazine.URL)
	embedded, err := w.command("embed").Output()
	if err != nil {
		w.t.Fatal(err)
	}
	form = string(embedded)
	w.start()

	w.open(magazine.URL)
	proof.Eval[bool](w.t, w.tab, `said = document.querySelector("[role=status]"); was = said.textContent; true`)
	proof.Eval[bool](w.t, w.tab, `document.querySelector("[name=email]").value = `+strconv.Quote(walker)+`; document.querySelector(".roundup-subscribe").requestSubmit(); true`)
	w.tab.Until(w.t, `said.textContent !== was`)
	_, links := w.mail(1)
	w.open(links["/confirm/"])
	w.press("main form", "")
	w.mail(2) // the welcome
	if !w.welcomed() {
		w.press("main form", "")
	}
	first, links := w.mail(3)
	w.choosesTwoSections(links["/u/"])
	w.nextWeek(first)
	w.leavesAndComesBack()
	w.searches()
	w.moves(links["/u/"])
	w.isErased(links["/u/"])
	w.stop()
}

// ownPage opens the reader's own page by way of the one to leave on.
func (w *walk) ownPage(leave string) {
	w.t.Helper()
	w.open(leave)
	w.open(proof.Eval[string](w.t, w.tab, `document.querySelector('a[href*="/me/"]').href`))
}

func (w *walk) choosesTwoSections(leave string) {
	w.t.Helper()
	w.ownPage(leave)
	w.press(`form[action="?choice"]`, `document.querySelectorAll("[name=sections]").forEach((box, i) => box.checked = i < 2)`)
	if on := proof.Eval[int](w.t, w.tab, `document.querySelectorAll("[name=sections]:checked").length`); on != 2 {
		w.t.Errorf("%d sections are on, want 2", on)
	}
}

// nextWeek sends the next issue, of a feed that has as much anew.
func (w *walk) nextWeek(first string) {
	w.t.Helper()
	then := time.Now().AddDate(0, 0, 7)
	feed, err := sample.Feed(then)
	if err != nil {
		w.t.Fatal(err)
	}
	w.write("feed.xml", strings.NewReplacer(".example/", ".example/later/", "<title>", "<title>Again: ").Replace(string(feed)))
	w.clock = then.UTC().Format(time.RFC3339)
	w.env = []string{"ROUNDUP_CLOCK=" + w.clock}
	w.must("send", "--now", "--yes")
	second, _ := w.mail(4)
	whole := ""
	for _, m := range w.mta.Mails() {
		if text, _, _ := parts(w.t, m.Data); len(text) > len(whole) && strings.Contains(text, "Again: ") {
			whole = text
		}
	}
	if strings.Contains(strings.ToLower(second), "opinion") || !strings.Contains(second, "Again: ") || len(second) >= len(whole) || second == first {
		w.t.Errorf("the issue of two sections has %d octets, the whole one %d:\n%s", len(second), len(whole), second)
	}
	w.stop()
	w.start()
}

func (w *walk) leavesAndComesBack() {
	w.t.Helper()
	_, links := w.mail(4)
	leave := links["/u/"]
	w.ownPage(leave)
	day := time.Now().AddDate(0, 1, 0).Format(time.DateOnly)
	w.press(`form[action="?pause"]`, `document.querySelector("[name=until]").value = `+strconv.Quote(day))
	if got := w.must("subscribers", "show", walker, "--json"); !strings.Contains(got, `"paused_until"`) {
		w.t.Errorf("after pausing: %s", got)
	}
	res, err := http.Post(leave, "application/x-www-form-urlencoded", strings.NewReader("List-Unsubscribe=One-Click"))
	if err != nil {
		w.t.Fatal(err)
	}
	_ = res.Body.Close()
	if got := w.must("subscribers", "show", walker, "--json"); res.StatusCode != http.StatusOK || !strings.Contains(got, `"unsubscribed"`) {
		w.t.Errorf("after one click (%d): %s", res.StatusCode, got)
	}
	w.open(leave)
	w.press(`form[action="?undo"]`, "")
	if got := w.must("subscribers", "show", walker, "--json"); !strings.Contains(got, `"active"`) || !strings.Contains(got, `"paused_until"`) {
		w.t.Errorf("after undoing: %s", got)
	}
}

// searches looks at the newsletter's own page, the archive and an issue, and reads the
// feeds as feed readers do.
func (w *walk) searches() {
	w.t.Helper()
	w.open(w.base + "/")
	w.open(w.base + "/issues/")
	w.press("[role=search]", `document.querySelector("#q").value = "Bread"`)
	if found := proof.Eval[int](w.t, w.tab, `document.querySelectorAll(".issues > li").length`); found == 0 {
		w.t.Error("the search finds nothing")
	}
	for _, form := range []string{"feed.atom", "feed.rss"} {
		w.parses(w.base + "/issues/" + form)
	}
}

// parses has feedparser read a feed.
func (w *walk) parses(address string) {
	w.t.Helper()
	const python = "/usr/bin/python3"
	if exec.CommandContext(w.t.Context(), python, "-c", "import feedparser").Run() != nil {
		if required("feedparser") {
			w.t.Error("feedparser is not here: apt-get install python3-feedparser")
		}
		w.t.Logf("%s was not read by feedparser: apt-get install python3-feedparser", address)
		return
	}
	script := `import feedparser, sys; d = feedparser.parse(sys.argv[1]); print(d.bozo, len(d.entries), all(e.id and e.title and e.link for e in d.entries))`
	out, err := exec.CommandContext(w.t.Context(), python, "-c", script, address).CombinedOutput()
	if err != nil || string(out) != "0 2 True\n" && string(out) != "False 2 True\n" {
		w.t.Errorf("%s: feedparser says %s (%v)", address, out, err)
	}
}

// moves has the mail sent to another address, once that has confirmed.
func (w *walk) moves(leave string) {
	w.t.Helper()
	w.ownPage(leave)
	w.press(`form[action="?address"]`, `document.querySelector("#me-email").value = `+strconv.Quote(moved))
	w.address = moved
	_, links := w.mail(1)
	w.open(links["/address/"])
	if got := w.must("subscribers", "show", walker, "--json"); !strings.Contains(got, `"active"`) {
		w.t.Errorf("before confirming: %s", got)
	}
	w.press("main form", "")
	if got := w.must("subscribers", "show", moved, "--json"); !strings.Contains(got, `"active"`) || !strings.Contains(got, `"sections_off"`) {
		w.t.Errorf("after confirming: %s", got)
	}
	w.address = walker
	if told, _ := w.mail(5); strings.Contains(told, moved) || !strings.Contains(told, "m***@readers.example") {
		w.t.Errorf("the old address is told: %s", told)
	}
	w.address = moved
}

func (w *walk) isErased(leave string) {
	w.t.Helper()
	w.ownPage(leave)
	own := proof.Eval[string](w.t, w.tab, `location.href.replace(/[?].*/, "")`)
	res, err := http.Post(own+"?data", "application/x-www-form-urlencoded", nil)
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	var held struct {
		Subscriber struct{ Email string }
		Deliveries []any
	}
	if err := json.NewDecoder(res.Body).Decode(&held); err != nil || held.Subscriber.Email != moved || len(held.Deliveries) == 0 {
		w.t.Errorf("my data: %+v, %v", held, err)
	}
	title := w.title()
	w.press(`form[action="?erase"]`, `document.querySelector("[name=sure]").checked = true`)
	if w.title() == title {
		w.t.Error("the page after erasing is the one before")
	}
	if code, out := w.run("subscribers", "show", moved); code == 0 || !strings.Contains(out, "forgotten") {
		w.t.Errorf("after erasing: %s", out)
	}
}
