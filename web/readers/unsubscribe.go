package readers

import (
	"context"
	"net/http"

	"roundup/subscribers"
)

// Subscribers is what the pages need of the list.
type Subscribers interface {
	// Leave ends the reader's subscription for ever, however often that has to be
	// tried. An id that is not known, such as a forgotten reader's, is no error:
	// there is nothing left to end.
	Leave(ctx context.Context, id subscribers.PublicID, by subscribers.Actor) error
}

// reader returns whom the token in the path names; test is true for the token
// of a test mail, which names nobody.
func (r *pages) reader(req *http.Request) (id subscribers.PublicID, test bool, err error) {
	token := req.PathValue("token")
	if id, err = r.Keyring.Verify(token, subscribers.PurposeUnsubscribe); err == nil {
		return id, false, nil
	}
	if _, terr := r.Keyring.Verify(token, subscribers.PurposeTest); terr == nil {
		return id, true, nil
	}
	return id, false, err
}

// askToLeave shows a page with a button: a GET changes nothing, since mail
// scanners follow links (RFC 8058, section 1).
func (r *pages) askToLeave(w http.ResponseWriter, req *http.Request) {
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

// leave unsubscribes at once and for ever. The token in the address says who, and
// that it is a POST says that they want to: the body is not waited for. The one
// of a mail provider (RFC 8058, section 3.2) says the same once more, in whatever
// encoding, and may be cut short by a client that does not wait.
func (r *pages) leave(w http.ResponseWriter, req *http.Request) {
	id, test, err := r.reader(req)
	if err != nil {
		r.fail(w, req, err)
		return
	}
	if test {
		r.say(w, http.StatusOK, r.testPage())
		return
	}
	by := subscribers.Actor{Kind: subscribers.OneClick}
	if req.URL.Query().Has(pageForm) {
		by = subscribers.Actor{Kind: subscribers.Reader, Through: subscribers.ThroughPage}
	}
	if err := r.leavings.leave(req.Context(), id, by); err != nil {
		r.fail(w, req, err)
		return
	}
	r.say(w, http.StatusOK, page{
		Title: r.words.Pages.Left,
		Text:  []string{r.named(r.words.Pages.LeftSaid)},
	})
}

// pageForm is in the query of what the page's own button posts to. It only tells
// the record how a reader left.
const pageForm = "page"

func (r *pages) testPage() page {
	return page{
		Title: r.words.Pages.Test,
		Text:  []string{r.words.Pages.TestSaid},
	}
}
