package readers

import (
	"net/url"
	"strings"
	"time"

	"roundup/internal/language"
	"roundup/subscribers"
)

// form is the sign-up form, which any page can hold: the part subscribe.html.
type form struct {
	Action string // where it posts to
	Moment string // when it was shown, signed
	Words  language.JoinWords
	Email  string // as it was typed before; so for Name
	Name   string
	Wrong  string // what is wrong with Email; "" for nothing

	Choosing  language.ChoosingWords
	Sections  []sectionBox // to tick; none where there is nothing to choose
	Chosen    bool         // not all of them are ticked
	NoSection string       // what is wrong with them; "" for nothing

	Languages []languageBox // to choose from; none where there is nothing to choose

	Typing *typing // what else is asked for, on a page of its own; nil for nothing
}

// fillIn is a form as it was sent, to be sent once more.
func (f *form) fillIn(sent url.Values, c subscribers.Choice) {
	f.Email, f.Name = sent.Get("email"), sent.Get("name")
	for i, s := range f.Sections {
		f.Sections[i].On = c.Wants(s.Key)
		f.Chosen = f.Chosen || !c.Wants(s.Key)
	}
}

// form is a fresh form. Its title, where the page has another, is Words.Title.
func (r *pages) form() *form {
	words := r.words.Join
	words.Title = r.named(words.Title)
	return &form{
		Action: r.path("/subscribe"), Words: words, Choosing: r.words.Choosing, Sections: boxes(r.Sections, subscribers.Choice{}),
		Languages: r.languageBoxes(),
		Moment:    r.Keyring.TimedToken(subscribers.PurposeForm, subscribers.PublicID{}, r.Now()),
	}
}

// invitation is the form where people can sign up, nil where they can't. Its moment is
// rounded down, by nothing but on a page that stays the same for so long.
func (r *pages) invitation(every time.Duration) *form {
	if r.SignUps == nil {
		return nil
	}
	f := r.form()
	f.Moment = r.Keyring.TimedToken(subscribers.PurposeForm, subscribers.PublicID{}, r.Now().Truncate(every))
	return f
}

// path is where a page is for a browser: below the base address's own path.
func (r *pages) path(to string) string {
	u, err := url.Parse(r.BaseURL)
	if err != nil {
		return to
	}
	return strings.TrimRight(u.Path, "/") + to
}

// base is the base address without a slash at its end.
func (r *pages) base() string { return strings.TrimRight(r.BaseURL, "/") }
