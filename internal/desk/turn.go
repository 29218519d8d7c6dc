package desk

import (
	"context"
	"errors"
	"time"

	"roundup/delivery"
	"roundup/digest"
	"roundup/digest/schedule"
	"roundup/internal/desk/planner"
	"roundup/store/content"
)

// turn is one taking of the steps that Decide names: the one path an issue takes,
// from a timer and in the daemon.
type turn struct {
	RunOptions
	desk   *Desk
	lease  delivery.Lease
	facts  Facts
	plan   planner.Plan // of the issue that was chosen
	again  int          // how often it was chosen again
	result Result
}

// turn finishes what is under way and starts what is due.
func (d *Desk) turn(ctx context.Context, o RunOptions) (Result, error) {
	lease, release, err := d.takeLease(ctx, o)
	if err != nil {
		return Result{}, err
	}
	defer release()
	if err := planner.TakeSchedule(ctx, d.cfg, d.store); err != nil {
		return Result{}, err
	}

	t := turn{RunOptions: o, desk: d, lease: lease, facts: Facts{Now: o.Now}}
	if err := t.take(ctx); err != nil {
		return t.result, err
	}
	if d.cfg.Schedule.Cron != "" {
		t.result.NextSlot = d.calendar.Next(d.now())
	}
	return t.result, nil
}

// take takes step after step, until none is left or it is asked to stop. What was
// done so far is in the result.
func (t *turn) take(ctx context.Context) (err error) {
	for {
		if t.facts.Prospect == nil { // what was chosen, was chosen from these facts
			if stopped(ctx) {
				return nil
			}
			if t.facts, err = t.desk.facts(ctx, t.facts); err != nil {
				return err
			}
		}
		step := Decide(t.facts)
		err = t.do(ctx, step)
		if step.Do == Start && t.mayChooseAgain(err) {
			t.say("The next issue was changed meanwhile: choosing it again.")
			t.facts.Prospect = nil
			continue
		}
		if err != nil || step.last() {
			return err
		}
		t.facts = t.facts.after(step)
	}
}

// againTried is how often an issue is chosen again while people change it.
const againTried = 20

// mayChooseAgain reports whether an issue did not start only because a person changed it
// after it was chosen: checks, pictures and the question before a start take their time.
func (t *turn) mayChooseAgain(err error) bool {
	if !errors.Is(err, content.ErrEdited) && !errors.Is(err, content.ErrNotOwed) {
		return false
	}
	t.again++
	return t.again <= againTried
}

// last reports whether no step follows.
func (s Step) last() bool {
	switch s.Do {
	case Start, Skip, Refuse, End:
		return true
	}
	return false
}

// do takes one step.
func (t *turn) do(ctx context.Context, step Step) (err error) {
	r := &t.result
	switch step.Do {
	case Leave:
		sum, err := t.desk.Summary(ctx, step.Issue)
		if err != nil {
			return err
		}
		r.Held = append(r.Held, sum)
	case Hold, CarryOn:
		sum, err := t.goOn(ctx, step)
		if err != nil {
			return err
		}
		r.Sent = append(r.Sent, sum)
	case Miss:
		r.Slot, err = t.desk.pass(ctx, step.Slot, schedule.Missed, t.desk.because(step.Why), digest.Selection{})
	case Choose:
		err = t.choose(ctx, step.Slot)
	case Start:
		err = t.start(ctx)
	case Skip:
		r.Nothing = step.Why
		r.Slot, err = t.desk.pass(ctx, step.Slot, schedule.Skipped, t.desk.because(step.Why), t.plan.Selection)
	case Refuse:
		r.Nothing, err = step.Why, step.Err
	case End:
		r.Nothing, r.Instead = step.Why, step.Instead
	}
	return err
}

// goOn carries on with an issue, or holds it where that is too late.
func (t *turn) goOn(ctx context.Context, step Step) (delivery.Summary, error) {
	d, issue := t.desk, step.Issue
	if err := d.wholeToday(ctx); err != nil {
		return delivery.Summary{}, err
	}
	if step.Do == CarryOn {
		t.say("Issue %d is under way: carrying on.", issue.Number)
		return d.deliver(ctx, t.lease, issue, t.RunOptions)
	}
	issue.Status, issue.Why = digest.Held, d.because(step.Why)
	if err := d.store.Mark(ctx, t.lease, issue.ID, issue.Status, issue.Why); err != nil {
		return delivery.Summary{}, err
	}
	if err := d.tellOfIssue(ctx, issue); err != nil {
		return delivery.Summary{}, err
	}
	return d.Summary(ctx, issue)
}

// pass puts a slot on record without an issue, and tells the editor.
func (d *Desk) pass(ctx context.Context, slot time.Time, outcome schedule.Outcome, why string, s digest.Selection) (*schedule.Slot, error) {
	record, err := d.Pass(ctx, slot, outcome, why, s)
	if err != nil {
		return nil, err
	}
	return record, d.tellOfSlot(ctx, *record)
}
