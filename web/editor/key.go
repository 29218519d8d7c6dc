package editor

import (
	"crypto/rand"
	"crypto/subtle"
	"html/template"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// Key keeps a preview to whoever was given its address: loopback is open
// to every account of the machine.
//
// The address has a folder and a token in it. The token is exchanged for a
// cookie on the first request and is not in any address after that. The folder is
// there for the cookie: a browser sends a cookie to every port of a host, and so
// to other people's programs, but only below its own folder.
type Key struct {
	folder string // "/X/"
	token  string
}

// NewKey makes a key that nobody can guess.
func NewKey() *Key {
	return &Key{folder: "/" + strings.ToLower(rand.Text()[:16]) + "/", token: rand.Text()}
}

// Address is where the page is opened, at this host and port, with more in its query.
func (k *Key) Address(host string, more url.Values) string {
	query := url.Values{"token": {k.token}}.Encode()
	if len(more) > 0 {
		query += "&" + more.Encode()
	}
	return "http://" + host + k.folder + "?" + query
}

// before answers who comes without the key, and hands on who has it; without a
// key, everybody.
func (k *Key) before(next http.Handler, pages *template.Template) http.Handler {
	if k == nil {
		return next
	}
	next = http.StripPrefix(strings.TrimSuffix(k.folder, "/"), next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		asks := r.URL.Path == k.folder && query.Has("token") && (r.Method == http.MethodGet || r.Method == http.MethodHead)
		switch {
		case !strings.HasPrefix(r.URL.Path, k.folder) || !k.has(r) && !(asks && k.is(query.Get("token"))):
			k.answer(w, pages, http.StatusForbidden, "key-wanted", nil)
		case asks:
			http.SetCookie(w, k.cookie(r))
			k.sendOn(w, r, pages, without(query, "token"))
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// has reports whether a request brings the cookie.
func (k *Key) has(r *http.Request) bool {
	for _, c := range r.CookiesNamed(cookieName(r)) {
		if k.is(c.Value) {
			return true
		}
	}
	return false
}

// is compares in the same time whatever differs.
func (k *Key) is(token string) bool {
	return subtle.ConstantTimeCompare([]byte(token), []byte(k.token)) == 1
}

// cookie holds the token until the browser is closed, below the key's folder alone.
func (k *Key) cookie(r *http.Request) *http.Cookie {
	return &http.Cookie{
		Name: cookieName(r), Value: k.token, Path: k.folder,
		HttpOnly: true, SameSite: http.SameSiteStrictMode,
	}
}

// sendOn sends a browser to the address without the token. A browser that comes from
// elsewhere, such as from a file, would follow a redirect without a
// SameSite=Strict cookie: it gets a page of our own that leads on. So does one
// too old to say where it comes from.
func (k *Key) sendOn(w http.ResponseWriter, r *http.Request, pages *template.Template, to string) {
	if from := r.Header.Get("Sec-Fetch-Site"); from == "none" || from == "same-origin" {
		w.Header().Set("Location", to) // relative, whatever path the page is mounted under
		w.WriteHeader(http.StatusSeeOther)
		return
	}
	k.answer(w, pages, http.StatusOK, "key-taken", to)
}

// answer sends one of the key's own pages.
func (k *Key) answer(w http.ResponseWriter, pages *template.Template, status int, name string, data any) {
	h := w.Header()
	h.Set("Content-Security-Policy", keyPolicy)
	h.Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_ = pages.ExecuteTemplate(w, name, data) // a browser that went away
}

// without is the relative address of the page with all of a query but one name.
func without(query url.Values, name string) string {
	query.Del(name)
	if len(query) == 0 {
		return "./"
	}
	return "./?" + query.Encode()
}

// cookieName differs by port: previews side by side don't share a cookie.
func cookieName(r *http.Request) string {
	_, port, err := net.SplitHostPort(r.Host)
	if err != nil {
		port = "80"
	}
	return "roundup_preview_" + port
}

// keyPolicy has no sandbox: the page that leads on must do so as one of this
// host, or the browser would not send the cookie.
const keyPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
