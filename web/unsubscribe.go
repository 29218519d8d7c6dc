package web

import (
	"context"
	"errors"
	"net/http"

	"roundup/subscribers"
)

// Subscribers is what the pages need of the list.
type Subscribers interface {
	// Unsubscribe ends the reader's subscription for ever and reports whether
	// it had not ended before. An id that is not known, such as a forgotten
	// reader's, is no error: there is nothing left to end.
	Unsubscribe(ctx context.Context, id subscribers.PublicID, through string) (bool, error)
}

// reader returns whom the token in the path names; test is true for the token
// of a test mail, which names nobody.
func (r *readers) reader(req *http.Request) (id subscribers.PublicID, test bool, err error) {
	token := req.PathValue("token")
	if _, id, err = r.Keyring.Verify(token, subscribers.PurposeUnsubscribe); err == nil {
		return id, false, nil
	}
	if _, _, terr := r.Keyring.Verify(token, subscribers.PurposeTest); terr == nil {
		return id, true, nil
	}
	return id, false, err
}

// askToLeave shows a page with a button: a GET changes nothing, since mail
// scanners follow links (RFC 8058, section 1).
func (r *readers) askToLeave(w http.ResponseWriter, req *http.Request) {
	_, test, err := r.reader(req)
	switch {
	case err != nil:
		r.fail(w, req, err)
	case test:
		r.say(w, http.StatusOK, r.testPage())
	default:
		r.say(w, http.StatusOK, page{
			Title:  r.named(r.words.Pages.Leave),
			Text:   []string{r.words.Pages.LeaveHow},
			Button: r.words.Unsubscribe,
		})
	}
}

// leave unsubscribes at once and for ever, whatever the body holds: the button's
// empty form, or a mail provider's one-click request (RFC 8058, section 3.2), in
// either encoding, without cookie, referrer or redirect.
func (r *readers) leave(w http.ResponseWriter, req *http.Request) {
	id, test, err := r.reader(req)
	if err != nil {
		r.fail(w, req, err)
		return
	}
	if test {
		r.say(w, http.StatusOK, r.testPage())
		return
	}
	through := "the page"
	if oneClick(req) {
		through = "one-click"
	}
	if _, err := r.Readers.Unsubscribe(req.Context(), id, through); err != nil {
		r.fail(w, req, err)
		return
	}
	r.say(w, http.StatusOK, page{
		Title: r.words.Pages.Left,
		Text:  []string{r.named(r.words.Pages.LeftSaid)},
	})
}

// oneClick reports whether the body is a mail provider's. It only tells the
// record how a reader left; a body that can't be read leaves all the same.
func oneClick(req *http.Request) bool {
	err := req.ParseMultipartForm(maxForm)
	if err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return false
	}
	return req.PostForm.Get("List-Unsubscribe") == "One-Click"
}

func (r *readers) testPage() page {
	return page{
		Title: r.words.Pages.Test,
		Text:  []string{r.words.Pages.TestSaid},
	}
}
