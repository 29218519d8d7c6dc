package readers

import (
	"net/http"
	"time"

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
}

// less is what a reader is offered who is about to leave: what it does is their own
// page's.
func (r *pages) less(sub subscribers.Subscriber) *less {
	own := r.ownLink(sub.PublicID)
	return r.lessAt(sub, own+"?choice", own+"?pause", r.words.Me.Save, r.words.Me.PauseButton)
}

// lessAfter is what a reader is offered who has left and can undo that.
func (r *pages) lessAfter(sub subscribers.Subscriber) *less {
	back := r.words.Choosing.ComeBack
	return r.lessAt(sub, "?"+undoForm, "?"+undoForm, back, back)
}

func (r *pages) lessAt(sub subscribers.Subscriber, choice, pause, choose, button string) *less {
	from, to := r.pauseDays()
	return &less{
		Says: r.words.Choosing.Less, Words: r.words.Me, Choosing: r.choosing(sub.Choice, choice, choose, nil),
		Pause: pause, PauseButton: button, From: from, To: to,
	}
}

// pauseDays are the first and the last day that a pause may end at.
func (r *pages) pauseDays() (first, last string) {
	today := r.Now().In(r.location())
	return today.AddDate(0, 0, 1).Format(time.DateOnly), today.AddDate(1, 0, 0).Format(time.DateOnly)
}

// instead does for a reader who has come back what they came back for; twice is as good
// as once.
func (r *pages) instead(req *http.Request, sub subscribers.Subscriber) error {
	form := req.PostForm
	if c, some := r.chosen(form, sub.Choice); some && !c.Equal(sub.Choice) {
		if err := r.Own.Choose(req.Context(), sub, c, onPage()); err != nil {
			return err
		}
	}
	until, ok := r.pauseDay(form.Get("until"))
	if !ok {
		return nil
	}
	return r.Own.Pause(req.Context(), sub, until, onPage())
}

// pauseDay is the moment at which a pause until a day is over; false for no such day.
func (r *pages) pauseDay(day string) (time.Time, bool) {
	from, to := r.pauseDays()
	until, err := time.ParseInLocation(time.DateOnly, day, r.location())
	return until, err == nil && day >= from && day <= to
}
