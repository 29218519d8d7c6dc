package readers

import (
	"net/http"
	"time"

	"roundup/subscribers"
)

// fieldUntil is the field of a form with the day a pause ends at.
const fieldUntil = "until"

// pauseDays are the first and the last day that a pause may end at.
func (r *pages) pauseDays() (first, last string) {
	today := r.Now().In(r.location())
	return today.AddDate(0, 0, 1).Format(time.DateOnly), today.AddDate(1, 0, 0).Format(time.DateOnly)
}

// pauseDay is the moment at which a pause until a day is over; false for no such day.
func (r *pages) pauseDay(day string) (time.Time, bool) {
	from, to := r.pauseDays()
	until, err := time.ParseInLocation(time.DateOnly, day, r.location())
	return until, err == nil && day >= from && day <= to
}

// pausedUntil says until when a reader pauses.
func (r *pages) pausedUntil(until time.Time) string {
	return r.words.Fill(r.words.Me.Paused, "date", r.words.Date(r.words.LongDate, r.local(until)))
}

// pause takes a day, at whose beginning the pause is over.
func (r *pages) pause(req *http.Request, sub subscribers.Subscriber) (page, error) {
	until, ok := r.pauseDay(req.PostForm.Get(fieldUntil))
	if !ok {
		p, err := r.ownPage(req.Context(), sub)
		if err == nil {
			p.Me.BadDay, p.Me.Until, p.Wrong = true, req.PostForm.Get(fieldUntil), r.words.Me.BadDay
		}
		return p, err
	}
	return page{done: donePaused}, r.Own.Pause(req.Context(), sub, until, onPage())
}
