// Package web owns what a browser opens: the pages readers reach from a mail,
// the daemon's health, and the editor's preview.
//
// It must not speak SMTP, know SQL, or change anything on a GET: mail scanners
// follow every link.
//
// Start reading with NewReaders, which lists the readers' routes; each page has
// a file of its own, and errors.go turns failures into answers.
package web

import (
	"cmp"
	"context"
	"html/template"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"roundup/digest"
	"roundup/subscribers"
	"roundup/templates"
)

// Limits on what strangers send.
const (
	maxHeader = 16 << 10 // octets of a request's header
	maxForm   = 64 << 10 // octets of a request's body
	maxDraft  = 1 << 20  // of an editor's: a note is in it twice, and three octets a byte in most scripts
)

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
	LeaveFor time.Duration // how long an unsubscription is tried, and
	AnswerIn time.Duration // how long its client waits for that; 0 for what is usual
}

// Readers is everything `roundup serve` answers.
type Readers struct {
	http.Handler
	leavings *leavings
}

// NewReaders makes the readers' pages.
func NewReaders(o Options) (*Readers, error) {
	page, err := template.ParseFS(templates.Web, "web/page.html")
	if err != nil {
		return nil, err
	}
	leaving := &leavings{
		list: o.Readers, log: o.Log, limit: cmp.Or(o.LeaveFor, leaveFor), answer: cmp.Or(o.AnswerIn, answerWithin),
	}
	r := &readers{Options: o, words: digest.WordsFor(o.Language), page: page, leavings: leaving}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /u/{token}", r.askToLeave)
	mux.HandleFunc("POST /u/{token}", r.leave)
	mux.HandleFunc("/issues/{slug}", r.issue)
	mux.HandleFunc("GET /healthz", r.healthz)
	mux.HandleFunc("/", r.notFound)
	return &Readers{Handler: secure(underBase(o.BaseURL, mux)), leavings: leaving}, nil
}

// Wait returns once the unsubscriptions under way are done or given up, or ctx
// ends. They outlive their requests, and so a server that was shut down.
func (r *Readers) Wait(ctx context.Context) { r.leavings.wait(ctx) }

// readers serves the readers' pages.
type readers struct {
	Options
	words    digest.Words
	page     *template.Template
	leavings *leavings
}

// NewServer is an HTTP server with every limit set: strangers reach it.
func NewServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    maxHeader,
	}
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
