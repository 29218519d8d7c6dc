package readers

import (
	"io/fs"
	"strings"

	"roundup/internal/language"
	"roundup/internal/templating"
)

// CheckTemplates finds mistakes in templates of one's own, so that no reader does: each
// kind of page is made with all that it can have, with next to nothing, without each
// thing that may be missing, and with each alone. The error is a *templating.Error, or
// that of reading a file.
func CheckTemplates(own fs.FS) error {
	set, err := parsePages(own)
	if err != nil {
		return err
	}
	set.FollowTags()
	fill := func(name string, data any) {
		if err == nil {
			_, err = set.HTML(name, data)
		}
	}
	for _, kind := range pageKinds {
		for _, v := range examples(kind) {
			fill(layout, v)
		}
	}
	for _, v := range examples(func(*view) {}) {
		fill("issue_head", v)
		fill("issue_top", v)
		fill("issue_foot", v)
	}
	article := entryArticle{Title: "Title", Link: "https://magazine.example/", Text: "Text", Byline: "By Ada"}
	for _, e := range []feedEntry{
		{}, {Sections: []entrySection{{Articles: []entryArticle{{Title: "Title"}}}}},
		{Sections: []entrySection{{Title: "Title", Articles: []entryArticle{article, article}}}, Corrections: corrected()},
	} {
		fill("feed_entry", e)
	}
	fill("embed", EmbedOptions{Language: "en"}.view())
	fill("embed", EmbedOptions{Language: "en", Chosen: true, Sections: []Section{{Title: "Title", Key: "key"}}}.view())
	if err != nil {
		return err
	}
	return asksName(set, own)
}

// asksName finds a choose.html without the field for a reader's name, which me.html has left
// to it: they could not change it any more. Whoever has a me.html of their own leaves out
// what they like.
func asksName(set *templating.Set, own fs.FS) error {
	mine, err := templateFiles(own)
	if err != nil || mine["choose.html"] == "" || mine["me.html"] != "" {
		return err
	}
	form, err := set.HTML("choose", fullView().Me.Saving)
	if err == nil && !strings.Contains(form, `name="name"`) {
		err = &templating.Error{
			Name: "web/choose.html", Message: "has no field for the reader's name, which is saved with what they choose",
			Hint: `take {{ with .Name }}…{{ end }} from the built-in one (templates export), or write a me.html that leaves the name out`,
		}
	}
	return err
}

// examples are a kind of page with everything, with next to nothing, and without, and
// with alone, each thing that may be missing.
func examples(kind func(*view)) []view {
	page := func(missing func(i int) bool) view {
		v := fullView()
		kind(&v)
		for i, takeAway := range optional {
			if missing(i) {
				takeAway(&v)
			}
		}
		return v
	}
	all := []view{page(func(int) bool { return false }), page(func(int) bool { return true })}
	for one := range optional {
		all = append(all, page(func(i int) bool { return i == one }), page(func(i int) bool { return i != one }))
	}
	return all
}

// pageKinds make of what has everything a page that there is.
var pageKinds = []func(*view){
	func(v *view) { v.Face, v.List = nil, nil },
	func(v *view) { v.Face, v.List, v.Form.Typing = nil, nil, &typing{Shown: "1 2 3 4", Wrong: "wrong"} },
	func(v *view) { v.List = nil },
	func(v *view) { v.Face = nil },
}

