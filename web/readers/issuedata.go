package readers

import (
	"time"

	"roundup/digest"
)

// issueData is an issue as search engines read it (JSON-LD, schema.org).
type issueData struct {
	Context   string  `json:"@context"`
	Type      string  `json:"@type"`
	Headline  string  `json:"headline"`
	About     string  `json:"description,omitempty"`
	URL       string  `json:"url,omitempty"`
	Main      string  `json:"mainEntityOfPage,omitempty"`
	Published string  `json:"datePublished"`
	Modified  string  `json:"dateModified,omitempty"` // since it was corrected
	Language  string  `json:"inLanguage"`
	Image     string  `json:"image,omitempty"`
	Publisher ldThing `json:"publisher"`
	Author    ldThing `json:"author"`
	PartOf    ldIssue `json:"isPartOf"`

	Corrections []ldCorrection `json:"correction,omitempty"`
}

// ldCorrection says what was wrong.
type ldCorrection struct {
	Type      string `json:"@type"`
	Text      string `json:"text"`
	Published string `json:"datePublished"`
}

// ldThing is somebody or something by name.
type ldThing struct {
	Type string `json:"@type"`
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
	Logo string `json:"logo,omitempty"`
}

// ldIssue is the number of the newsletter.
type ldIssue struct {
	Type   string  `json:"@type"`
	Number int     `json:"issueNumber"`
	Of     ldThing `json:"isPartOf"`
}

func (r *pages) dataOf(i digest.Issue) *issueData {
	address := r.absolute("/issues/" + i.Slug)
	who := ldThing{Type: "Organization", Name: r.Name, URL: r.Home, Logo: r.Logo}
	data := &issueData{
		Context: "https://schema.org", Type: "NewsArticle", Headline: i.Subject, About: i.Preheader, URL: address, Main: address,
		Published: r.local(i.Started).Format(time.RFC3339), Language: r.words.Language(), Image: r.Logo, Publisher: who, Author: who,
		PartOf: ldIssue{Type: "PublicationIssue", Number: i.Number, Of: ldThing{Type: "Periodical", Name: r.Name, URL: r.absolute("/")}},
	}
	if !i.Corrected.IsZero() {
		data.Modified = r.local(i.Changed()).Format(time.RFC3339)
	}
	for _, c := range i.Corrections {
		data.Corrections = append(data.Corrections, ldCorrection{"CorrectionComment", c.Text, r.local(c.At).Format(time.RFC3339)})
	}
	return data
}
