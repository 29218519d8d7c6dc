package digest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"roundup/internal/language"
)

// fate is what became of a contender.
func (c chooser) fate(e *contender) Fate {
	reason := e.reason
	if e.outcome == In {
		reason = c.whyIn(e)
	}
	return Fate{Candidate: e.Candidate, Outcome: e.outcome, Section: e.section, Reason: reason}
}

// whyIn says why an article is in: "new, label Analysis".
func (c chooser) whyIn(e *contender) string {
	var why []string
	switch {
	case e.edit.Pin:
		why = append(why, "pinned by hand")
	case e.pinned():
		why = append(why, "placed by hand")
	case e.rolledOver():
		why = append(why, "rolled over, owed since "+e.owedSince().In(c.location()).Format("2 January 2006"))
	default:
		why = append(why, "new")
	}
	switch {
	case e.over != "":
		why = append(why, "over "+e.over)
	case e.match != "":
		why = append(why, "label "+e.match)
	case e.edit.Section != "" && language.Same(e.edit.Section, e.section):
		why = append(why, "moved here by hand")
	}
	if e.despite != "" {
		why = append(why, "although "+e.despite)
	}
	if e.Published.IsZero() {
		why = append(why, "no date: taken as found on "+e.FirstSeen.In(c.location()).Format("2 Jan 2006"))
	}
	if e.URL == "" {
		why = append(why, "no link")
	}
	return strings.Join(why, ", ")
}

// print is a chosen article as the issue prints it.
func (c chooser) print(e *contender, lead bool) Printed {
	p := Printed{
		Article:    e.Article,
		Headline:   cmp.Or(e.edit.Headline, e.Title),
		Text:       cmp.Or(e.edit.Blurb, e.Blurb()),
		Lead:       lead,
		RolledOver: e.rolledOver(),
	}
	p.Labels = c.rules.printedLabels(e.Labels)
	return p
}

// problems names the edits that could not be followed, and those whose article
// has changed under them, by the articles' numbers.
func (c chooser) problems(edits Edits, contenders []*contender) []string {
	byID := make(map[int64]*contender, len(contenders))
	for _, e := range contenders {
		byID[e.ID] = e
	}
	var problems []string
	for _, id := range slices.Sorted(maps.Keys(edits.Articles)) {
		if edits.Articles[id] == (ArticleEdit{}) {
			continue
		}
		e := byID[id]
		if e == nil {
			problems = append(problems, fmt.Sprintf("article %d was edited but is no candidate for this issue", id))
			continue
		}
		for _, problem := range c.editProblems(e) {
			problems = append(problems, fmt.Sprintf("article %d (%s): %s", id, e.Title, problem))
		}
	}
	return problems
}

func (c chooser) editProblems(e *contender) []string {
	var troubles []string
	if e.pinned() && e.outcome != In {
		troubles = append(troubles, "pinned, but not in: "+e.reason)
	}
	switch moved := c.movedTo(e); {
	case e.edit.Section == "":
	case moved < 0:
		troubles = append(troubles, fmt.Sprintf("there is no section %q to move it to", e.edit.Section))
	case e.outcome == In && e.over != "":
		troubles = append(troubles, fmt.Sprintf("moved to %s, but over %s: in %s", e.edit.Section, e.over, cmp.Or(e.section, "the rest")))
	}
	for _, conflict := range e.edit.conflicts(e.Article) {
		troubles = append(troubles, conflict.String())
	}
	return troubles
}
