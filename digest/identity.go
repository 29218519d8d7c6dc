package digest

import (
	"time"

	"roundup/internal/language"
)

// Name is one way a source named an article: what it is recognised by.
type Name struct {
	GUID      string // "" when the source gave none
	URL       string // the link as printed; "" when there is none
	Canonical string // "" without a URL, or when the URL names no one article
}

// sharedLinks is how many articles of different titles in one reading may not
// have the same link if it is to name any of them.
const sharedLinks = 3

// Identified returns the reading with every article under the names it is
// matched by, which are what Known is to be looked up by: Canonical is set for
// every URL, and an article that has neither URL nor GUID gets a GUID made of
// its title and date.
//
// A link that three or more articles of different titles share (the front page
// of a site whose feed links nothing else) names none of them: they go by their
// GUIDs, and Canonical is empty. The reading given is left as it is.
func (r Reading) Identified() Reading {
	articles := make([]Article, len(r.Articles))
	titles := map[string]map[string]bool{}
	for i, a := range r.Articles {
		if a.Canonical == "" {
			a.Canonical = Canonical(a.URL)
		}
		if titles[a.Canonical] == nil {
			titles[a.Canonical] = map[string]bool{}
		}
		titles[a.Canonical][language.Fold(a.Title)] = true
		articles[i] = a
	}
	for i := range articles {
		a := &articles[i]
		if len(titles[a.Canonical]) >= sharedLinks {
			a.Canonical = ""
		}
		if a.Canonical == "" && a.GUID == "" {
			a.GUID = standInGUID(*a)
		}
	}
	r.Articles = articles
	return r
}

// standInGUID identifies an article by what it says, for want of anything better.
func standInGUID(a Article) string {
	words := a.Title
	if words == "" {
		words = a.Blurb()
	}
	date := "undated"
	if !a.Published.IsZero() {
		date = a.Published.UTC().Format(time.RFC3339)
	}
	return "title:" + language.Fold(words) + " " + date
}

// sameUnderGUID reports whether two articles with one GUID are one. Some
// sources give an old GUID to a new article, so with another URL something
// else must be the same: the title or the date.
func sameUnderGUID(a, b Article) bool {
	return b.Canonical == "" || likeness(a, b) > 0
}

// likeness says how well an article fits one with the same GUID: by its link, its
// title, its date, in this order; 0 for not at all.
func likeness(a, b Article) int {
	n := 0
	if a.Canonical == b.Canonical && a.Canonical != "" {
		n += 4
	}
	if language.Same(a.Title, b.Title) {
		n += 2
	}
	if !a.Published.IsZero() && sameMoment(a.Published, b.Published) {
		n++
	}
	return n
}

// sameMoment compares times as precisely as they are stored, to the millisecond.
func sameMoment(a, b time.Time) bool {
	return a.Truncate(time.Millisecond).Equal(b.Truncate(time.Millisecond))
}
