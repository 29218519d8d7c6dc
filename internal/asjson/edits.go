package asjson

import (
	"maps"
	"slices"

	"roundup/internal/desk/planner"
)

// Edits is `edit`: what was changed by hand for the next issue.
type Edits struct {
	Issue     int           `json:"issue"`
	Subject   string        `json:"subject,omitempty"`
	Preheader string        `json:"preheader,omitempty"`
	Note      string        `json:"note,omitempty"`
	Articles  []ArticleEdit `json:"articles"`
}

// ArticleEdit is what was changed of an article.
type ArticleEdit struct {
	ID        int64    `json:"id"`
	Title     string   `json:"title"`
	Pinned    bool     `json:"pinned,omitempty"`
	Skipped   bool     `json:"skipped,omitempty"`
	Section   string   `json:"section,omitempty"`
	Place     int      `json:"place,omitempty"`
	Headline  string   `json:"headline,omitempty"`
	Blurb     string   `json:"blurb,omitempty"`
	Conflicts []string `json:"conflicts,omitempty"`
}

// Edited is a change by hand: `edit subject`, `articles pin` and their like.
type Edited struct {
	Did     string `json:"did"` // "pin"
	Article int64  `json:"article,omitempty"`
	Said    string `json:"said"` // what became of it, in words
}

// EditsOf are those of a plan.
func EditsOf(p planner.Plan) Edits {
	line := Edits{
		Issue: p.Issue.Number, Subject: p.Edits.Subject, Preheader: p.Edits.Preheader, Note: p.Edits.Note,
		Articles: []ArticleEdit{},
	}
	titles, conflicts := map[int64]string{}, map[int64][]string{}
	for _, f := range p.Selection.Fates {
		titles[f.Candidate.ID] = f.Candidate.Title
	}
	for _, c := range p.Conflicts() {
		conflicts[c.Article] = append(conflicts[c.Article], c.String())
	}
	for _, id := range slices.Sorted(maps.Keys(p.Edits.Articles)) {
		e := p.Edits.Articles[id]
		line.Articles = append(line.Articles, ArticleEdit{
			ID: id, Title: titles[id], Pinned: e.Pin, Skipped: e.Skip, Section: e.Section, Place: e.Position,
			Headline: e.Headline, Blurb: e.Blurb, Conflicts: conflicts[id],
		})
	}
	return line
}
