package readers_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"roundup/internal/testing/proof"
	"roundup/web/readers"
)

// magazine is a publication's site whose every page has the form on it.
func magazine(t *testing.T, base string, scripts bool) *httptest.Server {
	t.Helper()
	form, err := readers.Embed(readers.EmbedOptions{
		BaseURL: base, Language: "en", Sections: []readers.Section{{Title: "Analysis", Key: "analysis"}, {Title: "In brief", Key: "in-brief"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if !scripts {
			w.Header().Set("Content-Security-Policy", "script-src 'none'")
		}
		_, _ = io.WriteString(w, `<!doctype html><html lang="en"><title>Magazine</title><h1>Magazine</h1>`+form)
	}))
	t.Cleanup(s.Close)
	return s
}

// The form of roundup embed on another site, in a browser: with its script the answer is
// said beside it; without, or from a site that is not named, a page of ours asks for one
// more press, and takes it.
func TestEmbeddedFormInABrowser(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs Chromium, and a form is not sent within two seconds")
	}
	b := proof.NewBrowser(t)
	for _, tt := range []struct {
		name                      string
		allowed, scripts, doubted bool
	}{
		{"allowed", true, true, false}, {"allowed, without scripts", true, false, false}, {"not allowed", false, true, false},
		{"while a code is asked for", true, true, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ours := httptest.NewUnstartedServer(nil)
			base := "http://" + ours.Listener.Addr().String()
			site := magazine(t, base, tt.scripts)
			d := newDoor(t, func(o *readers.Options) {
				o.BaseURL, o.Now, o.AskIn = base, time.Now, 0
				if o.Origins = nil; tt.allowed {
					o.Origins = []string{site.URL}
				}
				if tt.doubted {
					o.Confirmations = &tally{asked: 20}
				}
			})
			ours.Config.Handler = d.pages
			ours.Start()
			t.Cleanup(ours.Close)

			tab := b.Open(t, proof.View{Width: 375}, site.URL, nil)
			if wide := proof.Eval[int](t, tab, `document.documentElement.scrollWidth`); wide > 375 {
				t.Errorf("the form makes the page %d wide", wide)
			}
			tab.Do(t, chromedp.Focus(`input[name=email]`), chromedp.SendKeys(`input[name=email]`, "new@readers.example\r"))
			if said := proof.Eval[string](t, tab, `document.querySelector("[role=status]")?.textContent ?? ""`); tt.scripts && tt.allowed && !tt.doubted && !strings.Contains(said, "One moment") {
				t.Errorf("while it is sent: %q", said)
			}
			onTheirs := tt.allowed && tt.scripts && !tt.doubted
			switch {
			case onTheirs:
				tab.Do(t, chromedp.Poll[chromedp.Void](`document.querySelector("[role=status]").textContent.includes("Look into your mailbox")`))
				if at := proof.Eval[string](t, tab, `location.origin`); at != site.URL {
					t.Errorf("the reader is at %s", at)
				}
			case tt.doubted:
				tab.Do(t, chromedp.WaitVisible(`#subscribe-digits`))
				shown := proof.Eval[string](t, tab, `document.querySelector("#subscribe-code").textContent`)
				tab.Do(t, chromedp.Focus(`#subscribe-digits`), chromedp.SendKeys(`#subscribe-digits`, shown+"\r"), chromedp.WaitNotPresent(`form.subscribe`))
				if said := proof.Eval[string](t, tab, `document.querySelector("h1").textContent`); said != "Look into your mailbox" {
					t.Errorf("after the digits: %s", said)
				}
			default:
				tab.Do(t, chromedp.WaitVisible(`form.subscribe`))
				shown := proof.Eval[string](t, tab, `[location.href, document.querySelector("#subscribe-email").value].join(" ")`)
				if shown != base+"/subscribe new@readers.example" || d.list.count() > 0 {
					t.Fatalf("at %s, %d asked", shown, d.list.count())
				}
				time.Sleep(2 * time.Second) // as a person does, who reads
				tab.Do(t, chromedp.Click(`form.subscribe button`), chromedp.WaitNotPresent(`form.subscribe`))
				if said := proof.Eval[string](t, tab, `document.querySelector("h1").textContent`); said != "Look into your mailbox" {
					t.Errorf("after one more press: %s", said)
				}
			}
			want := fmt.Sprintf("new@readers.example  %s reader", map[bool]string{true: site.URL, false: base + "/subscribe"}[onTheirs])
			if !slices.Equal(d.list.asked, []string{want}) {
				t.Errorf("asked %q, want %q", d.list.asked, want)
			}
		})
	}
}

