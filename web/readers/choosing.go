package readers

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"

	"roundup/digest/schedule"
	"roundup/internal/language"
	"roundup/subscribers"
)

// Fields of the form to choose by. What is not in fieldOf was not shown: a section that
// came meanwhile stays on.
const (
	fieldSections = "sections"
	fieldOf       = "of"
	fieldOften    = "often"
	fieldName     = "name"
)

// choosing is what a reader chooses of each issue, and which issues: the part choose.html.
type choosing struct {
	Words     language.ChoosingWords
	Action    string   // where it posts to
	Name      *ownName // the reader's, to be saved with it; nil where that is not asked
	Sections  []sectionBox
	Often     bool // there is more than an issue a month
	Monthly   bool
	Languages []languageBox // none where there is nothing to choose, or it is not asked here
	Wrong     string        // what is wrong with it; "" for nothing
	Button    string
}

// ownName is a reader's name, in a form of theirs.
type ownName struct {
	Label, Given string
}

// sectionBox is a section to tick.
type sectionBox struct {
	Key, Title string
	On         bool
}

// choosing is the form for a choice; nil where there is nothing to choose.
func (r *pages) choosing(c subscribers.Choice, action, button string, languages []languageBox) *choosing {
	f := &choosing{
		Words: r.words.Choosing, Action: action, Button: button, Languages: languages,
		Monthly: c.Monthly, Often: c.Monthly || r.Rhythm.Pace != schedule.Monthly,
	}
	f.Sections = boxes(r.Sections, c)
	if len(f.Sections) == 0 && !f.Often && len(languages) == 0 {
		return nil
	}
	return f
}

// boxes are sections to tick; none where there is but one.
func boxes(sections []Section, c subscribers.Choice) []sectionBox {
	if len(sections) < 2 {
		return nil
	}
	var all []sectionBox
	for _, s := range sections {
		all = append(all, sectionBox{s.Key, s.Title, c.Wants(s.Key)})
	}
	return all
}

// chosen is what a form makes of a choice; false where it leaves no section.
func (r *pages) chosen(form url.Values, c subscribers.Choice) (subscribers.Choice, bool) {
	if there := r.keysAmong(form[fieldOf]); len(there) > 0 {
		on := r.keysAmong(form[fieldSections])
		if len(on) == 0 {
			return c, false
		}
		c = c.Only(on, there)
	}
	if often := subscribers.Frequency(form.Get(fieldOften)); often.Known() {
		c.Monthly = often == subscribers.Monthly
	}
	// A language that is not offered now stays, unless another is chosen than what stands for it.
	if tag, said := r.languageOf(form); said && cmp.Or(tag, r.first.Language) != r.in(c.Language).Language {
		c.Language = tag
	}
	return c, true
}

// noSection fills in a form as it was sent, which leaves no section, and says so.
func (r *pages) noSection(f *choosing, sent url.Values) string {
	f.Wrong = r.words.Choosing.NoSection
	for i, s := range f.Sections {
		f.Sections[i].On = s.On && !slices.Contains(sent[fieldOf], s.Key)
	}
	if often := subscribers.Frequency(sent.Get(fieldOften)); often.Known() {
		f.Monthly = often == subscribers.Monthly
	}
	if found := language.Among(sent.Get(fieldLanguage), r.Languages); found != "" {
		for i, l := range f.Languages {
			f.Languages[i].On = l.Tag == found
		}
	}
	return f.Wrong
}

// keysAmong are the keys of the newsletter's sections among what a form says.
func (r *pages) keysAmong(said []string) []string {
	var keys []string
	for _, s := range r.Sections {
		if slices.Contains(said, s.Key) {
			keys = append(keys, s.Key)
		}
	}
	return keys
}

// signedUpFor is what a form to sign up chooses. One without boxes says nothing of sections,
// and asks for all. chose reports whether it says anything of them.
func (r *pages) signedUpFor(sent url.Values) (c subscribers.Choice, chose bool) {
	c.Language, _ = r.languageOf(sent)
	on, there := r.keysAmong(sent[fieldSections]), r.keysAmong(sent[fieldOf])
	switch {
	case len(there) > 0:
	case len(on) == 0:
		return c, false
	default: // of a form that does not say which boxes it has
		there = r.sectionKeys()
	}
	return c.Only(on, there), true
}

// leavesNoSection reports whether a form to sign up has boxes, and none of them is ticked.
func (r *pages) leavesNoSection(sent url.Values) bool {
	return len(r.keysAmong(sent[fieldOf])) > 0 && len(r.keysAmong(sent[fieldSections])) == 0
}

// sectionKeys are the keys of all of them.
func (r *pages) sectionKeys() []string {
	var keys []string
	for _, s := range r.Sections {
		keys = append(keys, s.Key)
	}
	return keys
}

// save takes a reader's choice, and their name where the form has it. p is their page.
func (r *pages) save(req *http.Request, sub subscribers.Subscriber, p page) (page, error) {
	if p.Me.Choosing != nil {
		c, some := r.chosen(req.PostForm, sub.Choice)
		if !some {
			p.Wrong = r.noSection(p.Me.Choosing, req.PostForm)
			if req.PostForm.Has(fieldName) {
				p.Me.Name = req.PostForm.Get(fieldName)
			}
			p.Me.Saving = p.Me.saving(p.Me.Name)
			return p, nil
		}
		if err := r.Own.Choose(req.Context(), sub, c, onPage()); err != nil {
			return page{}, err
		}
	}
	if !req.PostForm.Has(fieldName) {
		return page{done: doneSaved}, nil
	}
	return page{done: doneSaved}, r.Own.Rename(req.Context(), sub, req.PostForm.Get(fieldName), onPage())
}
