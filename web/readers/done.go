package readers

import (
	"net/http"
	"strings"

	"roundup/subscribers"
)

// A button that changed something leads to a page that is looked at, so that Back and Reload
// send nothing again (RFC 9110, section 15.4.4). What was done is in that page's query, and
// has it say one of these sentences, where that is so: an address holds nothing else of it.
const (
	fieldDone      = "done"
	doneSaved      = "saved"
	donePaused     = "paused"
	doneResumed    = "resumed"
	doneLeft       = "left"
	doneWhy        = "why"
	doneBack       = "back"   // exactly as they were
	doneChosen     = "chosen" // back, with another choice
	doneHere       = "here"   // they were back before, and asked for nothing that there is
	doneSubscribed = "subscribed"
	doneAsked      = "asked" // for the latest issue
)

// lead says a page, or leads to the one that shows what was done. The reference is of the
// query alone: it holds below any path that a proxy adds.
func (r *pages) lead(w http.ResponseWriter, status int, p page) {
	if p.done == "" {
		r.say(w, status, p)
		return
	}
	w.Header().Set("Location", "?"+fieldDone+"="+p.done)
	w.WriteHeader(http.StatusSeeOther)
}

// doneSaid is what a reader's own page says was done.
func (r *pages) doneSaid(req *http.Request, sub subscribers.Subscriber) []string {
	r = r.in(sub.Choice.Language)
	paused := sub.Paused.After(r.Now())
	switch done := req.URL.Query().Get(fieldDone); {
	case sub.Status == subscribers.Unsubscribed: // since then
	case done == doneSaved:
		return []string{r.words.Me.Saved}
	case done == donePaused && paused:
		return []string{r.pausedUntil(sub.Paused)}
	case done == doneResumed && !paused:
		return []string{r.words.Me.Resumed}
	}
	return nil
}

// backPage is what a reader sees who has come back; false where they have not.
func (r *pages) backPage(req *http.Request, sub subscribers.Subscriber) (page, bool) {
	done := req.URL.Query().Get(fieldDone)
	if sub.Status != subscribers.Active {
		return page{}, false
	}
	var said []string
	switch {
	case done == doneBack:
		said = []string{r.named(r.words.Leaving.UndoneSaid)}
	case done == doneChosen:
		said = []string{r.named(r.words.Leaving.UndoneChosen)}
	case done == donePaused && sub.Paused.After(r.Now()):
		said = []string{strings.TrimSuffix(r.pausedUntil(sub.Paused), ".") + ".", r.named(r.words.Me.PausedSaid)}
	case done != doneHere:
		return page{}, false
	}
	return page{
		in: r, Title: r.words.Leaving.Undone, Text: append(said, r.yours(sub)...),
		OwnLink: r.ownLink(sub.PublicID), OwnLinkSays: r.named(r.words.Me.Title),
	}, true
}