// What is wrong is said beside the form, and what to change of it has the focus.
func TestEmbeddedFormMarksWhatIsWrong(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs Chromium, and a form is not sent within two seconds")
	}
	ours := httptest.NewUnstartedServer(nil)
	base := "http://" + ours.Listener.Addr().String()
	site := magazine(t, base, true)
	d := newDoor(t, func(o *readers.Options) {
		o.BaseURL, o.Now, o.Origins = base, time.Now, []string{site.URL}
		o.Sections = []readers.Section{{Title: "Analysis", Key: "analysis"}, {Title: "In brief", Key: "in-brief"}}
	})
	ours.Config.Handler = d.pages
	ours.Start()
	t.Cleanup(ours.Close)

	tab := proof.NewBrowser(t).Open(t, proof.View{Width: 375}, site.URL, nil)
	small := proof.Eval[int](t, tab, `document.querySelector("details").open = true,
		[...document.querySelectorAll("form input:not([type=hidden]):not([tabindex]), form button, form summary")].filter(e => e.getBoundingClientRect().height < 24).length`)
	if small > 0 {
		t.Errorf("%d fields and boxes are too small to press", small)
	}
	tab.Do(t, chromedp.Focus(`input[name=email]`), chromedp.SendKeys(`input[name=email]`, "nobody\r"),
		chromedp.Poll[chromedp.Void](`document.querySelector("[role=status]").textContent.includes("Please write it like")`))
	if !proof.Eval[bool](t, tab, `document.activeElement.name === "email" && document.activeElement.getAttribute("aria-invalid") === "true"`) {
		t.Error("the address is not marked")
	}
	proof.Eval[bool](t, tab, `document.querySelectorAll("[name=sections]").forEach(box => box.checked = false), document.querySelector("details").open = false`)
	tab.Do(t, chromedp.SendKeys(`input[name=email]`, "@readers.example\r"),
		chromedp.Poll[chromedp.Void](`document.querySelector("[role=status]").textContent.includes("at least one section")`))
	if !proof.Eval[bool](t, tab, `document.activeElement.value === "analysis" && !document.querySelector("[aria-invalid]")`) {
		t.Error("the sections are not marked")
	}
}

// The page behind the form is framed by the sites that may have it, and others by nobody.
func TestFrames(t *testing.T) {
	t.Parallel()
	named, unnamed := newDoor(t), newDoor(t, func(o *readers.Options) { o.Origins = nil })
	for _, tt := range []struct {
		door       *door
		path, want string
	}{
		{named, "/subscribe", "frame-ancestors https://magazine.example"},
		{unnamed, "/subscribe", "frame-ancestors 'none'"},
		{named, "/confirm/x", "frame-ancestors 'none'"},
		{named, "/never/x", "frame-ancestors 'none'"},
		{named, "/nowhere", "frame-ancestors 'none'"},
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			policy := tt.door.do(t, ask{method: method, path: tt.path}).Header().Get("Content-Security-Policy")
			if !strings.HasSuffix(policy, tt.want) || strings.Count(policy, "frame-ancestors") != 1 {
				t.Errorf("%s %s: %s, want %s", method, tt.path, policy, tt.want)
			}
		}
	}
}

// Only a newsletter that comes every week is called weekly.
func TestEmbeddedFormIsWeeklyWhereTheNewsletterIs(t *testing.T) {
	t.Parallel()
	for _, weekly := range []bool{true, false} {
		form, err := readers.Embed(readers.EmbedOptions{BaseURL: "https://news.example", Language: "en", Weekly: weekly})
		if err != nil || strings.Contains(form, "weekly") != weekly {
			t.Errorf("weekly %v: %v %s", weekly, err, form)
		}
	}
}
