package readers

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// fromOurs reports whether a form was on one of our pages, or on a site that may. What
// says neither is let through: old browsers, and programs, whom other layers are for.
func (r *pages) fromOurs(req *http.Request) bool {
	origin, site := req.Header.Get("Origin"), req.Header.Get("Sec-Fetch-Site")
	switch {
	case site == "same-origin":
		return true
	case origin == "" || origin == "null":
		// Our own pages send no origin (Referrer-Policy), and browsers say same-origin
		// for them, but where the pages are reached without TLS they say nothing.
		return site == "" || site == "none"
	}
	return r.mayPost(origin) || r.own(origin, req)
}

// mayPost reports whether a site may have the form on its pages.
func (r *pages) mayPost(origin string) bool {
	return slices.ContainsFunc(r.Origins, func(o string) bool { return strings.EqualFold(o, origin) })
}

// own reports whether a site is that of the pages themselves.
func (r *pages) own(origin string, req *http.Request) bool {
	u, err := url.Parse(origin)
	if err != nil {
		return false
	}
	base, err := url.Parse(r.BaseURL)
	return err == nil && base.Host != "" && strings.EqualFold(base.Host, u.Host) && strings.EqualFold(base.Scheme, u.Scheme) || strings.EqualFold(req.Host, u.Host)
}

// cameFrom is the site a form was on, for the record of the consent.
func (r *pages) cameFrom(req *http.Request) string {
	if origin := req.Header.Get("Origin"); r.mayPost(origin) {
		return origin
	}
	return r.BaseURL + "/subscribe"
}

// allow lets the script of a form on another site read the answer, if that site may
// have one.
func (r *pages) allow(w http.ResponseWriter, req *http.Request) {
	h := w.Header()
	h.Add("Vary", "Origin, Accept")
	if origin := req.Header.Get("Origin"); r.mayPost(origin) {
		h.Set("Access-Control-Allow-Origin", origin)
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	}
}

// framed lets the sites that may have the form show the page behind it in a frame.
func (r *pages) framed(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		if len(r.Origins) > 0 {
			const policy = "Content-Security-Policy"
			w.Header().Set(policy, strings.Replace(w.Header().Get(policy), unframed, "frame-ancestors "+strings.Join(r.Origins, " "), 1))
		}
		next(w, req)
	}
}
