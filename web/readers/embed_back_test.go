package readers_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"roundup/internal/testing/proof"
	"roundup/web/readers"
)

// Who comes back by the browser's own button to a page whose form has led away finds the form
// as it was, and can send it again: whatever it led away for, an answer that never comes too.
func TestEmbeddedFormAfterGoingBack(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs Chromium, and a form is not sent within two seconds")
	}
	b := proof.NewBrowser(t)
	for _, tt := range []struct {
		name, before string
		allowed      bool
		answer       func(w http.ResponseWriter, r *http.Request) // what the script is answered; nil: what all are
	}{
		{"a code is asked for", "true", true, nil},
		{"not allowed", "true", false, nil},
		{"no JSON", "true", true, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<p>Busy") }},
		{"no answer in time", `AbortSignal.timeout = () => AbortSignal.abort(); true`, true,
			func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ours := httptest.NewUnstartedServer(nil)
			base := "http://" + ours.Listener.Addr().String()
			site := magazine(t, base, true)
			d := newDoor(t, func(o *readers.Options) {
				o.BaseURL, o.Now, o.AskIn, o.Confirmations = base, time.Now, 0, &tally{asked: 20}
				if o.Origins = nil; tt.allowed {
					o.Origins = []string{site.URL}
				}
			})
			ours.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if tt.answer != nil && slices.Contains(r.Header["Accept"], "application/json") {
					w.Header().Set("Access-Control-Allow-Origin", site.URL)
					tt.answer(w, r)
					return
				}
				d.pages.ServeHTTP(w, r)
			})
			ours.Start()
			t.Cleanup(ours.Close)

			tab := b.Open(t, proof.View{Width: 375}, site.URL, nil)
			const says = `document.querySelector("[role=status]").textContent`
			before := proof.Eval[string](t, tab, says)
			proof.Eval[bool](t, tab, tt.before)
			tab.Do(t, chromedp.Focus(`input[name=email]`), chromedp.SendKeys(`input[name=email]`, "new@readers.example"))
			for range 2 {
				proof.Eval[bool](t, tab, `document.querySelector(".roundup-subscribe button").focus(); document.querySelector(".roundup-subscribe").requestSubmit(); true`)
				tab.Until(t, `location.origin === "`+base+`" && document.readyState === "complete"`)
				proof.Eval[bool](t, tab, `setTimeout(() => history.back()); true`)
				tab.Until(t, `location.origin === "`+site.URL+`" && document.readyState === "complete"`)
				if said := proof.Eval[string](t, tab, says); said != before {
					t.Errorf("back, the form says %q, want %q", said, before)
				}
				if dead := proof.Eval[bool](t, tab, `document.querySelector(".roundup-subscribe button").matches(":disabled, [aria-disabled=true]")`); dead {
					t.Error("back, its button can't be pressed")
				}
			}
		})
	}
}
