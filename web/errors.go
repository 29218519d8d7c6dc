package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	"roundup/digest"
	"roundup/subscribers"
)

// page is one of the readers' pages.
type page struct {
	Title  string
	Text   []string // paragraphs
	Button string   // of a form that posts to the same address, with pageForm; "" for none
	Foot   string
}

// named is a text of the pages' words with the newsletter's name in it.
func (r *readers) named(text string) string { return r.words.Fill(text, "name", r.Name) }

func (r *readers) say(w http.ResponseWriter, status int, p page) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	err := r.page.Execute(w, struct {
		page
		Language, Direction, Name, Home string
		Colours                         digest.Palette
	}{p, r.words.Language(), r.words.Direction(), r.Name, r.Home, digest.NewPalette(r.Accent)})
	if err != nil {
		r.Log.Debug("page not written whole", "error", err) // the browser went away
	}
}

// fail turns an error into an answer: the same words for every link that is not
// ours, and the details of anything else only in the operator's log.
func (r *readers) fail(w http.ResponseWriter, req *http.Request, err error) {
	if errors.Is(err, subscribers.ErrToken) {
		r.say(w, http.StatusNotFound, page{
			Title: r.words.Pages.BadLink,
			Text:  []string{r.words.Pages.BadLinkHelp},
		})
		return
	}
	level, status := slog.LevelError, http.StatusInternalServerError
	sorry := page{Title: r.words.Pages.Fault, Text: []string{r.words.Pages.FaultHelp}}
	switch {
	case errors.Is(err, context.Canceled) && req.Context().Err() != nil:
		level = slog.LevelDebug // the client left, and nothing else is wrong
	case errors.Is(err, errSlow):
		level, status = slog.LevelWarn, http.StatusServiceUnavailable
		sorry = page{Title: r.words.Pages.Fault, Button: r.words.Unsubscribe} // it may well have been done by then
		w.Header().Set("Retry-After", "60")
	}
	r.Log.Log(req.Context(), level, "request failed", "method", req.Method, "route", req.Pattern, "error", err)
	r.say(w, status, sorry)
}

func (r *readers) notFound(w http.ResponseWriter, _ *http.Request) {
	r.say(w, http.StatusNotFound, page{Title: r.words.Pages.Missing})
}
