package readers

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"time"

	"roundup/subscribers"
)

// SignUps is what the pages need of the list for who wants to read.
type SignUps interface {
	// SignUp asks an address to confirm, where it may be asked, and reports whether it
	// was. It fails with subscribers.ErrTooManySignUps.
	SignUp(ctx context.Context, up subscribers.SignUp, by subscribers.Actor) (bool, error)
	// Asked is the address of whom a mail asked at a moment to confirm. It and the two
	// below fail with subscribers.ErrVoid.
	Asked(ctx context.Context, id subscribers.PublicID, at time.Time) (string, error)
	// ConfirmAsked makes a reader of them; from is the page. Twice is as good as once.
	ConfirmAsked(ctx context.Context, id subscribers.PublicID, at time.Time, from string, by subscribers.Actor) error
	// NeverAgain sees to it that they are not written to again.
	NeverAgain(ctx context.Context, id subscribers.PublicID, at time.Time, by subscribers.Actor) error
}

// Requests has a reader who has just confirmed sent the latest issue.
type Requests interface {
	// Confirmed is what there is to say to them; its Email is "" for who has not confirmed.
	// Both fail with subscribers.ErrVoid.
	Confirmed(ctx context.Context, id subscribers.PublicID, at time.Time) (subscribers.Confirmed, error)
	// RequestIssue queues it, once however often it is pressed, where there is one for them.
	RequestIssue(ctx context.Context, id subscribers.PublicID, at time.Time, by subscribers.Actor) error
}

// requestForm is in the query of the form that asks for the latest issue.
const requestForm = "issue"

// askToConfirm shows whose subscription a button confirms. A GET changes nothing: mail
// scanners open every link, and run what is behind it.
func (r *pages) askToConfirm(w http.ResponseWriter, req *http.Request) {
	id, at, err := r.Keyring.VerifyTimed(req.PathValue("token"), subscribers.PurposeConfirm)
	var email string
	var done subscribers.Confirmed
	if err == nil {
		r = r.inTheirs(req, id)
		email, err = r.SignUps.Asked(req.Context(), id, at)
	}
	if err == nil && req.URL.Query().Has(fieldDone) {
		done, err = r.Requests.Confirmed(req.Context(), id, at)
	}
	switch {
	case err != nil:
		r.failConfirm(w, req, err)
		return
	case done.Email != "":
		r.say(w, http.StatusOK, r.confirmed(id, done, req.URL.Query().Get(fieldDone) == doneAsked))
		return
	}
	r.say(w, http.StatusOK, page{
		Title:  r.named(r.words.Join.Confirm),
		Text:   []string{r.about(r.words.Join.ConfirmSaid, email)},
		Button: r.words.Join.ConfirmButton,
	})
}

// confirm makes a reader, or sends the latest issue to who has just become one. Pressed
// twice it does the same.
func (r *pages) confirm(w http.ResponseWriter, req *http.Request) {
	id, at, err := r.Keyring.VerifyTimed(req.PathValue("token"), subscribers.PurposeConfirm)
	done := doneSubscribed
	if err == nil {
		r = r.inTheirs(req, id)
		if req.URL.Query().Has(requestForm) {
			done, err = doneAsked, r.Requests.RequestIssue(req.Context(), id, at, onPage())
		} else {
			err = r.SignUps.ConfirmAsked(req.Context(), id, at, r.BaseURL+"/subscribe", onPage())
		}
	}
	if err != nil {
		r.failConfirm(w, req, err)
		return
	}
	r.lead(w, http.StatusSeeOther, page{done: done})
}

// confirmed is what a new reader sees, with the way to their own page; asked is true once
// they have asked for the latest issue.
func (r *pages) confirmed(id subscribers.PublicID, done subscribers.Confirmed, asked bool) page {
	words := r.words.Join
	p := page{Title: words.Confirmed, Text: []string{r.about(words.ConfirmedSaid, done.Email)}, OwnLink: r.ownLink(id), OwnLinkSays: r.named(r.words.Me.Title)}
	if n := done.UnderWay; n > 0 {
		p.Text = append(p.Text, r.words.Fill(words.UnderWay, "number", r.words.IssueNumber(n), "next", r.words.IssueNumber(n+1)))
	}
	latest := r.words.IssueNumber(done.Latest)
	switch {
	case done.OnItsWay && asked:
		p.Title, p.Text = r.words.Fill(words.OnItsWay, "number", latest), []string{r.about(words.OnItsWaySaid, done.Email)}
	case done.OnItsWay:
		p.Text = append(p.Text, r.words.Fill(words.OnItsWay, "number", latest)+".")
	case done.Had > 0:
		p.Text = append(p.Text, r.had(done))
	case done.Latest > 0:
		p.Button, p.Query = r.words.Fill(words.SendNow, "number", latest), requestForm
	}
	return p
}

// had says that a reader was sent the issue that they asked for.
func (r *pages) had(done subscribers.Confirmed) string {
	return r.words.Fill(r.words.Join.Had, "number", r.words.IssueNumber(done.Had), "email", subscribers.Mask(done.Email))
}

// askNever shows to whom a button stops all mail.
func (r *pages) askNever(w http.ResponseWriter, req *http.Request) {
	id, at, err := r.Keyring.VerifyTimed(req.PathValue("token"), subscribers.PurposeNever)
	if err != nil {
		r.fail(w, req, err)
		return
	}
	r = r.inTheirs(req, id)
	// Whose address that is, is shown as long as it is known.
	email, err := r.SignUps.Asked(req.Context(), id, at)
	if err != nil && !isVoid(err) {
		r.fail(w, req, err)
		return
	}
	said := r.words.Join.NeverSaid
	if email == "" {
		said = r.words.Join.NeverThis
	}
	r.say(w, http.StatusOK, page{
		Title:  r.words.Join.Never,
		Text:   []string{r.about(said, email)},
		Button: r.words.Join.NeverButton,
	})
}

// never stops all mail to whom the link was sent.
func (r *pages) never(w http.ResponseWriter, req *http.Request) {
	id, at, err := r.Keyring.VerifyTimed(req.PathValue("token"), subscribers.PurposeNever)
	if err == nil {
		r = r.inTheirs(req, id) // before nobody can say which it was
		err = r.SignUps.NeverAgain(req.Context(), id, at, onPage())
	}
	if isVoid(err) {
		r.say(w, http.StatusGone, page{Title: r.words.Join.TooOld, Text: []string{r.words.Join.NeverOld}})
		return
	}
	if err != nil {
		r.fail(w, req, err)
		return
	}
	r.say(w, http.StatusOK, page{Title: r.named(r.words.Join.NeverDone)})
}

func isVoid(err error) bool { return errors.Is(err, subscribers.ErrVoid) }

// about fills a text with the newsletter's name and an address, most of it hidden.
func (r *pages) about(text, email string) string {
	return r.words.Fill(text, "name", r.Name, "email", cmp.Or(subscribers.Mask(email), "…"))
}

// failConfirm says of a link that holds no more what to do, with the form to do it.
func (r *pages) failConfirm(w http.ResponseWriter, req *http.Request, err error) {
	if !isVoid(err) {
		r.fail(w, req, err)
		return
	}
	r.say(w, http.StatusGone, page{Title: r.words.Join.TooOld, Text: []string{r.words.Join.TooOldHelp}, Form: r.form()})
}
