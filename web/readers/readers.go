// Package readers owns the pages that readers reach from a mail, and the daemon's
// health: what Roundup answers strangers.
//
// It must not speak SMTP, know SQL, or change anything on a GET: mail scanners
// follow every link.
//
// Start reading with New, which lists the routes; each page has a file of its
// own, and errors.go turns failures into answers.
package readers

import (
	"cmp"
	"context"
	"html/template"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"roundup/internal/language"
	"roundup/subscribers"
	"roundup/templates"
)

// maxForm is how many octets a request's body may have: strangers send it.
const maxForm = 64 << 10

// Options are what the readers' pages are built from.
type Options struct {
	Name     string // the newsletter's
	Home     string // its site; "" for none
	Accent   string // its colour, #rrggbb; "" for ours
	Language string // of the pages, BCP 47; English where there are no words in it
	BaseURL  string // where the pages are reached; its path is taken off each request
	Keyring  *subscribers.Keyring
	Readers  Subscribers
	Archive  Archive
	Health   func() Health
	Log      *slog.Logger
	Now      func() time.Time
	AnswerIn time.Duration // how long a client waits for its unsubscription; 0 for what is usual
}

// Pages is everything `roundup serve` answers.
type Pages struct {
	http.Handler
	leavings *leavings
}

// New makes the readers' pages.
func New(o Options) (*Pages, error) {
	page, err := parsePages()
	if err != nil {
		return nil, err
	}
	leaving := &leavings{list: o.Readers, log: o.Log, answer: cmp.Or(o.AnswerIn, answerWithin)}
	r := &pages{Options: o, words: language.WordsFor(o.Language), page: page, leavings: leaving}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /u/{token}", r.askToLeave)
	mux.HandleFunc("POST /u/{token}", r.leave)
	mux.HandleFunc("/issues/{slug}", r.issue)
	mux.HandleFunc("GET /healthz", r.healthz)
	mux.HandleFunc("/", r.notFound)
	return &Pages{Handler: secure(underBase(o.BaseURL, mux)), leavings: leaving}, nil
}

// parsePages reads the page that all are made from, with its parts.
func parsePages() (*template.Template, error) {
	return template.ParseFS(templates.Web, "web/page.html", "web/subscribe.html")
}

// Wait returns once the unsubscriptions under way are done or given up, or ctx
// ends. They outlive their requests, and so a server that was shut down.
func (p *Pages) Wait(ctx context.Context) { p.leavings.wait(ctx) }

// pages serves them.
type pages struct {
	Options
	words    language.Words
	page     *template.Template
	leavings *leavings
}

// secure sets the headers of every answer and bounds every body. The address of
// a page holds a token: it must not leak through Referer, caches or indexes.
func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Robots-Tag", "noindex, nofollow")
		h.Set("Cache-Control", "no-store")
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		next.ServeHTTP(w, r)
	})
}

// underBase takes the base address's own path off a request, where a proxy in
// front has left it on.
func underBase(base string, next http.Handler) http.Handler {
	u, err := url.Parse(base)
	if err != nil || strings.Trim(u.Path, "/") == "" {
		return next
	}
	prefix := "/" + strings.Trim(u.Path, "/")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if rest, ok := strings.CutPrefix(r.URL.Path, prefix+"/"); ok {
			r = r.Clone(r.Context())
			r.URL.Path, r.URL.RawPath = "/"+rest, ""
		}
		next.ServeHTTP(w, r)
	})
}
