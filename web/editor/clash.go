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

// clashOf compares what a form's text was edited to when it was filled in with
// what it is edited to now; nil where these are the same, or where the form does
// not say.
func clashOf(r *http.Request, p Preview, c digest.Change) *clash {
	name := string(c.Do) + "-edit"
	now := p.edited(c.Do, c.Article)
	if !r.PostForm.Has(name) || typed(r.FormValue(name)) == now || c.Text == now {
		return nil
	}
	names := map[digest.Verb]string{
		digest.DoSubject: "subject", digest.DoPreheader: "preheader", digest.DoNote: "note",
		digest.DoHeadline: "headline", digest.DoBlurb: "text",
	}
	return &clash{
		Do: c.Do, Name: names[c.Do], Article: c.Article, Issue: c.Issue,
		Yours: c.Text, Now: p.printed(c.Do, c.Article), Edited: now,
	}
}

// edited is a text as a person edited it; "" where nobody did.
func (p Preview) edited(do digest.Verb, id int64) string {
	switch do {
	case digest.DoSubject:
		return typed(p.Edits.Subject)
	case digest.DoPreheader:
		return typed(p.Edits.Preheader)
	case digest.DoNote:
		return typed(p.Edits.Note)
	case digest.DoHeadline:
		return typed(p.Edits.Articles[id].Headline)
	case digest.DoBlurb:
		return typed(p.Edits.Articles[id].Blurb)
	}
	return ""
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
	return p.edited(do, id)
}
