package web

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"

	"roundup/subscribers"
)

// page is one of the readers' pages.
type page struct {
	Title  string
	Text   []string // paragraphs
	Button string   // of a form that posts to the same address; "" for none
	Foot   string
}

func (r *readers) say(w http.ResponseWriter, status int, p page) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	err := r.page.Execute(w, struct {
		page
		Lang, Name, Home string
	}{p, cmp.Or(r.Language, "en"), r.Name, r.Home})
	if err != nil {
		r.Log.Debug("page not written whole", "error", err) // the browser went away
	}
}

// fail turns an error into an answer: the same words for every link that is not
// ours, and the details of anything else only in the operator's log.
func (r *readers) fail(w http.ResponseWriter, req *http.Request, err error) {
	if errors.Is(err, subscribers.ErrToken) {
		r.say(w, http.StatusNotFound, page{
			Title: "This link does not work",
			Text:  []string{"It may have been cut in two by a mail program. Open it from the mail itself, or answer the mail and ask to be taken off the list."},
		})
		return
	}
	r.Log.Error("request failed", "method", req.Method, "route", req.Pattern, "error", err)
	r.say(w, http.StatusInternalServerError, page{
		Title: "Something went wrong here",
		Text:  []string{"It is not your fault, and nothing was changed. Please try again in a few minutes."},
	})
}

func (r *readers) notFound(w http.ResponseWriter, _ *http.Request) {
	r.say(w, http.StatusNotFound, page{Title: "There is no such page"})
}

// healthz says whether the daemon could send: 200, or 503 with why not.
func (r *readers) healthz(w http.ResponseWriter, _ *http.Request) {
	h := r.Health()
	w.Header().Set("Content-Type", "application/json")
	if !h.OK {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	if err := json.NewEncoder(w).Encode(h); err != nil {
		r.Log.Debug("health not written", "error", err)
	}
}
