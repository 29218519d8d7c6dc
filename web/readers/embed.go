package readers

import (
	"io/fs"
	"strings"

	"roundup/internal/language"
	"roundup/subscribers"
)

// EmbedOptions are what the sign-up form for the publication's own site is made of.
type EmbedOptions struct {
	BaseURL   string // where the pages are reached
	Language  string // of the form
	Chosen    bool   // who signs up by it has chosen that language
	Sections  []Section
	Weekly    bool  // the newsletter comes every week
	Templates fs.FS // parts of the pages that stand in for the built-in ones; nil for none
}

// embedView is what embed.html is filled with.
type embedView struct {
	Action, Language, Direction string
	Words                       language.JoinWords
	Choosing                    language.ChoosingWords
	Sections                    []sectionBox
	Chosen                      string
}

func (o EmbedOptions) view() embedView {
	words := language.WordsFor(o.Language)
	v := embedView{
		Action: o.BaseURL + "/subscribe", Language: words.Language(), Direction: words.Direction(),
		Words: words.Join, Choosing: words.Choosing, Sections: boxes(o.Sections, subscribers.Choice{}),
	}
	if !o.Weekly {
		v.Words.BoxLead = words.Join.BoxAny
	}
	if o.Chosen {
		v.Chosen = o.Language
	}
	return v
}

// Embed is the sign-up form for a page of the publication's own site, which must be one
// that may post here (Options.Origins).
func Embed(o EmbedOptions) (string, error) {
	set, err := parsePages(o.Templates)
	if err != nil {
		return "", err
	}
	form, err := set.HTML("embed", o.view())
	return strings.TrimSpace(form) + "\n", err
}
