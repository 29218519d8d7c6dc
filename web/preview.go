package web

import (
	"context"
	"fmt"
	"hash/fnv"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"roundup/templates"
)

// patience is how long an answer may take that waits for others: a relay that
// takes a test, sources that are read, a list of checks, pictures to embed.
const patience = 5 * time.Minute

// script is the type of the page's own scripts.
const script = "text/javascript; charset=utf-8"

// PreviewOptions are what the editor's page is built from.
type PreviewOptions struct {
	Editor  Editor
	Checker Checker // nil: no checks but those of the mail itself
	Fetcher Fetcher // nil: the page can't have the sources read
	// Host says which names the page is reached by, ports and all; requests
	// under any other are refused. Loopback, for a page on one's own machine.
	Host func(host string) bool
	// Key is what the page is opened with; nil for a page that asks nobody for one.
	Key *PreviewKey
	// Allow says who may look and edit; nil for everybody who reaches the page.
	Allow func(*http.Request) bool
	Log   *slog.Logger
}

// NewPreview serves the editor's page: the next issue, as readers will get it,
// and everything that can be changed about it.
//
// All its addresses are relative, so that it can be mounted below any path with
// http.StripPrefix. What keeps strangers out is Host, Key and Allow: nothing
// in the page itself depends on where it runs.
func NewPreview(o PreviewOptions) (http.Handler, error) {
	page, err := template.ParseFS(templates.Web, "web/preview*.html")
	if err != nil {
		return nil, err
	}
	v := &preview{PreviewOptions: o, page: page, remarks: newRemarks()}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", v.show)
	mux.HandleFunc("GET /stamp", v.stamp)
	mux.HandleFunc("POST /edit", v.readable(v.edit))
	mux.HandleFunc("POST /words", v.readable(v.words))
	mux.HandleFunc("POST /undo", v.readable(v.undo))
	mux.HandleFunc("POST /test", v.readable(v.test))
	mux.HandleFunc("POST /check", v.readable(v.check))
	mux.HandleFunc("POST /fetch", v.readable(v.fetch))
	mux.HandleFunc("GET /issue.html", v.mail)
	mux.HandleFunc("GET /issue.txt", v.file("text/plain; charset=utf-8", func(p Preview) []byte { return []byte(p.Text) }))
	mux.HandleFunc("GET /issue.eml", v.file("text/plain; charset=utf-8", func(p Preview) []byte { return p.Mail }))
	mux.HandleFunc("GET /issue.json", v.file("application/json", func(p Preview) []byte { return p.JSON }))
	for name, kind := range map[string]string{
		"preview.css": "text/css; charset=utf-8", "preview.js": script, "preview_keys.js": script, "preview_cards.js": script, "preview_mail.js": script,
	} {
		if err := serveAsset(mux, name, kind); err != nil {
			return nil, err
		}
	}
	return v.guard(o.Key.before(mux, page)), nil
}

// serveAsset adds a file of the page to mux.
func serveAsset(mux *http.ServeMux, name, kind string) error {
	data, err := fs.ReadFile(templates.Web, "web/"+name)
	if err != nil {
		return fmt.Errorf("preview: %w", err)
	}
	mux.HandleFunc("GET /"+name, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		_, _ = w.Write(data) // a browser that went away
	})
	return nil
}

// preview serves the editor's page.
type preview struct {
	PreviewOptions
	page    *template.Template
	remarks *remarks
	history history

	mu   sync.Mutex
	last compiled
	seen checked
}

// compiled is an issue put together, kept for the requests that belong to one
// look at the page.
type compiled struct {
	preview   Preview
	stamp, as string
}

// checked is what the checks said last.
type checked struct {
	results []CheckResult
	err     error
	stamp   string // of the issue that was looked at
	done    bool
}

// compile puts the issue together, unless nothing changed since it last was.
func (v *preview) compile(ctx context.Context, as string) (compiled, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	stamp, err := v.Editor.Stamp(ctx)
	if err != nil {
		return compiled{stamp: stamp}, err
	}
	if v.last.stamp == stamp && v.last.as == as && stamp != "" {
		return v.last, nil
	}
	p, err := v.Editor.Preview(ctx, as)
	if err != nil {
		v.last = compiled{}
		return compiled{preview: p, stamp: stamp}, err
	}
	v.last = compiled{preview: p, stamp: stamp, as: as}
	return v.last, nil
}

// stamp answers the page's question whether anything has changed.
func (v *preview) stamp(w http.ResponseWriter, r *http.Request) {
	stamp, err := v.Editor.Stamp(r.Context())
	if err != nil {
		stamp = err.Error()
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte(digestOf(stamp))) // a browser that went away
}

// digestOf names a text in a few characters.
func digestOf(text string) string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(text)) // it never fails
	return fmt.Sprintf("%016x", h.Sum64())
}
