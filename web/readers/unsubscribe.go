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
	// Reader returns whom an id names, a zero subscriber for one that is not known,
	// and whether Undo would bring them back.
	Reader(ctx context.Context, id subscribers.PublicID) (sub subscribers.Subscriber, undoable bool, err error)
	// Undo brings back a reader who left within the last day, exactly as they were, and
	// reports whether it did.
	Undo(ctx context.Context, id subscribers.PublicID, by subscribers.Actor) (bool, error)
	// SayWhy keeps why a reader left; it does nothing for who has not.
	SayWhy(ctx context.Context, id subscribers.PublicID, why subscribers.WhyLeft, by subscribers.Actor) error
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
func (r *pages) askToLeave(req *http.Request, id subscribers.PublicID) (page, error) {
	sub, undoable, err := r.known(req, id)
	if err != nil {
		return page{}, err
	}
	r = r.in(sub.Choice.Language)
	if sub.Status == subscribers.Unsubscribed {
		p := r.leftPage(sub, undoable)
		if sub.WhyLeft != "" && req.URL.Query().Get(fieldDone) == doneWhy {
			p.Text = append(p.Text, p.in.words.Leaving.WhyThanks)
		}
		return p, nil
	}
	if p, back := r.backPage(req, sub); back {
		return p, nil
	}
	p := page{
		in:     r,
		Title:  r.named(r.words.Pages.Leave),
		Text:   append(r.yours(sub), r.words.Pages.LeaveHow),
		Button: r.words.Unsubscribe,
	}
	if sub.Email != "" {
		p.Less = r.less(sub)
		p.OwnLink, p.OwnLinkSays = r.ownLink(id), r.words.Me.Link
	}
	return p, nil
}

// known looks a reader up for a page about leaving, which needs nobody looked up: where that
// can't be done the reader is a zero one. It fails with errErased alone.
func (r *pages) known(req *http.Request, id subscribers.PublicID) (sub subscribers.Subscriber, undoable bool, err error) {
	sub, undoable, err = r.Readers.Reader(req.Context(), id)
	switch {
	case err == nil && sub.Email == "":
		return sub, false, errErased
	case err != nil && req.Context().Err() == nil:
		r.Log.Warn("a reader's page without the address", "route", req.Pattern, "error", err)
	}
	return sub, undoable, nil
}

// yours is a paragraph that says whose subscription it is; none for nobody known.
func (r *pages) yours(sub subscribers.Subscriber) []string {
	if sub.Email == "" {
		return nil
	}
	return []string{r.words.Fill(r.words.Leaving.Yours, "email", subscribers.Mask(sub.Email))}
}

// post is what a reader's page posts: by its query, leaving where that says nothing
// else.
func (r *pages) post(req *http.Request, id subscribers.PublicID) (page, error) {
	switch query := req.URL.Query(); {
	case query.Has(undoForm):
		return r.undo(req, id)
	case query.Has(whyForm):
		return r.sayWhy(req, id)
	}
	return r.leave(req, id)
}

// leave unsubscribes at once and for ever. The token in the address says who, and
// that it is a POST says that they want to: the body is not waited for. The one
// of a mail provider (RFC 8058, section 3.2) says the same once more, in whatever
// encoding, and may be cut short by a client that does not wait.
func (r *pages) leave(req *http.Request, id subscribers.PublicID) (page, error) {
	by := subscribers.Actor{Kind: subscribers.OneClick}
	if req.URL.Query().Has(pageForm) {
		by = onPage()
	}
	if err := r.leavings.leave(req.Context(), id, by); err != nil {
		return page{}, err
	}
	sub, undoable, _ := r.known(req, id)   // who was erased has left, too
	if by == onPage() && sub.Email != "" { // a one-click request is answered without a redirect (RFC 8058, section 3.1)
		return page{done: doneLeft}, nil
	}
	return r.leftPage(sub, undoable), nil
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
