package readers

import (
	"net/http"
	"net/url"

	"roundup/internal/language"
	"roundup/subscribers"
)

// less is what there is instead of leaving: the part less.html.
type less struct {
	Says        string
	Words       language.MeWords
	Choosing    *choosing // nil where there is nothing to choose
	Pause       string    // where a pause is posted to
	PauseButton string
	From, To    string // the days a pause may end at
	Until       string // the day that was sent, where it is a bad one
	BadDay      bool
	Open        bool // something is wrong with what was sent
}

// less is what a reader is offered who is about to leave: what it does is their own
// page's.
func (r *pages) less(sub subscribers.Subscriber) *less {
	own := r.ownLink(sub.PublicID)
	return r.lessAt(sub, own+"?choice", own+"?pause", r.words.Me.Save, r.words.Me.PauseButton)
}

// lessAfter is what a reader is offered who has left and can undo that.
func (r *pages) lessAfter(sub subscribers.Subscriber) *less {
	l := r.lessAt(sub, "?"+undoForm, "?"+undoForm, r.words.Choosing.ComeBack, r.words.Choosing.BackPause)
	l.Says = r.words.Choosing.LessAfter
	return l
}

func (r *pages) lessAt(sub subscribers.Subscriber, choice, pause, choose, button string) *less {
	from, to := r.pauseDays()
	return &less{
		Says: r.words.Choosing.Less, Words: r.words.Me, Choosing: r.choosing(sub.Choice, choice, choose, nil),
		Pause: pause, PauseButton: button, From: from, To: to,
	}
}

// insteadAgain are the forms of what was sent, where nobody can come back for that, and what
// is wrong with it; "" for nothing.
func (r *pages) insteadAgain(form url.Values, sub subscribers.Subscriber) (l *less, wrong string) {
	l = r.lessAfter(sub)
	l.Open = true
	if _, some := r.chosen(form, sub.Choice); !some && l.Choosing != nil {
		return l, r.noSection(l.Choosing, form)
	}
	if _, ok := r.pauseDay(form.Get(fieldUntil)); form.Has(fieldUntil) && !ok {
		l.BadDay, l.Until = true, form.Get(fieldUntil)
		return l, r.words.Me.BadDay
	}
	return l, ""
}

// instead does for a reader who has come back what they came back for, and returns what it is
// (doneBack and its like); twice is as good as once.
func (r *pages) instead(req *http.Request, sub subscribers.Subscriber) (string, error) {
	form := req.PostForm
	if until, ok := r.pauseDay(form.Get(fieldUntil)); ok {
		return donePaused, r.Own.Pause(req.Context(), sub, until, onPage())
	}
	if !form.Has(fieldOf) && !form.Has(fieldOften) {
		return doneBack, nil
	}
	c, some := r.chosen(form, sub.Choice)
	if !some { // and they were back before
		return doneHere, nil
	}
	if c.Equal(sub.Choice) {
		return doneChosen, nil
	}
	return doneChosen, r.Own.Choose(req.Context(), sub, c, onPage())
}
