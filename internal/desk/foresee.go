package desk

import (
	"context"
	"errors"
	"time"

	"roundup/delivery"
	"roundup/internal/desk/planner"
)

// Foresight is what a run would do now.
type Foresight struct {
	Steps   []Step
	Facts   Facts                  // before the last step
	Tallies map[int]delivery.Tally // of the issues under way, by number
	Plan    planner.Plan           // the issue that was chosen; empty where none was
	Renders time.Duration          // about how long rendering all its variants takes; 0 where none would start
	Next    time.Time              // the next slot; zero without a schedule
	// Label writes a slot in local time.
	Label func(time.Time) string
}

// Foresee says what Run would do now, without doing any of it: it takes for granted
// that each step comes to what it is meant to. It fails where Run would refuse.
func (d *Desk) Foresee(ctx context.Context, now bool) (f Foresight, err error) {
	f = Foresight{Facts: Facts{Now: now}, Tallies: map[int]delivery.Tally{}, Label: d.calendar.Label}
	if err := errors.Join(d.Ready(ctx), d.WayOut(ctx)); err != nil {
		return f, err
	}
	if d.cfg.Schedule.Cron != "" {
		f.Next = d.calendar.Next(d.now())
	}
	if f.Facts, err = d.facts(ctx, f.Facts); err != nil {
		return f, err
	}
	for _, u := range f.Facts.UnderWay {
		if f.Tallies[u.Issue.Number], err = d.store.Tally(ctx, u.Issue.ID); err != nil {
			return f, err
		}
	}
	for {
		step := Decide(f.Facts)
		f.Steps = append(f.Steps, step)
		switch {
		case step.Do == Choose:
			f.Plan, f.Facts.Prospect, err = d.chosen(ctx, step.Slot)
		case step.Do == Start:
			f.Renders, err = d.renders(f.Plan)
		case step.Do == Refuse && errors.Is(step.Err, f.Facts.Prospect.TooLarge):
			err = step.Err // the editor must act, whenever it is sent
		}
		if err != nil || step.last() {
			return f, err
		}
		f.Facts = f.Facts.after(step)
	}
}

// renders tries to render a plan, and says about how long all its variants would take.
func (d *Desk) renders(p planner.Plan) (time.Duration, error) {
	render, err := d.Renderer()
	if err != nil {
		return 0, err
	}
	began := d.now()
	_, err = render(p)
	return d.now().Sub(began) * time.Duration(p.Mails()), err
}

// owing reports whether a run would do more now than leave alone what is held.
func (d *Desk) owing(ctx context.Context) (bool, error) {
	f, err := d.facts(ctx, Facts{})
	for {
		switch step := Decide(f); step.Do {
		case Leave:
			f = f.after(step)
		case End:
			return false, err
		default:
			return true, err
		}
	}
}
