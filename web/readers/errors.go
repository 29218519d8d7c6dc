package readers

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	"roundup/subscribers"
)

// fail turns an error into an answer: the same words for every link that is not
// ours, and the details of anything else only in the operator's log.
func (r *pages) fail(w http.ResponseWriter, req *http.Request, err error) {
	switch {
	case errors.Is(err, subscribers.ErrToken):
		r.badLink(w)
		return
	case errors.Is(err, errErased):
		r.say(w, http.StatusGone, page{Title: r.words.Join.TooOld, Text: []string{r.words.Me.NobodyHere}})
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

// asking is what asks a reader to answer a mail: nothing where nobody reads that.
func (r *pages) asking(words string) []string {
	if r.AnswersRead {
		return []string{words}
	}
	return nil
}

// badLink says that a link is not ours; more is what else can be done.
func (r *pages) badLink(w http.ResponseWriter, more ...string) {
	r.say(w, http.StatusNotFound, page{Title: r.words.Pages.BadLink, Text: append([]string{r.words.Pages.BadLinkHelp}, more...)})
}

// otherMethod answers what neither looks at a page with a form nor sends it.
func (r *pages) otherMethod(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Allow", "GET, HEAD, POST")
	r.say(w, http.StatusMethodNotAllowed, page{Title: r.words.Pages.Missing})
}

func (r *pages) notFound(w http.ResponseWriter, _ *http.Request) {
	r.say(w, http.StatusNotFound, page{Title: r.words.Pages.Missing})
}
