package planner

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

// TakeSchedule makes the configured schedule the one that issues go by: its slots count
// from when it was first seen. Only a run that holds the process lock does it, and whoever
// makes the database. Without a schedule it does nothing.
func TakeSchedule(ctx context.Context, c *config.Config, st *store.Store) error {
	if c.Schedule.Cron == "" {
		return nil
	}
	return st.TakeSchedule(ctx, scheduleText(c))
}

// scheduleText is the configured schedule in full.
func scheduleText(c *config.Config) string {
	text := c.Schedule.Cron + " " + c.Newsletter.Timezone.String()
	if from := c.Schedule.Starting; !from.IsZero() {
		text += fmt.Sprintf(" every %d from %s", c.Schedule.Every, from.Format(time.DateOnly))
	}
	return text
}

// LookForSlot returns the latest slot where it is due, or was missed; it records
// neither.
func (pl *Planner) LookForSlot(ctx context.Context) (slot time.Time, due, missed bool, err error) {
	if pl.cfg.Schedule.Cron == "" {
		return time.Time{}, false, false, nil
	}
	since, err := pl.store.SeenSchedule(ctx, scheduleText(pl.cfg))
	if err != nil {
		return time.Time{}, false, false, err
	}
	decided := func(t time.Time) bool {
		yes, derr := pl.store.SlotDecided(ctx, t)
		err = errors.Join(err, derr)
		return yes
	}
	slot, due, missed = schedule.Due(pl.calendar, pl.now(), since, decided, pl.cfg.Schedule.CatchUp)
	return slot, due, missed, err
}

// nextSlot is the slot the next issue belongs to: the one that is due, else the
// next of the calendar; zero without a schedule.
func (pl *Planner) nextSlot(ctx context.Context) time.Time {
	if pl.cfg.Schedule.Cron == "" {
		return time.Time{}
	}
	if slot, due, _, err := pl.LookForSlot(ctx); err == nil && due {
		return slot
	}
	return pl.NextSlot()
}

// NextSlot is the next slot of the calendar; zero without a schedule.
func (pl *Planner) NextSlot() time.Time { return pl.calendar.Next(pl.now()) }

// Pass puts a slot on record without an issue, and returns the record.
func (pl *Planner) Pass(ctx context.Context, slot time.Time, outcome schedule.Outcome, why string, s digest.Selection) (*schedule.Slot, error) {
	record := schedule.Slot{
		At:      slot,
		Label:   pl.calendar.Label(slot),
		Outcome: outcome,
		Why:     why,
		Decided: pl.now(),
	}
	// A thin week's articles were eligible and are owed to the next issue.
	for _, sec := range s.Sections {
		for _, a := range sec.Articles {
			s.Fates = append(s.Fates, digest.Fate{Candidate: digest.Candidate{Article: a.Article}, Outcome: digest.Next})
		}
	}
	passed, expired := settle(s)
	if err := pl.store.DecideSlot(ctx, record, passed, expired, pl.by); err != nil {
		return nil, err
	}
	return &record, nil
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
	Why   string          // the last run started no issue for it; "" where none tried
	Next  []time.Time
	// Label writes a slot in local time.
	Label func(time.Time) string
}

// Schedule looks back at the last slots and ahead to the next.
func (pl *Planner) Schedule(ctx context.Context, last, next int) (Schedule, error) {
	s := Schedule{
		Cron: pl.cfg.Schedule.Cron, From: pl.cfg.Schedule.Starting, Every: pl.cfg.Schedule.Every, Label: pl.calendar.Label,
	}
	if s.Cron == "" {
		return s, nil
	}
	records, err := pl.store.Slots(ctx, last)
	if err != nil {
		return s, err
	}
	s.Last = records
	slot, due, _, err := pl.LookForSlot(ctx)
	if err != nil {
		return s, err
	}
	if due {
		s.Due = slot
		if s.Why, err = pl.store.Refusal(ctx, slot); err != nil {
			return s, err
		}
	}
	at := pl.now()
	for range next {
		at = pl.calendar.Next(at)
		s.Next = append(s.Next, at)
	}
	return s, nil
}

// Next is the plan for the slot the next issue belongs to.
func (pl *Planner) Next(ctx context.Context) (Plan, error) {
	return pl.Plan(ctx, pl.nextSlot(ctx))
}
