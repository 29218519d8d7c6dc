package editor

import (
	"context"

	"roundup/internal/desk"
	"roundup/internal/wording"
)

// issuesShown is how many issues the page tells of.
const issuesShown = 8

// issued is an issue that went out, and what readers made of it.
type issued struct {
	desk.Issued
	Day   string // it started
	Title string // its subject, cut
}

// issuedOf are the last issues.
func issuedOf(ctx context.Context, d *desk.Desk) ([]issued, error) {
	all, err := d.Issued(ctx, issuesShown)
	var shown []issued
	for _, i := range all {
		day := i.Started.In(d.Config().Newsletter.Timezone).Format("2 January 2006")
		shown = append(shown, issued{i, day, wording.Cut(i.Subject, 40)})
	}
	return shown, err
}
