package readers

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"time"

	"roundup/internal/language"
	"roundup/subscribers"
)

// Own is what readers may do with what is kept about them.
type Own interface {
	Rename(ctx context.Context, r subscribers.Subscriber, name string, by subscribers.Actor) error
	// Pause keeps issues from the reader until a moment within a year; the zero time
	// ends a pause.
	Pause(ctx context.Context, r subscribers.Subscriber, until time.Time, by subscribers.Actor) error
	Choose(ctx context.Context, r subscribers.Subscriber, c subscribers.Choice, by subscribers.Actor) error
	// Erase erases the reader, for good.
	Erase(ctx context.Context, r subscribers.Subscriber, by subscribers.Actor) error
}

// me is what a reader's own page is filled with: the part me.html.
type me struct {
	Words    language.MeWords
	Name     string
	Active   bool        // so that there is something to pause
	Address  *newAddress // nil where there can't be another
	Saving   *choosing   // what is saved at once: the name, and what there is to choose; nil where there is nothing to save
	Choosing *choosing   // the same without the name, for a me.html that has a form of its own for that; nil where there is nothing to choose
	Paused   string
	From, To string // the days a pause may end at
	Until    string // the day that was sent, where it is a bad one
	BadDay   bool
	Unsure   bool   // who wants to be erased has not ticked the box
	Leave    string // where leaving is
	LeaveSay string
}

// ownLink is where a reader's own page is.
func (r *pages) ownLink(id subscribers.PublicID) string {
	return r.path("/me/" + r.Keyring.Token(subscribers.PurposeOwn, id))
}

// errErased is of a reader's own link, once they were erased.
var errErased = errors.New("the reader was erased")

// owner is the reader whose own page is asked for. It fails with errErased.
func (r *pages) owner(req *http.Request) (subscribers.Subscriber, error) {
	id, err := r.Keyring.Verify(req.PathValue("token"), subscribers.PurposeOwn)
	if err != nil {
		return subscribers.Subscriber{}, err
	}
	sub, _, err := r.Readers.Reader(req.Context(), id)
	if err == nil && sub.Email == "" {
		err = errErased
	}
	return sub, err
}

// mine shows a reader what can be changed, and changes nothing.
func (r *pages) mine(w http.ResponseWriter, req *http.Request) {
	sub, err := r.owner(req)
	if err != nil {
		r.fail(w, req, err)
		return
	}
	p, err := r.ownPage(req.Context(), sub, r.doneSaid(req, sub)...)
	if err != nil {
		r.fail(w, req, err)
		return
	}
	r.say(w, http.StatusOK, p)
}

// ownPage is a reader's own page; more are paragraphs above it.
func (r *pages) ownPage(ctx context.Context, sub subscribers.Subscriber, more ...string) (page, error) {
	r = r.in(sub.Choice.Language)
	today := r.Now().In(r.location())
	m := &me{
		Words: r.words.Me, Name: sub.Name, Active: sub.Status != subscribers.Unsubscribed,
		Leave: r.path("/u/" + r.Keyring.Token(subscribers.PurposeUnsubscribe, sub.PublicID)), LeaveSay: r.words.Unsubscribe,
	}
	m.From, m.To = r.pauseDays()
	if m.Active {
		m.Choosing = r.choosing(sub.Choice, "?choice", m.Words.Save, r.languageBoxes())
		m.Saving = m.saving(sub.Name)
	}
	var err error
	if m.Address, err = r.newAddressForm(ctx, sub); err != nil {
		return page{}, err
	}
	m.Words.EraseHow, m.Words.PausedSaid = r.named(m.Words.EraseHow), r.named(m.Words.PausedSaid)
	if sub.Paused.After(today) {
		m.Paused = r.pausedUntil(sub.Paused)
	}
	p := page{in: r, Title: r.named(m.Words.Title), Text: append(more, r.yours(sub)...), Me: m}
	if !m.Active {
		p.Title = r.words.Pages.Left
		p = r.linked(p)
	}
	return p, nil
}

// saving is the form for a reader's name and what they choose.
func (m *me) saving(name string) *choosing {
	f := choosing{Action: "?choice", Button: m.Words.Save}
	if m.Choosing != nil {
		f = *m.Choosing
	}
	f.Name = &ownName{Label: m.Words.Name, Given: name}
	return &f
}

// postMine does what a button of a reader's own page says, by its query.
func (r *pages) postMine(w http.ResponseWriter, req *http.Request) {
	sub, err := r.owner(req)
	if err != nil {
		r.fail(w, req, err)
		return
	}
	query := req.URL.Query()
	if query.Has("data") {
		r.data(w, req, sub)
		return
	}
	if err := req.ParseForm(); err != nil {
		r.fail(w, req, err)
		return
	}
	r = r.in(sub.Choice.Language)
	p, err := r.ownPage(req.Context(), sub)
	if err != nil {
		r.fail(w, req, err)
		return
	}
	var status int // where it is another than the page's own
	switch {
	case !p.Me.Active && (query.Has("pause") || query.Has("resume")): // of a page from before: Undo brings back what they had
	case query.Has("address") && p.Me.Address != nil:
		status, p, err = r.askAddress(req, sub)
	case query.Has("name"): // of a me.html with a form of its own for it
		p, err = page{done: doneSaved}, r.Own.Rename(req.Context(), sub, req.PostFormValue(fieldName), onPage())
	case query.Has("choice") && p.Me.Saving != nil:
		p, err = r.save(req, sub, p)
	case query.Has("resume"):
		p, err = page{done: doneResumed}, r.Own.Pause(req.Context(), sub, time.Time{}, onPage())
	case query.Has("pause"):
		p, err = r.pause(req, sub)
	case query.Has("erase") && req.PostFormValue("sure") == "":
		p.Wrong, p.Me.Unsure = r.words.Me.EraseUnsure, true
	case query.Has("erase"):
		err = r.Own.Erase(req.Context(), sub, onPage())
		p = page{Title: r.words.Me.Erased, Text: []string{r.named(r.words.Me.ErasedSaid)}}
	case query.Has("address"), query.Has("choice"), len(query) == 0: // the page shows why that can't be any more
	default:
		r.notFound(w, req)
		return
	}
	if err != nil {
		r.fail(w, req, err)
		return
	}
	r.lead(w, cmp.Or(status, p.status()), p)
}

// data gives a reader a file of everything that is kept about them.
func (r *pages) data(w http.ResponseWriter, req *http.Request, sub subscribers.Subscriber) {
	file, err := r.Data(req.Context(), sub)
	if err != nil {
		r.fail(w, req, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", `attachment; filename="my-data.json"`)
	if _, err := w.Write(file); err != nil {
		r.Log.Debug("data not written whole", "error", err) // the browser went away
	}
}
