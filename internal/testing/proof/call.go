package proof

import (
	"context"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
)

// Call runs a command of the DevTools protocol in a tab, for what no action does.
func Call[P, R any](t testing.TB, tab *Tab, command cdp.Command[P, R], params P) R {
	t.Helper()
	return call(t, tab, command, params)
}

// Until waits until a condition, in JavaScript, holds in a tab, whatever page it
// shows meanwhile. An error in the condition counts as not yet.
func (tab *Tab) Until(t testing.TB, condition string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, pageTimeout)
	defer cancel()
	// One look must not outlast the page it looks at: a new page forgets to answer.
	look := func(script string) string {
		ctx, cancel := context.WithTimeout(ctx, pageTimeout/10)
		defer cancel()
		said, err := chromedp.Run(ctx, chromedp.Evaluate[string](script))
		if err != nil {
			return err.Error()
		}
		return said
	}
	for look(`String(Boolean(`+condition+`))`) != "true" {
		select {
		case <-ctx.Done():
			ctx = context.WithoutCancel(tab.ctx)
			t.Fatalf("never came true: %s\nthe page: %s", condition, look(`document.body.innerText.slice(0, 3000)`))
		case <-time.After(20 * time.Millisecond): // a poll of another process, bounded by ctx
		}
	}
}
