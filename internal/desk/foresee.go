package desk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"roundup/digest"
)

// Foresight is what a run would do now.
type Foresight struct {
	UnderWay []int    `json:"under_way"`       // numbers of issues it would carry on with
	Issue    int      `json:"issue,omitempty"` // the number it would start
	Slot     string   `json:"slot,omitempty"`  // the slot it would take, skip or miss, RFC 3339
	Would    string   `json:"would"`           // "send", "skip", "miss" or "nothing"
	Subject  string   `json:"subject,omitempty"`
	Articles int      `json:"articles,omitempty"`
	Audience int      `json:"audience,omitempty"`
	Reason   string   `json:"reason,omitempty"`
	Lines    []string `json:"-"` // the same in words
}

func (f *Foresight) add(format string, args ...any) {
	f.Lines = append(f.Lines, fmt.Sprintf(format, args...))
}

// Foresee says what Run would do now, without doing any of it. It fails where
// Run would refuse.
func (d *Desk) Foresee(ctx context.Context, now bool) (Foresight, error) {
	f := Foresight{Would: "nothing", UnderWay: []int{}}
	if err := errors.Join(d.Ready(ctx), d.wayOut(ctx)); err != nil {
		return f, err
	}
	if err := d.foreseeUnderWay(ctx, &f); err != nil {
		return f, err
	}
	slot, due, missed, err := d.lookForSlot(ctx)
	if err != nil {
		return f, err
	}
	if missed {
		f.Would, f.Slot = "miss", slot.UTC().Format(time.RFC3339)
		f.add("The slot of %s would be put on record as missed.", d.calendar.Label(slot))
	}
	if !due {
		slot = time.Time{}
	}
	if !due && !now {
		f.Reason = "nothing is due"
		if d.cfg.Schedule.Cron != "" {
			f.add("No issue would start: nothing is due. The next slot is %s.", d.calendar.Label(d.calendar.Next(d.now())))
		} else {
			f.add("No issue would start: no schedule is configured.")
		}
		return f, nil
	}
	return f, d.foreseeStart(ctx, &f, slot, now)
}

func (d *Desk) foreseeUnderWay(ctx context.Context, f *Foresight) error {
	issues, err := d.store.UnderWay(ctx)
	if err != nil {
		return err
	}
	for _, i := range issues {
		f.UnderWay = append(f.UnderWay, i.Number)
		tally, err := d.store.Tally(ctx, i.ID)
		if err != nil {
			return err
		}
		if i.Status == digest.Held {
			f.add("Issue %d is held and would stay so: %s.", i.Number, i.Why)
			continue
		}
		why, err := d.tooOld(ctx, i)
		if err != nil {
			return err
		}
		if why != "" {
			f.add("Issue %d would be held: %s.", i.Number, why)
			continue
		}
		f.add("Issue %d, %q, would be carried on: %d of %d readers are still owed it.",
			i.Number, i.Subject, tally.Owed(d.settings(RunOptions{}).Unknown), tally.Audience())
	}
	return nil
}

func (d *Desk) foreseeStart(ctx context.Context, f *Foresight, slot time.Time, now bool) error {
	p, err := d.Plan(ctx, slot)
	if err != nil {
		return err
	}
	f.Audience, err = d.store.Mailable(ctx)
	if err != nil {
		return err
	}
	if !slot.IsZero() {
		f.Slot = slot.UTC().Format(time.RFC3339)
	}
	f.Articles, f.Reason = p.Selection.Count(), p.Why
	why, err := d.stale(ctx)
	switch {
	case err != nil:
		return err
	case why != "":
		f.Reason = why
		f.add("No issue would start: %s.", why)
		return nil
	case unfit(p, f.Audience) != "" && !now:
		f.Would, f.Reason = "skip", unfit(p, f.Audience)
		f.add("The slot of %s would be skipped: %s.", p.SlotLabel, f.Reason)
		return nil
	case f.Articles == 0:
		f.Reason = ErrNothingToSend.Error()
		f.add("No issue would start: %s.", f.Reason)
		return nil
	case f.Audience == 0:
		f.Reason = ErrNobody.Error()
		f.add("No issue would start: %s.", f.Reason)
		return nil
	}
	if _, err := d.Render(p); err != nil {
		return err
	}
	f.Would, f.Issue, f.Subject = "send", p.Issue.Number, p.Issue.Subject
	f.add("Issue %d would start, %s: %q. Articles: %d. Readers: %d. Relay: %s:%d.",
		f.Issue, cmp.Or(p.SlotLabel, "outside the schedule"), f.Subject, f.Articles, f.Audience, d.cfg.SMTP.Host, d.cfg.SMTP.Port)
	for _, a := range p.Issue.Articles() {
		f.add("  %s", a.Headline)
	}
	for _, r := range p.Remarks {
		f.add("%s.", r.Text)
	}
	return nil
}
