package asjson

import (
	"roundup/digest"
	"roundup/internal/desk/planner"
)

// Fate is a line of `explain`.
type Fate struct {
	ID       int64  `json:"id"`
	Title    string `json:"title"`              // as the feed has it
	Headline string `json:"headline,omitempty"` // as edited for this issue
	URL      string `json:"url"`
	Source   string `json:"source"`
	Outcome  string `json:"outcome"`
	Section  string `json:"section,omitempty"`
	Reason   string `json:"reason"`
	Picture  string `json:"picture,omitempty"`
	Shared   string `json:"shared_picture,omitempty"` // the one it goes without, since most articles of its source have it
	Unmailed string `json:"unmailed,omitempty"`       // with --as: why that reader gets no mail of the issue, whatever is in it
}

// FateOf is a fate's line; its headline is that of the edits.
func FateOf(f digest.Fate, edits digest.Edits) Fate {
	c := f.Candidate
	return Fate{
		ID: c.ID, Title: c.Title, URL: c.URL, Source: c.Source,
		Outcome: string(f.Outcome), Section: f.Section, Reason: f.Reason,
		Headline: edits.Articles[c.ID].Headline, Picture: c.Image.URL, Shared: planner.SharedPicture(f),
	}
}
