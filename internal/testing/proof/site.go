package proof

import (
	"io"
	"net/http"
	"testing"
)

// mailAddress is where a mail is shown, on a site of its own.
const mailAddress = "https://mail.example/"

// Show opens a mail in Chromium, as a client would that shows all of it, with
// Pictures or Photographs.
func (b *Browser) Show(t testing.TB, m Mail, view View, pictures http.Handler) *Tab {
	t.Helper()
	return b.Open(t, view, mailAddress, m.site(b.cached(pictures)))
}

// ShowPage opens the page on the web.
func (b *Browser) ShowPage(t testing.TB, m Mail, view View, pictures http.Handler) *Tab {
	t.Helper()
	return b.Open(t, view, mailAddress+"page", m.site(b.cached(pictures)))
}

func (m Mail) site(pictures http.Handler) http.Handler {
	site := http.NewServeMux()
	site.HandleFunc("mail.example/{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, m.HTML)
	})
	site.HandleFunc("mail.example/page", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, m.Page)
	})
	site.Handle("/", pictures)
	return site
}
