package list

import (
	"context"
	"time"

	"roundup/store"
)

// Week is how the list grew in a week, from Monday on.
type Week struct {
	From time.Time // its first moment
	store.Growth
}

// growthWeeks is how many weeks Growth looks back, this one included.
const growthWeeks = 26

// Growth is how the list grew by week, as days are in a place, oldest first. It begins
// in the first week that anything happened in, half a year ago at most, and ends with
// this one.
func (l *List) Growth(ctx context.Context, in *time.Location) ([]Week, error) {
	now := l.now().In(in)
	monday := time.Date(now.Year(), now.Month(), now.Day()-(int(now.Weekday())+6)%7, 0, 0, 0, 0, in)
	var begins []time.Time
	for n := growthWeeks - 1; n >= 0; n-- {
		begins = append(begins, monday.AddDate(0, 0, -7*n))
	}
	spans, err := l.store.Growth(ctx, begins)
	if err != nil {
		return nil, err
	}
	var weeks []Week
	for i, g := range spans {
		if len(weeks) > 0 || g != (store.Growth{}) || i == len(spans)-1 {
			weeks = append(weeks, Week{From: begins[i], Growth: g})
		}
	}
	return weeks, nil
}
