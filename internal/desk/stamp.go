package desk

import (
	"context"
	"fmt"

	"roundup/internal/desk/planner"
)

// Stamp is the planner's, and differs too when what keeps the next issue from going
// out does, or how an issue under way stands.
func (d *Desk) Stamp(ctx context.Context) (string, error) {
	underWay, err := d.store.UnderWay(ctx)
	if err != nil {
		return "", err
	}
	obstacles, err := d.obstacles(ctx, planner.Plan{}, underWay) // what depends on the articles, the planner's stamp tells
	if err != nil {
		return "", err
	}
	stamp, err := d.Planner.Stamp(ctx)
	stamp += fmt.Sprintf(" %+v", obstacles)
	for _, i := range underWay {
		stamp += fmt.Sprintf(" %d %s", i.Number, i.Status)
	}
	return stamp, err
}
