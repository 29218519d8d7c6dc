package proof

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// pageTimeout is how long anything in a tab may take on a busy machine.
const pageTimeout = time.Minute

// View is how a tab shows a page.
type View struct {
	Width    int // CSS pixels
	Height   int // CSS pixels; 0 for 900
	Scale    int // pixels of a shot a CSS pixel; 0 for 1
	Dark     bool
	NoImages bool
}

// Tab is a page in Chromium, with a profile of its own.
type Tab struct {
	ctx  context.Context
	view View
}

// Open opens an address in a new tab, which is closed with the test, and waits
// until the page, its fonts and its pictures are there. A site answers
// everything the page asks for; without one (nil), only loopback answers.
func (b *Browser) Open(t testing.TB, view View, address string, site http.Handler) *Tab {
	t.Helper()
	if view.Height == 0 {
		view.Height = 900
	}
	ctx, closeTab := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(closeTab)
	tab := &Tab{ctx: ctx, view: view}
	// The first call opens the tab and must be without a timeout.
	if _, err := chromedp.Call(ctx, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}); err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	scheme := "light"
	if view.Dark {
		scheme = "dark"
	}
	call(t, tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme},
		{Name: "prefers-reduced-motion", Value: "reduce"},
	}})
	tab.resize(t, view.Height)
	if site != nil || view.NoImages {
		asked := chromedp.Events(ctx, fetch.RequestPaused)
		go func() {
			for request, err := range asked {
				if err != nil {
					return // the tab is closed
				}
				tab.answer(request, site)
			}
		}()
		call(t, tab, fetch.Enable, fetch.EnableParams{})
	}
	tab.Do(t, chromedp.Navigate(address))
	tab.Settle(t)
	return tab
}

// Do runs actions of chromedp in the tab.
func (tab *Tab) Do(t testing.TB, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, pageTimeout)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		t.Fatalf("in Chromium: %v", err)
	}
}

// Eval runs JavaScript in a tab and returns what it says or promises.
func Eval[T any](t testing.TB, tab *Tab, script string) T {
	t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, pageTimeout)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("in Chromium: %.80s: %v", script, err)
	}
	return value
}

func call[P, R any](t testing.TB, tab *Tab, command cdp.Command[P, R], params P) R {
	t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, pageTimeout)
	defer cancel()
	result, err := chromedp.Call(ctx, command, params)
	if err != nil {
		t.Fatalf("in Chromium: %s: %v", command.Method, err)
	}
	return result
}

const settled = `Promise.all([document.fonts.ready, ...Array.from(document.images, i => i.decode().catch(() => 0))])
.then(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))).then(() => true)`

// Settle waits for fonts, pictures and two frames.
func (tab *Tab) Settle(t testing.TB) {
	t.Helper()
	Eval[bool](t, tab, settled)
}

// Shot takes a picture of the whole page.
func (tab *Tab) Shot(t testing.TB) image.Image {
	t.Helper()
	tab.resize(t, Eval[int](t, tab, `Math.ceil(document.documentElement.getBoundingClientRect().height)`))
	tab.Settle(t)
	img := tab.Screen(t)
	tab.resize(t, tab.view.Height)
	return img
}

// Screen takes a picture of what a screen of the view's size shows.
func (tab *Tab) Screen(t testing.TB) image.Image {
	t.Helper()
	shot := call(t, tab, page.CaptureScreenshot, page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatPng})
	img, err := png.Decode(bytes.NewReader(shot.Data))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func (tab *Tab) resize(t testing.TB, height int) {
	t.Helper()
	call(t, tab, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: int64(tab.view.Width), Height: int64(height), DeviceScaleFactor: float64(max(tab.view.Scale, 1)),
	})
}

// answer lets the site answer what a page asks for. A tab that is closed
// meanwhile needs no answer.
func (tab *Tab) answer(asked fetch.EventRequestPaused, site http.Handler) {
	switch {
	case tab.view.NoImages && asked.ResourceType == network.ResourceTypeImage:
		_, _ = chromedp.Call(tab.ctx, fetch.FailRequest, fetch.FailRequestParams{
			RequestID: asked.RequestID, ErrorReason: network.ErrorReasonBlockedByClient})
		return
	case site == nil:
		_, _ = chromedp.Call(tab.ctx, fetch.ContinueRequest, fetch.ContinueRequestParams{RequestID: asked.RequestID})
		return
	}
	recorder := httptest.NewRecorder()
	site.ServeHTTP(recorder, httptest.NewRequestWithContext(tab.ctx, asked.Request.Method, asked.Request.URL, nil))
	reply := fetch.FulfillRequestParams{
		RequestID: asked.RequestID, ResponseCode: int64(recorder.Code), Body: recorder.Body.Bytes(),
	}
	for name, values := range recorder.Header() {
		for _, value := range values {
			reply.ResponseHeaders = append(reply.ResponseHeaders, &fetch.HeaderEntry{Name: name, Value: value})
		}
	}
	_, _ = chromedp.Call(tab.ctx, fetch.FulfillRequest, reply)
}
