package readers

import (
	"net/http"

	"roundup/digest/letter"
)

// page is one of the readers' pages.
type page struct {
	Title  string
	Text   []string // paragraphs
	Button string   // of a form that posts to the same address, with pageForm; "" for none
	Form   *form    // to sign up; nil for none
	Foot   string
}

// named is a text of the pages' words with the newsletter's name in it.
func (r *pages) named(text string) string { return r.words.Fill(text, "name", r.Name) }

func (r *pages) say(w http.ResponseWriter, status int, p page) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	err := r.page.Execute(w, struct {
		page
		Language, Direction, Name, Home string
		Colours                         letter.Palette
	}{p, r.words.Language(), r.words.Direction(), r.Name, r.Home, letter.NewPalette(r.Accent)})
	if err != nil {
		r.Log.Debug("page not written whole", "error", err) // the browser went away
	}
}
