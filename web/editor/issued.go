package editor

import (
	"context"

	"roundup/internal/desk"
)

// issuesShown is how many issues the page tells of.
const issuesShown = 8

// issued is an issue that went out, and what readers made of it.
type issued struct {
	desk.Issued
	Day string // it started
}

// issuedOf are the last issues.
func issuedOf(ctx context.Context, d *desk.Desk) ([]issued, error) {
	all, err := d.Issued(ctx, issuesShown)
	var shown []issued
	for _, i := range all {
		day := i.Started.In(d.Config().Newsletter.Timezone).Format("2 Jan 2006")
		shown = append(shown, issued{i, day})
	}
	return shown, err
}
