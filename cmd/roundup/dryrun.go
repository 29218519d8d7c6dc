package main

import (
	"cmp"
	"context"
	"fmt"

	"roundup/delivery"
	"roundup/internal/asjson"
	"roundup/internal/desk"
)

// dryRun says what send would do now.
func (a *app) dryRun(ctx context.Context, d *desk.Desk, o sendOptions) error {
	a.asked = true
	if !o.noFetch {
		if _, err := a.freshDesk(ctx, false); err != nil {
			return err
		}
	}
	f, err := d.Foresee(ctx, o.now)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(asjson.DryRunOf(f, noStartWords))
	}
	for _, step := range f.Steps {
		a.sayForeseen(f, step)
	}
	a.printf("This was a dry run: nothing was changed.\n")
	return nil
}

// noStartWords says why no issue would start.
func noStartWords(step desk.Step) string {
	switch {
	case step.Why != "":
		return step.Why
	case step.Err != nil:
		return step.Err.Error()
	}
	return fmt.Sprintf("issue %d is under way, and is carried on instead", step.Instead)
}

// sayForeseen says what one step would do.
func (a *app) sayForeseen(f desk.Foresight, step desk.Step) {
	number := step.Issue.Number
	switch step.Do {
	case desk.Leave:
		a.printf("Issue %d is held and would stay so: %s.\n", number, oneLine(step.Issue.Why))
	case desk.Hold:
		a.printf("Issue %d would be held: %s.\n", number, step.Why)
	case desk.CarryOn:
		tally := f.Tallies[number]
		a.printf("Issue %d, %q, would be carried on: %d of %d readers are still owed it.\n",
			number, step.Issue.Subject, tally.Owed(delivery.UnknownPolicy(a.cfg.Delivery.Unknown)), tally.Audience())
	case desk.Miss:
		a.printf("The slot of %s would be put on record as missed.\n", f.Label(step.Slot))
	case desk.Skip:
		a.printf("The slot of %s would be skipped: %s.\n", f.Label(step.Slot), step.Why)
	case desk.Start:
		a.sayForeseenStart(f)
	case desk.Refuse:
		a.printf("No issue would start: %s.\n", noStartWords(step))
	case desk.End:
		a.sayForeseenEnd(f, step)
	}
}

func (a *app) sayForeseenStart(f desk.Foresight) {
	p := f.Plan
	a.printf("Issue %d would start, %s: %q. Articles: %d. Readers: %d. Relay: %s:%d.\n",
		p.Issue.Number, cmp.Or(p.SlotLabel, "outside the schedule"), p.Issue.Subject,
		f.Facts.Prospect.Articles, f.Facts.Prospect.Readers, a.cfg.SMTP.Host, a.cfg.SMTP.Port)
	for _, article := range p.Issue.Articles() {
		a.printf("  %s\n", oneLine(article.Headline))
	}
	for _, r := range p.Remarks {
		a.printf("%s.\n", oneLine(r.Text))
	}
}

func (a *app) sayForeseenEnd(f desk.Foresight, step desk.Step) {
	switch {
	case step.Instead > 0:
		a.printf("No extra issue would start: %s. `roundup send --now` starts one after that.\n", noStartWords(step))
	case f.Next.IsZero():
		a.printf("No issue would start: no schedule is configured.\n")
	default:
		a.printf("No issue would start: %s. The next slot is %s.\n", step.Why, f.Label(f.Next))
	}
}
