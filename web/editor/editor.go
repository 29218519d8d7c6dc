// Package editor owns the editor's page: the next issue as readers will get it,
// what can be changed about it, and every word of that.
//
// It must not choose, compile or send, know SQL, or change anything on a GET; nor
// tell a browser to type a command: whoever edits may not reach the server.
//
// Start reading with New, which lists the routes. desk.go says what the page asks
// for; deskview.go asks the desk for it, and puts it into an editor's words.
package editor

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

// fresh is how long an issue put together is shown while its stamp is the same: the
// figures of readers and of past issues, and dates, change without it.
const fresh = time.Minute

// script is the type of the page's own scripts.
const script = "text/javascript; charset=utf-8"

// Options are what the editor's page is built from.
type Options struct {
	Desk    Desk
	Checker Checker // nil: no checks but those of the mail itself
	Fetcher Fetcher // nil: the page can't have the sources read
	// Host says which names the page is reached by, ports and all; requests
	// under any other are refused. Loopback, for a page on one's own machine.
	Host func(host string) bool
	// Key is what the page is opened with; nil for a page that asks nobody for one.
	Key *Key
	// Allow says who may look and edit; nil for everybody who reaches the page.
	Allow func(*http.Request) bool
	Now   func() time.Time
	Log   *slog.Logger
}

// New serves the editor's page: the next issue, as readers will get it,
// and everything that can be changed about it.
//
// All its addresses are relative, so that it can be mounted below any path with
// http.StripPrefix. What keeps strangers out is Host, Key and Allow: nothing
// in the page itself depends on where it runs.
func New(o Options) (http.Handler, error) {
	pages, err := template.ParseFS(templates.Web, "web/preview*.html")
	if err != nil {
		return nil, err
	}
	s := &server{Options: o, pages: pages, remarks: newRemarks()}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.show)
	mux.HandleFunc("GET /stamp", s.stamp)
	mux.HandleFunc("POST /edit", s.readable(s.edit))
	mux.HandleFunc("POST /words", s.readable(s.words))
	mux.HandleFunc("POST /undo", s.readable(s.undo))
	mux.HandleFunc("POST /test", s.readable(s.test))
	mux.HandleFunc("POST /check", s.readable(s.check))
	mux.HandleFunc("POST /fetch", s.readable(s.fetch))
	mux.HandleFunc("GET /issue.html", s.mail)
	mux.HandleFunc("GET /issue.txt", s.file("text/plain; charset=utf-8", func(p Preview) []byte { return []byte(p.Text) }))
	mux.HandleFunc("GET /issue.eml", s.file("text/plain; charset=utf-8", func(p Preview) []byte { return p.Mail }))
	mux.HandleFunc("GET /issue.json", s.file("application/json", func(p Preview) []byte { return p.JSON }))
	for name, kind := range map[string]string{
		"preview.css": "text/css; charset=utf-8", "preview.js": script, "preview_keys.js": script, "preview_cards.js": script, "preview_mail.js": script, "preview_said.js": script,
	} {
		if err := serveAsset(mux, name, kind); err != nil {
			return nil, err
		}
	}
	return s.guard(o.Key.before(mux, pages)), nil
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

// server serves the editor's page.
type server struct {
	Options
	pages   *template.Template
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
	at        time.Time // it was put together
}

// checked is what the checks said last.
type checked struct {
	results []CheckResult
	err     error
	stamp   string // of the issue that was looked at
	at      time.Time
	done    bool
}

// compile puts the issue together, unless it is fresh and nothing changed since it last was.
func (s *server) compile(ctx context.Context, as string) (compiled, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	stamp, err := s.Desk.Stamp(ctx)
	if err != nil {
		return compiled{stamp: stamp}, err
	}
	now := s.Now()
	if s.last.stamp == stamp && s.last.as == as && stamp != "" && now.Sub(s.last.at) < fresh {
		return s.last, nil
	}
	p, err := s.Desk.Preview(ctx, as)
	if err != nil {
		s.last = compiled{}
		return compiled{preview: p, stamp: stamp}, err
	}
	s.last = compiled{preview: p, stamp: stamp, as: as, at: now}
	return s.last, nil
}

// stamp answers the page's question whether anything has changed.
func (s *server) stamp(w http.ResponseWriter, r *http.Request) {
	stamp, err := s.Desk.Stamp(r.Context())
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
