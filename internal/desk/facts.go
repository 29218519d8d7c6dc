package desk

import (
	"context"
	"time"

	"roundup/internal/desk/planner"
)

// facts are what a run finds; then, after each of its steps, again.
func (d *Desk) facts(ctx context.Context, before Facts) (f Facts, err error) {
	f = before
	f.CatchUp = d.cfg.Schedule.CatchUp
	if f.UnderWay, err = d.underWay(ctx); err != nil {
		return f, err
	}
	slot, due, missed, err := d.LookForSlot(ctx)
	if err != nil || !due && !missed {
		return f, err
	}
	f.Slot, f.Missed = slot, missed
	if missed {
		f.Refusal, err = d.store.Refusal(ctx, slot)
	}
	return f, err
}

func (d *Desk) underWay(ctx context.Context) ([]UnderWay, error) {
	issues, err := d.store.UnderWay(ctx)
	if err != nil {
		return nil, err
	}
	all := make([]UnderWay, len(issues))
	for n, i := range issues {
		touched, err := d.store.IssueTouched(ctx, i.ID)
		if err != nil {
			return nil, err
		}
		all[n] = UnderWay{Issue: i, Idle: d.now().Sub(touched)}
	}
	return all, nil
}

// prospect is what a planned issue hangs on, besides its readers.
func (d *Desk) prospect(ctx context.Context, p planner.Plan) (Prospect, error) {
	hangs := Prospect{Articles: p.Selection.Count(), Lacks: p.Lacks, TooLarge: p.TooLarge()}
	var err error
	hangs.Unread, err = d.stale(ctx)
	return hangs, err
}

// chosen is the issue for a slot as it is chosen now, and all that it hangs on.
func (d *Desk) chosen(ctx context.Context, slot time.Time) (planner.Plan, *Prospect, error) {
	p, err := d.Plan(ctx, slot)
	if err != nil {
		return p, nil, err
	}
	hangs, err := d.prospect(ctx, p)
	if err != nil {
		return p, nil, err
	}
	hangs.Readers, err = d.store.Mailable(ctx)
	return p, &hangs, err
}