// optional takes what a page need not have out of an example, one thing each. What
// stands within something else may be gone with it.
var optional = []func(*view){
	func(v *view) { v.Tagline = "" },
	func(v *view) { v.Logo = "" },
	func(v *view) { v.Home, v.HomeName = "", "" },
	func(v *view) { v.Public = false },
	func(v *view) { v.Canonical = "" },
	func(v *view) { v.Feeds = nil },
	func(v *view) { v.Text = nil },
	func(v *view) { v.Wrong = "" },
	func(v *view) { v.Button, v.Query = "", "" },
	func(v *view) { v.Foot = "" },
	func(v *view) { v.OwnLink, v.OwnLinkSays = "", "" },
	func(v *view) { v.Left = nil },
	func(v *view) { with(v.Left, func(l *left) { l.Undo = false }) },
	func(v *view) { with(v.Left, func(l *left) { l.Whys = nil }) },
	func(v *view) { v.Less = nil },
	func(v *view) { with(v.Less, func(l *less) { l.Choosing = nil }) },
	func(v *view) { with(v.Less, func(l *less) { l.BadDay, l.Open = false, false }) },
	func(v *view) { v.Me = nil },
	func(v *view) { with(v.Me, func(m *me) { m.Active, m.Saving = false, nil }) },
	func(v *view) { with(v.Me, func(m *me) { m.Paused = "" }) },
	func(v *view) { with(v.Me, func(m *me) { m.BadDay, m.Unsure = false, false }) },
	func(v *view) { with(v.Me, func(m *me) { m.Address = nil }) },
	func(v *view) { with(v.Me, func(m *me) { m.Choosing = nil }) },
	func(v *view) { v.choosings(func(c *choosing) { c.Sections = nil }) },
	func(v *view) { v.choosings(func(c *choosing) { c.Often, c.Monthly = false, false }) },
	func(v *view) { v.choosings(func(c *choosing) { c.Languages = nil }) },
	func(v *view) { v.choosings(func(c *choosing) { c.Wrong = "" }) },
	func(v *view) { v.Form = nil },
	func(v *view) { with(v.Form, func(f *form) { f.Wrong, f.NoSection, f.Chosen = "", "", false }) },
	func(v *view) { with(v.Form, func(f *form) { f.Sections = nil }) },
	func(v *view) { with(v.Form, func(f *form) { f.Languages = nil }) },
	func(v *view) { with(v.Face, func(f *faceParts) { f.Rhythm = "" }) },
	func(v *view) { with(v.Face, func(f *faceParts) { f.Next = "" }) },
	func(v *view) { with(v.Face, func(f *faceParts) { f.Latest = nil }) },
	func(v *view) { with(v.List, func(l *listParts) { l.Years = nil }) },
	func(v *view) { with(v.List, func(l *listParts) { l.Groups = nil }) },
	func(v *view) { with(v.List, func(l *listParts) { l.Nothing = "" }) },
	func(v *view) { with(v.List, func(l *listParts) { l.Older = "" }) },
	func(v *view) { with(v.List, func(l *listParts) { l.Newest = "" }) },
	func(v *view) { with(v.List, func(l *listParts) { l.All = "" }) },
	func(v *view) { with(v.Issue, func(i *issueParts) { i.Previous = nil }) },
	func(v *view) { with(v.Issue, func(i *issueParts) { i.Next = nil }) },
	func(v *view) { with(v.Issue, func(i *issueParts) { i.Data = nil }) },
	func(v *view) { with(v.Issue, func(i *issueParts) { i.Corrections = nil }) },
}

// with changes what is there.
func with[T any](part *T, change func(*T)) {
	if part != nil {
		change(part)
	}
}

func (v *view) choosings(change func(*choosing)) {
	with(v.Me, func(m *me) { with(m.Saving, change); with(m.Choosing, change) })
	with(v.Less, func(l *less) { with(l.Choosing, change) })
}

func corrected() []correction {
	return []correction{{"Correction:", []string{"Text", "Text"}}, {"Correction:", []string{"Text"}}}
}

// fullView has everything that a page can have, and more than one has.
func fullView() view {
	r := &pages{words: language.WordsFor("en"), Options: Options{
		Name: "Name", Tagline: "Tagline", Logo: "https://magazine.example/logo.png", Home: "https://magazine.example/", BaseURL: "https://news.magazine.example",
	}}
	r.first = r
	line := issueLine{Title: "Title", Link: "/issues/1", Date: "May 1", Day: "2026-05-01", Number: "No. 1", Text: "Text"}
	sections := []sectionBox{{"key", "Title", true}, {"other", "Other", false}}
	languages := []languageBox{{"en", "English", true}, {"de", "Deutsch", false}}
	choice := func() *choosing {
		return &choosing{Words: r.words.Choosing, Action: "/", Sections: sections, Often: true, Monthly: true, Wrong: "wrong", Languages: languages, Button: "Button"}
	}
	v := r.view(page{
		Title: "Title", Wrong: "wrong", Text: []string{"Text", "Text"}, Button: "Button", Query: "page", Foot: "Foot", OwnLink: "/", OwnLinkSays: "Link",
		Form: &form{Action: "/", Words: r.words.Join, Choosing: r.words.Choosing, Wrong: "wrong", Chosen: true, NoSection: "wrong", Sections: sections, Languages: languages},
		Me: &me{
			Words: r.words.Me, Active: true, Paused: "Paused", BadDay: true, Unsure: true, From: "2026-05-02", To: "2027-05-01", Leave: "/", LeaveSay: "Leave",
			Address: &newAddress{Words: r.words.Address, Label: "Label", Wrong: "wrong"}, Saving: choice(), Choosing: choice(),
		},
		Less:  &less{Says: "Text", Words: r.words.Me, Choosing: choice(), Pause: "/", PauseButton: "Button", From: "2026-05-02", To: "2027-05-01", BadDay: true, Open: true},
		Left:  &left{Words: r.words.Leaving, Undo: true, Whys: []why{{Text: "Text"}}},
		Feeds: []feedLinks{{Title: "Title", Atom: "/a", RSS: "/r", JSON: "/j"}}, Public: true, Canonical: "https://news.magazine.example/",
		Face: &faceParts{Rhythm: "Rhythm", Next: "Next", Latest: []issueLine{line, line}},
		List: &listParts{
			Years: []yearLink{{Title: "2026", Link: "/", Here: true}}, Groups: []yearGroup{{"2026", []issueLine{line, line}}},
			Older: "/", Newest: "/", All: "/", Nothing: "Nothing",
		},
	})
	v.Me.Saving.Name = &ownName{Label: "Label", Given: "Name"}
	previous, next := line, line
	v.Issue = &issueParts{Previous: &previous, Next: &next, Data: &issueData{}, Corrections: corrected()}
	return v
}
