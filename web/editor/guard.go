package editor

import (
	"net"
	"net/http"
	"net/url"
	"strings"

	"roundup/internal/loopback"
)

// Policies of what the preview serves. The page runs its own script and no
// other; the mail runs nothing at all, sends nothing, and is framed by the page
// alone.
const (
	pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
		"frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	filePolicy = "sandbox; default-src 'none'; frame-ancestors 'none'"
	// The mail keeps the page's origin, so that the page can scroll it to an
	// article and keep its place when it is put together anew. Without scripts
	// there is nothing in it that could use that.
	mailPolicy = "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; default-src 'none'; " +
		"style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'self'"
	withImages    = "; img-src http: https: data:"
	withoutImages = "; img-src 'none'"
)

// maxForm is how many octets a request's body may have: a note is in it twice, and
// three octets a byte in most scripts.
const maxForm = 1 << 20

// guard lets in only requests under a name that is ours, so that no page
// elsewhere can read drafts through a name that points here (DNS rebinding);
// from our own pages or from none; and by people who are allowed. A request
// that changes anything is refused when a browser sends it for another site.
func (s *server) guard(next http.Handler) http.Handler {
	next = http.NewCrossOriginProtection().Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", filePolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("X-Robots-Tag", "noindex, nofollow")
		switch {
		case !s.Host(r.Host):
			http.Error(w, "The preview is not reached by this name.", http.StatusForbidden)
		case !ownOrigin(r):
			http.Error(w, "The preview answers its own pages only.", http.StatusForbidden)
		case s.Allow != nil && !s.Allow(r):
			http.Error(w, "Please sign in as an editor.", http.StatusUnauthorized)
		default:
			r.Body = http.MaxBytesReader(w, r.Body, maxForm)
			next.ServeHTTP(w, r)
		}
	})
}

// ownOrigin reports whether a request comes from a page of this host, as far as
// it says where it comes from.
func ownOrigin(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && strings.EqualFold(u.Host, r.Host)
}

// Loopback reports whether a Host header names this machine, under any port: the
// page may be reached through a tunnel that ends at another one.
func Loopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return loopback.Is(host)
}
