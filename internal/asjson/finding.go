package asjson

import "roundup/internal/check/finding"

// Finding is a line of `check`.
type Finding struct {
	Group    string   `json:"group"`
	Outcome  string   `json:"outcome"`
	What     string   `json:"what"`
	Detail   string   `json:"detail"`
	Hint     string   `json:"hint,omitempty"`     // what to do
	Publish  []Record `json:"publish,omitempty"`  // DNS records to publish, where that is what to do
	Articles []int64  `json:"articles,omitempty"` // the articles it is about
}

// Record is a DNS record as it is to be published.
type Record struct {
	Name  string `json:"name"` // without the dot at its end
	Type  string `json:"type"` // "TXT"
	Value string `json:"value"`
}

// FindingOf is the line of a finding that is in words.
func FindingOf(f finding.Finding) Finding {
	line := Finding{
		Group: string(f.Group), Outcome: string(f.Outcome), What: f.What, Detail: f.Detail, Hint: f.Hint, Articles: f.Articles,
	}
	for _, r := range f.Publish {
		line.Publish = append(line.Publish, Record(r))
	}
	return line
}
