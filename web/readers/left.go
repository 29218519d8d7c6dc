package readers

import (
	"errors"
	"net/http"

	"roundup/internal/language"
	"roundup/subscribers"
)

// What is in the query of the forms below a leaving.
const (
	undoForm = "undo"
	whyForm  = "why" // and the name of its field
)

// left is what a page offers who has left: the part left.html.
type left struct {
	Words language.LeavingWords
	Undo  bool
	Whys  []why // to choose from; none where it was said
}

// why is a reason to leave.
type why struct {
	Value subscribers.WhyLeft
	Text  string
}

// onPage is a reader who pressed a button on a page.
func onPage() subscribers.Actor {
	return subscribers.Actor{Kind: subscribers.Reader, Through: subscribers.ThroughPage}
}

// leftPage is what a reader sees who has left.
func (r *pages) leftPage(sub subscribers.Subscriber, undoable bool) page {
	r = r.in(sub.Choice.Language)
	p := page{
		in:    r,
		Title: r.words.Pages.Left,
		Text:  append([]string{r.named(r.words.Pages.LeftSaid)}, r.yours(sub)...),
	}
	if sub.Email == "" {
		return p
	}
	p.OwnLink, p.OwnLinkSays = r.ownLink(sub.PublicID), r.words.Me.LinkLeft
	p.Left = &left{Words: r.words.Leaving, Undo: undoable}
	if undoable {
		p.Less = r.lessAfter(sub)
	}
	if sub.WhyLeft == "" {
		p.Left.Whys = r.whys()
	}
	return p
}

func (r *pages) whys() []why {
	words := r.words.Leaving
	texts := map[subscribers.WhyLeft]string{
		subscribers.TooOften: words.TooOften, subscribers.NotForMe: words.NotForMe, subscribers.NeverAsked: words.NeverAsked,
		subscribers.Elsewhere: words.Elsewhere, subscribers.Other: words.Other,
	}
	var all []why
	for _, value := range subscribers.WhysLeft() {
		all = append(all, why{value, texts[value]})
	}
	return all
}

// forReader answers what only somebody's own link may ask for. That of a test mail
// only says so.
func (r *pages) forReader(do func(*http.Request, subscribers.PublicID) (page, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		id, test, err := r.reader(req)
		p := r.testPage()
		if err == nil && !test {
			p, err = do(req, id)
		}
		switch {
		case errors.Is(err, subscribers.ErrToken):
			r.badLink(w, append([]string{r.words.Pages.BadLinkButton}, r.asking(r.words.Pages.BadLinkAsk)...)...)
		case err != nil:
			r.fail(w, req, err)
		default:
			r.lead(w, p.status(), p)
		}
	}
}

func (r *pages) undo(req *http.Request, id subscribers.PublicID) (page, error) {
	if err := req.ParseForm(); err != nil {
		return page{}, err
	}
	sub, undoable, err := r.Readers.Reader(req.Context(), id)
	if err != nil {
		return page{}, err
	}
	if again, wrong := r.in(sub.Choice.Language).insteadAgain(req.PostForm, sub); undoable && wrong != "" {
		p := r.leftPage(sub, undoable)
		p.Wrong, p.Less = wrong, again
		return p, nil
	}
	undone, err := r.Readers.Undo(req.Context(), id, onPage())
	if err != nil {
		return page{}, err
	}
	sub, _, err = r.Readers.Reader(req.Context(), id)
	if err != nil {
		return page{}, err
	}
	r = r.in(sub.Choice.Language)
	words := r.words.Leaving
	if !undone && sub.Status != subscribers.Active {
		return r.linked(page{in: r, Title: words.TooLate, Text: []string{r.named(words.TooLateSaid)}}), nil
	}
	// An active one has pressed twice, perhaps because the rest failed the first time.
	done, err := r.instead(req, sub)
	return page{done: done}, err
}

// linked is a page with a link to the form to sign up, where there is one.
func (r *pages) linked(p page) page {
	if r.SignUps != nil {
		p.OwnLink, p.OwnLinkSays = r.toSignUp(), r.named(r.words.Join.Title)
	}
	return p
}

// toSignUp is where the form to sign up is, in the language of the page.
func (r *pages) toSignUp() string { return r.path("/subscribe?" + fieldLanguage + "=" + r.Language) }

func (r *pages) sayWhy(req *http.Request, id subscribers.PublicID) (page, error) {
	said := subscribers.WhyLeft(req.PostFormValue(whyForm))
	if said.Known() {
		if err := r.Readers.SayWhy(req.Context(), id, said, onPage()); err != nil {
			return page{}, err
		}
	}
	sub, undoable, _ := r.known(req, id) // who was erased has left, too
	if sub.Email != "" {
		return page{done: doneWhy}, nil
	}
	return r.leftPage(sub, undoable), nil
}
