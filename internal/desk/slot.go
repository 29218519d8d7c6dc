package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"roundup/config"
	"roundup/digest"
	"roundup/digest/schedule"
	"roundup/store"
)

// SeeSchedule puts the configured schedule on record as seen, at the latest now,
// and returns since when: slots before that never count. Call it with a schedule.
func SeeSchedule(ctx context.Context, c *config.Config, st *store.Store) (time.Time, error) {
	schedule := c.Schedule.Cron + " " + c.Newsletter.Timezone.String()
	if from := c.Schedule.Starting; !from.IsZero() {
		schedule += fmt.Sprintf(" every %d from %s", c.Schedule.Every, from.Format(time.DateOnly))
	}
	return st.SeenSchedule(ctx, schedule)
}

// lookForSlot returns the latest slot where it is due, or was missed; it records
// neither.
func (d *Desk) lookForSlot(ctx context.Context) (slot time.Time, due, missed bool, err error) {
	if d.cfg.Schedule.Cron == "" {
		return time.Time{}, false, false, nil
	}
	since, err := SeeSchedule(ctx, d.cfg, d.store)
	if err != nil {
		return time.Time{}, false, false, err
	}
	decided := func(t time.Time) bool {
		yes, derr := d.store.SlotDecided(ctx, t)
		err = errors.Join(err, derr)
		return yes
	}
	slot, due, missed = schedule.Due(d.calendar, d.now(), since, decided, d.cfg.Schedule.CatchUp)
	return slot, due, missed, err
}

// nextSlot is the slot the next issue belongs to: the one that is due, else the
// next of the calendar; zero without a schedule.
func (d *Desk) nextSlot(ctx context.Context) time.Time {
	if d.cfg.Schedule.Cron == "" {
		return time.Time{}
	}
	if slot, due, _, err := d.lookForSlot(ctx); err == nil && due {
		return slot
	}
	return d.NextSlot()
}

// NextSlot is the next slot of the calendar; zero without a schedule.
func (d *Desk) NextSlot() time.Time { return d.calendar.Next(d.now()) }

// pass puts a slot on record without an issue, and tells the editor.
func (d *Desk) pass(ctx context.Context, slot time.Time, outcome schedule.Outcome, why string, s digest.Selection) (*schedule.Slot, error) {
	record := schedule.Slot{
		At:      slot,
		Label:   d.calendar.Label(slot),
		Outcome: outcome,
		Why:     why,
		Decided: d.now(),
	}
	// A thin week's articles were eligible and are owed to the next issue.
	for _, sec := range s.Sections {
		for _, a := range sec.Articles {
			s.Fates = append(s.Fates, digest.Fate{Candidate: digest.Candidate{Article: a.Article}, Outcome: digest.Next})
		}
	}
	passed, expired := settle(s)
	if err := d.store.DecideSlot(ctx, record, passed, expired, d.by); err != nil {
		return nil, err
	}
	return &record, d.tellOfSlot(ctx, record)
}

// settle lists what a decision does to the articles that are not in the issue:
// those passed over, and those now too old.
func settle(s digest.Selection) (passed []int64, expired []digest.Fate) {
	for _, f := range s.Fates {
		switch f.Outcome {
		case digest.Next:
			passed = append(passed, f.Candidate.ID)
		case digest.Expired:
			expired = append(expired, f)
		}
	}
	return passed, expired
}

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
