package readers

import (
	"strings"

	"roundup/digest"
)

// correction is what was wrong in an issue, as its page and the feeds have it.
type correction struct {
	Title string // "Correction, December 2, 2026:"
	Lines []string
}

func (r *pages) corrections(i digest.Issue) []correction {
	var all []correction
	for _, c := range i.Corrections {
		date := r.words.Date(r.words.LongDate, r.local(c.At))
		all = append(all, correction{r.words.Fill(r.words.Archive.Correction, "date", date), strings.Split(c.Text, "\n")})
	}
	return all
}

// top is where the body of an issue's page begins. One without a body, of the publication's
// own templates, begins with it.
func top(html string) int {
	body := strings.Index(html, "<body")
	if body < 0 {
		return 0
	}
	return body + strings.Index(html[body:], ">") + 1
}
