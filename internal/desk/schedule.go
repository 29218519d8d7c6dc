package desk

import (
	"context"
	"time"

	"roundup/digest/schedule"
)

// Schedule is what became of the last slots and when the next ones are.
type Schedule struct {
	Cron  string          // "" when no schedule is configured
	From  time.Time       // the date that weeks are counted from; zero for every week there is
	Every int             // so many weeks
	Last  []schedule.Slot // oldest first
	Due   time.Time       // a slot that waits for `send` right now; zero for none
	Next  []time.Time
	// Label writes a slot in local time.
	Label func(time.Time) string
}

// Schedule looks back at the last slots and ahead to the next.
func (d *Desk) Schedule(ctx context.Context, last, next int) (Schedule, error) {
	s := Schedule{
		Cron: d.cfg.Schedule.Cron, From: d.cfg.Schedule.Starting, Every: d.cfg.Schedule.Every, Label: d.calendar.Label,
	}
	if s.Cron == "" {
		return s, nil
	}
	records, err := d.store.Slots(ctx, last)
	if err != nil {
		return s, err
	}
	s.Last = records
	slot, due, _, err := d.lookForSlot(ctx)
	if err != nil {
		return s, err
	}
	if due {
		s.Due = slot
	}
	at := d.now()
	for range next {
		at = d.calendar.Next(at)
		s.Next = append(s.Next, at)
	}
	return s, nil
}

// Next is the plan for the slot the next issue belongs to.
func (d *Desk) Next(ctx context.Context) (Plan, error) {
	return d.Plan(ctx, d.nextSlot(ctx))
}
