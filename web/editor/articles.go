package editor

import (
	"cmp"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/unicode/bidi"

	"roundup/digest"
	"roundup/internal/language"
)

// card is one candidate as the page shows it.
type card struct {
	ID        int64
	Place     int // in its section, from 1; 0 for one that is not in
	First     bool
	Last      bool
	Section   string
	Headline  string // as printed
	Blurb     string // as printed
	Title     string // the publication's own headline
	Text      string // the publication's own blurb
	URL       string
	About     string // "Analysis | Europe +2 · By A. Author · Wed 18 Nov"
	Labels    string // all of them, where About has not
	Direction string // of the headline: "ltr" or "rtl"
	HandHead  string // the headline as it was edited; "" for the publication's own
	HandText  string // likewise the text
	Source    string // where it comes from, where there is more than one source
	Why       string // the reason of its fate
	Pinned    bool
	Edited    bool
	Moved     bool
	Rolled    bool
	Example   bool     // an old article that stands in: no edit can be about it
	Sections  []string // it can be moved to; empty where there is but one
	Conflicts []digest.Conflict
	CanPin    bool
	CanSkip   bool
	CanDrop   bool
	CanBack   bool // restore
	CanAgain  bool
}

// cardSection is a section of the issue, which may have nothing in it.
type cardSection struct {
	Title string
	Name  string // for people: the title, or "Articles"
	Cards []card
}

// leftGroup is the candidates that are not in the issue for one kind of reason.
type leftGroup struct {
	Name  string
	Key   string // for its element
	Open  bool
	Cards []card
}

// sectionsOf lists the issue's articles by section, in the order printed, with
// the sections that have none.
func sectionsOf(p Preview) []cardSection {
	titles := p.Sections
	if len(titles) == 0 {
		titles = []string{""}
	}
	fates := map[int64]digest.Fate{}
	for _, f := range p.Fates {
		fates[f.Candidate.ID] = f
	}
	var sections []cardSection
	for _, title := range titles {
		sections = append(sections, cardSection{Title: title, Name: cmp.Or(title, "Articles")})
	}
	for _, printed := range p.Issue.Sections {
		i := slices.IndexFunc(sections, func(s cardSection) bool { return s.Title == printed.Title })
		if i < 0 {
			i = len(sections)
			sections = append(sections, cardSection{Title: printed.Title, Name: cmp.Or(printed.Title, "Articles")})
		}
		for place, article := range printed.Articles {
			c := p.card(fates[article.ID], article.Article)
			c.Place, c.First, c.Last = place+1, place == 0, place+1 == len(printed.Articles)
			c.Example = p.Example
			c.Direction = directionOf(article.Headline)
			c.Headline, c.Blurb, c.Section, c.Rolled = article.Headline, article.Text, printed.Title, article.RolledOver
			sections[i].Cards = append(sections[i].Cards, c)
		}
	}
	return sections
}

// leftOf groups the candidates that are not in the issue by what becomes of them.
func leftOf(p Preview) []leftGroup {
	groups := []leftGroup{
		{Name: "Waiting for the next issue", Key: "next", Open: true},
		{Name: "Left out of this one", Key: "later", Open: true},
		{Name: "Too old, and given up with this issue", Key: "expired", Open: true},
		{Name: "Not owed", Key: "out"},
	}
	direction := language.WordsFor(p.Language).Direction()
	at := map[digest.Outcome]int{digest.Next: 0, digest.Later: 1, digest.Expired: 2, digest.Out: 3}
	for _, f := range p.Fates {
		i, ok := at[f.Outcome]
		if !ok {
			continue
		}
		c := p.card(f, f.Candidate.Article)
		c.Direction = direction // rows of one list run one way
		groups[i].Cards = append(groups[i].Cards, c)
	}
	return slices.DeleteFunc(groups, func(g leftGroup) bool { return len(g.Cards) == 0 })
}

func (p Preview) card(f digest.Fate, a digest.Article) card {
	edit := p.Edits.Articles[a.ID]
	c := card{
		ID:       a.ID,
		Section:  f.Section,
		Headline: cmp.Or(edit.Headline, a.Title, "(no title)"),
		Blurb:    cmp.Or(edit.Blurb, a.Blurb()),
		Title:    a.Title,
		Text:     a.Blurb(),
		URL:      a.URL,
		About:    p.about(a),
		HandHead: edit.Headline,
		HandText: edit.Blurb,
		Source:   p.source(a.Source),
		Why:      f.Reason,
		Pinned:   edit.Pin,
		Edited:   edit.Headline != "" || edit.Blurb != "",
		Moved:    edit.Section != "" || edit.Position > 0,
	}
	c.Direction = directionOf(c.Headline)
	if len(a.Labels) > mostLabels {
		c.Labels = strings.Join(a.Labels, " | ")
	}
	for _, conflict := range p.Conflicts {
		if conflict.Article == a.ID {
			c.Conflicts = append(c.Conflicts, conflict)
		}
	}
	if len(p.Sections) > 1 {
		c.Sections = p.Sections
	}
	owed := f.Candidate.State == digest.Owed
	c.CanSkip = owed && !edit.Skip && f.Outcome != digest.Out // what a rule keeps out needs no skip
	c.CanPin = c.CanSkip && f.Outcome != digest.Expired
	c.CanDrop = owed
	c.CanAgain = f.Candidate.State == digest.Carried
	c.CanBack = edit.Skip || slices.Contains([]digest.State{digest.Dropped, digest.Baseline, digest.Quarantined}, f.Candidate.State)
	return c
}

// about is the line below a headline.
func (p Preview) about(a digest.Article) string {
	var names, parts []string
	for _, author := range a.Authors {
		names = append(names, author.Name)
	}
	if len(a.Labels) > 0 {
		parts = append(parts, labelsOf(a))
	}
	if len(names) > 0 {
		parts = append(parts, strings.Join(names, ", "))
	}
	if !a.Date().IsZero() {
		date := "Mon 2 Jan"
		if p.in(a.Date()).Year() != p.in(p.Issue.Date).Year() {
			date = "2 Jan 2006"
		}
		parts = append(parts, strings.ReplaceAll(p.in(a.Date()).Format(date), " ", "\u00a0"))
	}
	return strings.Join(parts, " · ")
}

// mostLabels is how many labels of an article are shown.
const mostLabels = 2

// labelsOf are an article's first labels, and how many more there are.
func labelsOf(a digest.Article) string {
	if n := len(a.Labels) - mostLabels; n > 0 {
		return strings.Join(a.Labels[:mostLabels], " | ") + fmt.Sprintf("\u00a0+%d", n)
	}
	return strings.Join(a.Labels, " | ")
}

// directionOf is the way a text runs, by its first letter that says so.
func directionOf(text string) string {
	for _, r := range text {
		p, _ := bidi.LookupRune(r)
		switch p.Class() {
		case bidi.L:
			return "ltr"
		case bidi.R, bidi.AL:
			return "rtl"
		}
	}
	return "ltr"
}

// source is a short name of where an article comes from; "" where all come from
// one place.
func (p Preview) source(s string) string {
	if !slices.ContainsFunc(p.Fates, func(f digest.Fate) bool { return f.Candidate.Source != s }) {
		return ""
	}
	if u, err := url.Parse(s); err == nil && u.Host != "" {
		return u.Host
	}
	return path.Base(s)
}

// Editable reports whether the article can be given another place.
func (c card) Editable() bool { return c.Place > 0 && !c.Example }

// Up is the place one before.
func (c card) Up() int { return c.Place - 1 }

// Down is the place one after.
func (c card) Down() int { return c.Place + 1 }
