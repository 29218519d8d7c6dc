package proof

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
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
	site atomic.Pointer[site] // what answers the page; nil: only loopback
}

// site answers what a page asks for, in a view.
type site struct {
	http.Handler // nil: loopback
	noImages     bool
}

// Open opens an address in a tab of its own until the test ends, and waits
// until the page, its fonts and its pictures are there. A site answers
// everything the page asks for; without one (nil), only loopback answers.
func (b *Browser) Open(t testing.TB, view View, address string, answers http.Handler) *Tab {
	t.Helper()
	if view.Height == 0 {
		view.Height = 900
	}
	var tab *Tab
	if answers == nil {
		var closeTab func()
		tab, closeTab = b.newTab(t)
		t.Cleanup(closeTab)
	} else {
		tab = b.lend(t)
	}
	tab.view = view
	scheme := "light"
	if view.Dark {
		scheme = "dark"
	}
	call(t, tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme},
		{Name: "prefers-reduced-motion", Value: "reduce"},
	}})
	tab.resize(t, view.Height)
	if answers != nil || view.NoImages {
		tab.answered(t, &site{answers, view.NoImages})
	}
	tab.Do(t, chromedp.Navigate(address))
	tab.Settle(t)
	return tab
}

func (b *Browser) newTab(t testing.TB) (*Tab, context.CancelFunc) {
	t.Helper()
	ctx, closeTab := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	// The first call opens the tab and must be without a timeout.
	if _, err := chromedp.Call(ctx, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}); err != nil {
		closeTab()
		t.Fatalf("open a tab: %v", err)
	}
	return &Tab{ctx: ctx}, closeTab
}

// lend is a tab that a test before has left, or a new one: a page in a new one takes
// thrice the processor time. Nothing is taken from the cache, which two sites may share.
func (b *Browser) lend(t testing.TB) *Tab {
	t.Helper()
	b.mu.Lock()
	var tab *Tab
	if last := len(b.left) - 1; last >= 0 {
		tab, b.left = b.left[last], b.left[:last]
	}
	b.mu.Unlock()
	if tab == nil {
		tab, _ = b.newTab(t) // it closes with the browser
		call(t, tab, network.Enable, network.EnableParams{})
		call(t, tab, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true})
	}
	t.Cleanup(func() {
		if t.Failed() {
			return // it may still be at something
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		b.left = append(b.left, tab)
	})
	return tab
}

// answered has a site answer what the tab's pages ask for from now on.
func (tab *Tab) answered(t testing.TB, by *site) {
	t.Helper()
	if tab.site.Swap(by) != nil {
		return // somebody listens already
	}
	asked := chromedp.Events(tab.ctx, fetch.RequestPaused)
	go func() {
		for request, err := range asked {
			if err != nil {
				return // the tab is closed
			}
			tab.answer(request, tab.site.Load())
		}
	}()
	call(t, tab, fetch.Enable, fetch.EnableParams{})
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
func (tab *Tab) answer(asked fetch.EventRequestPaused, by *site) {
	switch {
	case by.noImages && asked.ResourceType == network.ResourceTypeImage:
		_, _ = chromedp.Call(tab.ctx, fetch.FailRequest, fetch.FailRequestParams{
			RequestID: asked.RequestID, ErrorReason: network.ErrorReasonBlockedByClient})
		return
	case by.Handler == nil:
		_, _ = chromedp.Call(tab.ctx, fetch.ContinueRequest, fetch.ContinueRequestParams{RequestID: asked.RequestID})
		return
	}
	recorder := httptest.NewRecorder()
	by.ServeHTTP(recorder, httptest.NewRequestWithContext(tab.ctx, asked.Request.Method, asked.Request.URL, nil))
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
