package web

import (
	"context"
	"html/template"
	"log/slog"
	"net"
	"net/http"
	"strings"

	"roundup/digest"
	"roundup/templates"
)

// Preview is the next issue as the editor's page shows it.
type Preview struct {
	Head      string   // "Issue 12, for Friday …: 9 articles of 31 candidates."
	Notes     []string // what the editor should know: "This is an example …"
	From      string   // as an inbox shows it
	Subject   string
	Preheader string
	Fates     []digest.Fate
	HTML      string
	Text      string
	Mail      []byte // the whole message, RFC 5322
	JSON      []byte
}

// Previewer compiles the next issue anew.
type Previewer interface {
	Preview(ctx context.Context) (Preview, error)
}

// NewPreview serves the editor's preview. It answers only requests whose Host is
// this machine's loopback, under any port, so that no web page elsewhere can
// read drafts through a name that points here (DNS rebinding).
func NewPreview(p Previewer, log *slog.Logger) (http.Handler, error) {
	page, err := template.ParseFS(templates.Web, "web/preview.html")
	if err != nil {
		return nil, err
	}
	v := &preview{source: p, page: page, log: log}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", v.show)
	mux.HandleFunc("GET /issue.html", v.file("text/html; charset=utf-8", func(p Preview) []byte { return []byte(p.HTML) }))
	mux.HandleFunc("GET /issue.txt", v.file("text/plain; charset=utf-8", func(p Preview) []byte { return []byte(p.Text) }))
	mux.HandleFunc("GET /issue.eml", v.file("text/plain; charset=utf-8", func(p Preview) []byte { return p.Mail }))
	mux.HandleFunc("GET /issue.json", v.file("application/json", func(p Preview) []byte { return p.JSON }))
	return localOnly(mux), nil
}

type preview struct {
	source Previewer
	page   *template.Template
	log    *slog.Logger
}

func (v *preview) show(w http.ResponseWriter, r *http.Request) {
	p, err := v.source.Preview(r.Context())
	if err != nil {
		v.fail(w, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	if err := v.page.Execute(w, p); err != nil {
		v.log.Debug("preview not written whole", "error", err)
	}
}

// file serves one form of the issue. The mail's own HTML runs nothing, sends
// nothing and is framed only by the page above.
func (v *preview) file(kind string, pick func(Preview) []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		p, err := v.source.Preview(r.Context())
		if err != nil {
			v.fail(w, err)
			return
		}
		h := w.Header()
		h.Set("Content-Type", kind)
		h.Set("Content-Security-Policy", "sandbox; default-src 'none'; img-src http: https: data:; style-src 'unsafe-inline'; frame-ancestors 'self'")
		if _, err := w.Write(pick(p)); err != nil {
			v.log.Debug("preview not written whole", "error", err)
		}
	}
}

// fail shows the editor the error itself: it is the editor's own template,
// configuration or database.
func (v *preview) fail(w http.ResponseWriter, err error) {
	http.Error(w, "The issue could not be put together:\n\n"+err.Error(), http.StatusInternalServerError)
}

func localOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		if !loopback(r.Host) {
			http.Error(w, "The preview is for this machine only.", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// loopback reports whether a Host header names this machine, under any port.
func loopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.Trim(host, "[]")
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
