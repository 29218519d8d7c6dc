package editor

import (
	"net/http"

	"roundup/digest"
)

// clash is a text that was changed elsewhere, such as in another tab, while it
// was typed here. Nothing is overwritten before the editor has seen both.
type clash struct {
	Do      digest.Verb
	Name    string // of the text, for people
	Article int64  // 0 for the issue's own
	Issue   int
	Yours   string
	Now     string // as it is printed now
	Edited  string // as somebody edited it; "" where the publication's or the template's stands
}

// Field is the element the text is typed in.
func (c clash) Field() string {
	if c.Article > 0 {
		return string(c.Do) + "-" + numbered(c.Article)
	}
	return string(c.Do)
}

// seenAs is what a text was edited to when a form was filled in; nil where the form
// does not say.
func seenAs(r *http.Request, do digest.Verb) *string {
	name := string(do) + "-edit"
	if !r.PostForm.Has(name) {
		return nil
	}
	was := typed(r.FormValue(name))
	return &was
}

// clashOf is that of a change that was refused, with the issue as it is now.
func clashOf(c digest.Change, p Preview) clash {
	names := map[digest.Verb]string{
		digest.DoSubject: "subject", digest.DoPreheader: "preheader", digest.DoNote: "note",
		digest.DoHeadline: "headline", digest.DoBlurb: "text",
	}
	return clash{
		Do: c.Do, Name: names[c.Do], Article: c.Article, Issue: c.Issue,
		Yours: c.Text, Now: p.printed(c.Do, c.Article), Edited: typed(p.Edits.Text(c.Do, c.Article)),
	}
}

// printed is a text as it stands in the mail.
func (p Preview) printed(do digest.Verb, id int64) string {
	switch do {
	case digest.DoSubject:
		return p.Issue.Subject
	case digest.DoPreheader:
		return p.Issue.Preheader
	case digest.DoNote:
		return p.Issue.Note
	}
	for _, a := range p.Issue.Articles() {
		switch {
		case a.ID != id:
		case do == digest.DoHeadline:
			return a.Headline
		default:
			return a.Text
		}
	}
	return p.Edits.Text(do, id)
}
