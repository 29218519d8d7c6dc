package editor

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"roundup/digest"
	"roundup/internal/wording"
)

// saidOf says what became of a change: of which article, by the headline it is
// printed with, where it is now, and which others make room for it or come in.
func saidOf(c digest.Change, said string, before, after Preview) string {
	if c.AboutIssue() {
		return said
	}
	was, is := before.spot(c.Article), after.spot(c.Article)
	parts := []string{didWords(c, quoted(cmp.Or(is.headline, was.headline, "the article")), was, is)}
	gone := c.Do == digest.DoSkip || c.Do == digest.DoDrop || c.Do == digest.DoPin && is.place == 0 // which says where it is
	if !gone && (was.where() != is.where() || c.Do == digest.DoMove) {
		parts = append(parts, is.words())
	}
	if out := others(before, after, c.Article); len(out) > 0 {
		parts = append(parts, listed(out)+" "+verbFor(out, "makes", "make")+" room and "+verbFor(out, "waits", "wait")+".")
	}
	if in := others(after, before, c.Article); len(in) > 0 {
		parts = append(parts, listed(in)+" "+verbFor(in, "comes", "come")+" in.")
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " ")
}

// didWords is what was done to an article.
func didWords(c digest.Change, name string, was, is spot) string {
	switch c.Do {
	case digest.DoPin:
		switch {
		case is.off && was.off:
			return name + " is pinned; " + is.unseen() + "."
		case is.off:
			return name + " is taken in; " + is.unseen() + "."
		case is.place == 0:
			return name + " is pinned, but not in this issue: " + is.why + "."
		case was.place == 0 && !was.off:
			return name + " is taken in."
		}
		return name + " is pinned."
	case digest.DoUnpin:
		return name + " is no longer pinned."
	case digest.DoSkip:
		return name + " is left out of this issue."
	case digest.DoDrop:
		return name + " is dropped: no issue prints it."
	case digest.DoRestore:
		return name + " is restored."
	case digest.DoAgain:
		return name + " is to be printed again."
	case digest.DoMove:
		return name + " is moved."
	case digest.DoHeadline:
		if c.Text == "" {
			return name + " has its own headline."
		}
		return "The headline of " + name + " is saved."
	}
	if c.Text == "" {
		return name + " has its own text."
	}
	return "The text of " + name + " is saved."
}

// spot is where an article is.
type spot struct {
	headline string
	section  string
	place    int    // in the section, from 1; 0 for one that is not in the issue
	why      string // it is not
	off      bool   // it is in the issue, and not in the variant that is looked at
}

func (s spot) where() string { return fmt.Sprintf("%s %d", s.section, s.place) }

// unseen says why it does not show in the variant that is looked at.
func (s spot) unseen() string { return "this reader does not get it: " + s.why }

func (s spot) words() string {
	switch {
	case s.off:
		return "In this issue; " + s.unseen() + "."
	case s.place == 0 && s.why == "":
		return ""
	case s.place == 0:
		return "Not in this issue: " + s.why + "."
	case s.section == "":
		return fmt.Sprintf("It is number %d now.", s.place)
	}
	return fmt.Sprintf("It is number %d of %s now.", s.place, s.section)
}

func (p Preview) spot(id int64) spot {
	if !p.Example {
		for _, section := range p.Issue.Sections {
			for i, a := range section.Articles {
				if a.ID == id {
					return spot{headline: a.Headline, section: section.Title, place: i + 1}
				}
			}
		}
	}
	for _, f := range p.Fates {
		if f.Candidate.ID == id {
			return spot{headline: cmp.Or(p.Edits.Articles[id].Headline, f.Candidate.Title), why: f.Reason, off: f.Outcome == digest.Off}
		}
	}
	return spot{}
}

// others are the headlines of the articles in one issue and not in the other,
// but for the one that was changed.
func others(in, out Preview, but int64) []string {
	if in.Example || out.Example {
		return nil
	}
	left := map[int64]bool{but: true}
	for _, a := range out.Issue.Articles() {
		left[a.ID] = true
	}
	var all []string
	for _, a := range in.Issue.Articles() {
		if !left[a.ID] {
			all = append(all, quoted(a.Headline))
		}
	}
	return all
}

// mostNamed is how many headlines one remark names.
const mostNamed = 2

func listed(names []string) string {
	if n := len(names) - mostNamed; n > 0 {
		return strings.Join(names[:mostNamed], ", ") + fmt.Sprintf(" and %d more", n)
	}
	return strings.Join(names, " and ")
}

func verbFor(names []string, one, many string) string {
	if len(names) == 1 {
		return one
	}
	return many
}

// quoted is a headline in a sentence. Its marks keep a headline from the right
// from turning the words around it.
func quoted(headline string) string {
	return "“\u2068" + wording.Cut(headline, mostQuoted+1) + "\u2069”"
}

// mostQuoted is how many characters of a headline a remark quotes.
const mostQuoted = 60
