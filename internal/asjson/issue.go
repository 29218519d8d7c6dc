package asjson

import "roundup/digest"

// Issue is a line of `issues list`, and `issues show`.
type Issue struct {
	Issue       int          `json:"issue"`
	Kind        string       `json:"kind"`
	Status      string       `json:"status"`
	Why         string       `json:"why,omitempty"`
	Slot        string       `json:"slot,omitempty"`
	Subject     string       `json:"subject"`
	Started     string       `json:"started"`
	Finished    string       `json:"finished,omitempty"`
	Unpublished string       `json:"unpublished,omitempty"` // since when its page is taken down
	Corrections []Correction `json:"corrections,omitempty"` // on top of its page, oldest first
	Sent        *int         `json:"sent,omitempty"`        // readers, as far as the issue is done; of `issues`
	*Quality                 // of `issues`
	Articles    []Printed    `json:"articles,omitempty"`        // of `issues show`
	Without     []string     `json:"without_sources,omitempty"` // that could not be read, each with why; of `issues show`
	Events      []Event      `json:"events,omitempty"`          // of `issues show`
}

// Correction is what was wrong in an issue that is out.
type Correction struct {
	At   string `json:"at"`
	Text string `json:"text"`
}

// Printed is an article as an issue prints it.
type Printed struct {
	ID       int64    `json:"id"`
	Section  string   `json:"section"`
	Headline string   `json:"headline"`
	Text     string   `json:"text"`
	URL      string   `json:"url"`
	Labels   []string `json:"labels"`
	Authors  []string `json:"authors"`
}

// IssueOf is an issue without its articles.
func IssueOf(i digest.Issue) Issue {
	line := Issue{
		Issue: i.Number, Kind: string(i.Kind), Status: string(i.Status), Why: i.Why, Slot: stamp(i.Slot),
		Subject: i.Subject, Started: stamp(i.Started), Finished: stamp(i.Finished), Unpublished: stamp(i.Unpublished),
	}
	for _, c := range i.Corrections {
		line.Corrections = append(line.Corrections, Correction{At: stamp(c.At), Text: c.Text})
	}
	return line
}

// WholeIssueOf is an issue with its articles.
func WholeIssueOf(i digest.Issue) Issue {
	line := IssueOf(i)
	for _, s := range i.Sections {
		for _, p := range s.Articles {
			line.Articles = append(line.Articles, Printed{
				ID: p.ID, Section: s.Title, Headline: p.Headline, Text: p.Text, URL: p.URL,
				Labels: notNil(p.Labels), Authors: names(p.Authors),
			})
		}
	}
	return line
}

// Preview is `preview --out`.
type Preview struct {
	Issue    int      `json:"issue"`
	Subject  string   `json:"subject"`
	Articles int      `json:"articles"`
	Notes    []string `json:"notes"`
	Files    []string `json:"files"`
}

// PreviewOf is that of an issue that was written to files.
func PreviewOf(i digest.Issue, notes, files []string) Preview {
	return Preview{Issue: i.Number, Subject: i.Subject, Articles: len(i.Articles()), Notes: notNil(notes), Files: files}
}

// Served is `preview` once its page can be opened.
type Served struct {
	URL string `json:"url"`
}
