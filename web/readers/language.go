package readers

import (
	"net/http"
	"net/url"
	"slices"

	"roundup/internal/language"
	"roundup/subscribers"
)

// fieldLanguage is the field of a form, and the query of the sign-up's address, with the
// language that was chosen.
const fieldLanguage = "language"

// languageBox is a language to choose, by the name it has for itself.
type languageBox struct {
	Tag, Name string
	On        bool
}

// in are the pages as somebody reads them who chose a language, as it is kept: in the
// newsletter's own where none that is offered stands for it.
func (r *pages) in(chosen string) *pages {
	own := r.first
	found := language.Among(chosen, own.Languages)
	if found == "" || found == own.Language {
		return own
	}
	spoken := *own
	spoken.Language, spoken.words = found, language.WordsFor(found)
	spoken.Sections = slices.Clone(own.Sections)
	for i, s := range spoken.Sections {
		if s.InBrief {
			spoken.Sections[i].Title = spoken.words.InBrief
		}
	}
	return &spoken
}

// inTheirs are the pages in the language of the reader whom a link names: in the newsletter's
// where there is none to choose, or that can't be found out.
func (r *pages) inTheirs(req *http.Request, id subscribers.PublicID) *pages {
	if len(r.Languages) < 2 {
		return r
	}
	sub, _, err := r.Readers.Reader(req.Context(), id)
	if err != nil {
		return r
	}
	return r.in(sub.Choice.Language)
}

// languageBoxes are the languages to choose from, that of the page chosen; none where there
// is but one.
func (r *pages) languageBoxes() []languageBox {
	if len(r.Languages) < 2 {
		return nil
	}
	var all []languageBox
	for i, name := range language.SelfNames(r.Languages) {
		tag := r.Languages[i]
		all = append(all, languageBox{Tag: tag, Name: name, On: tag == r.Language})
	}
	return all
}

// languageOf is what is kept of the language that a form chooses: "" for the newsletter's
// own; false where it says nothing.
func (r *pages) languageOf(form url.Values) (string, bool) {
	found := language.Among(form.Get(fieldLanguage), r.Languages)
	if found != "" && found == r.first.Language {
		return "", true
	}
	return found, found != ""
}
