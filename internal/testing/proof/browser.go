package proof

import (
	"context"
	_ "embed"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"text/template"
	"time"

	"github.com/chromedp/chromedp"
)

// startTimeout is how long Chromium may take to start on a busy machine.
const startTimeout = 2 * time.Minute

//go:embed fonts.conf
var fontsConf string

// Browser is a Chromium of a test's own, without a window. It reaches nothing
// but loopback, has the fonts of fonts.conf, and draws the same picture each time.
type Browser struct {
	ctx   context.Context
	mu    sync.Mutex
	drawn map[http.Handler]*drawn
	left  []*Tab // by tests that have ended
}

// cached answers as pictures do, and draws each only once.
func (b *Browser) cached(pictures http.Handler) http.Handler {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.drawn[pictures] == nil {
		b.drawn[pictures] = &drawn{pictures: pictures, answers: map[string]*httptest.ResponseRecorder{}}
	}
	return b.drawn[pictures]
}

// NewBrowser starts Chromium for a test and its subtests, and stops it when they
// have ended. Where there is none the test is skipped, or failed: see Lack.
func NewBrowser(t testing.TB) *Browser {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		Lack(t, "chromium", "apt-get install chromium")
	}
	// Not of the test's context, which ends before its cleanup: Chromium is asked
	// to leave first, and leaves no process behind.
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.Env("FONTCONFIG_FILE="+fonts(t)),
		chromedp.WSURLReadTimeout(startTimeout),
		chromedp.Flag("no-sandbox", os.Geteuid() == 0), // root has no other way
		// Names lead nowhere: what a page asks for is answered by the test.
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost"),
		chromedp.Flag("disable-lcd-text", true),
		chromedp.Flag("font-render-hinting", "none"),
		chromedp.Flag("force-color-profile", "srgb"),
		chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("lang", "en-US"),
	)
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, leave := chromedp.NewContext(allocator)
	t.Cleanup(func() {
		_ = chromedp.Cancel(ctx) // what is left then is killed
		leave()
		stop()
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	return &Browser{ctx: ctx, drawn: map[http.Handler]*drawn{}}
}

// fonts writes the fontconfig file of a test's Chromium.
func fonts(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	file, err := os.Create(filepath.Join(dir, "fonts.conf"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	err = template.Must(template.New("fonts.conf").Parse(fontsConf)).Execute(file, map[string]string{
		"Gelasio": filepath.Join(tools(t), "node_modules", "@expo-google-fonts", "gelasio"),
		"Cache":   filepath.Join(dir, "cache"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return file.Name()
}
