package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"roundup/config"
	"roundup/delivery"
	"roundup/digest"
	"roundup/internal/wording"
	"roundup/store"
)

var (
	// ErrNothingToSend is returned for --now when there is no article at all.
	ErrNothingToSend = errors.New("there is no article to send")
	// ErrNobody is returned for --now when nobody would be mailed.
	ErrNobody = errors.New("there is nobody to send to")
)

// nobody is why a slot is skipped whose issue would have no readers.
const nobody = "nobody on the list may be mailed"

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
	slot, due, missed = digest.DueSlot(d.calendar, d.now(), since, decided, d.cfg.Schedule.CatchUp)
	return slot, due, missed, err
}

// next starts and sends the issue that is due, or the one asked for.
func (d *Desk) next(ctx context.Context, lease delivery.Lease, o RunOptions, r *Result) error {
	slot, due, missed, err := d.lookForSlot(ctx)
	if err != nil {
		return err
	}
	if missed {
		why := fmt.Sprintf("nothing ran within %s of it (schedule.catch_up)", wording.Span(d.cfg.Schedule.CatchUp))
		if r.Slot, err = d.decide(ctx, slot, digest.Missed, why, digest.Selection{}); err != nil {
			return err
		}
		slot = time.Time{}
	}
	if !due && !o.Now {
		r.Nothing = "nothing is due"
		return nil
	}
	if !due {
		// Whoever repeats `send --now` after Ctrl-C means the issue that was
		// stopped, and not another one for everybody.
		if r.Instead = carriedOn(r.Sent); r.Instead > 0 {
			return nil
		}
		slot = time.Time{}
	}
	return d.start(ctx, lease, slot, o, r)
}

// carriedOn is the last issue a run went on with; 0 for none.
func carriedOn(all []delivery.Summary) int {
	for _, s := range slices.Backward(all) {
		if s.Status != string(digest.Held) {
			return s.Issue
		}
	}
	return 0
}

func (d *Desk) start(ctx context.Context, lease delivery.Lease, slot time.Time, o RunOptions, r *Result) error {
	if why, err := d.refresh(ctx, slot, o); err != nil {
		return err
	} else if why != "" {
		r.Nothing = why
		return &StaleError{Why: why}
	}
	p, err := d.Plan(ctx, slot)
	if err != nil {
		return err
	}
	audience, err := d.store.Mailable(ctx)
	if err != nil {
		return err
	}
	if why := unfit(p, audience); why != "" && !o.Now {
		r.Nothing = why
		r.Slot, err = d.decide(ctx, slot, digest.Skipped, why, p.Selection)
		return err
	}
	switch {
	case p.Selection.Count() == 0:
		return ErrNothingToSend
	case audience == 0:
		return ErrNobody
	case !p.Enough:
		o.say("There are too few articles (%s): sending all the same, as you asked.", p.Why)
	}
	if err := d.whole(ctx); err != nil {
		return err
	}
	if p.tooLarge != nil {
		return p.tooLarge
	}
	if err := d.illustrate(ctx, &p); err != nil {
		return err
	}
	for _, r := range p.Remarks {
		o.say("%s.", r.Text)
	}
	if o.Confirm != nil {
		yes, err := o.Confirm(p, audience)
		if err != nil {
			return err
		}
		if !yes {
			r.Declined, r.Nothing = true, "you said no"
			return nil
		}
	}
	issue, err := d.freeze(ctx, lease, p)
	if err != nil {
		return err
	}
	o.say("Issue %d started: %q.", issue.Number, issue.Subject)
	sum, err := d.deliver(ctx, lease, issue, o)
	if err != nil {
		return err
	}
	r.Sent = append(r.Sent, sum)
	return nil
}

// StaleError says that no source could be read for longer than fetch.stale_after.
type StaleError struct{ Why string }

func (e *StaleError) Error() string { return "no issue was started: " + e.Why }

// refresh reads, where that is wanted, what was not read since the issue's slot,
// or since an issue was asked for, and says why none should start.
func (d *Desk) refresh(ctx context.Context, slot time.Time, o RunOptions) (string, error) {
	since := slot
	if slot.IsZero() {
		since = o.begun
	}
	if err := d.read(ctx, since, o); err != nil {
		return "", err
	}
	return d.stale(ctx)
}

// read reads the sources that are due, and names those that can't be read.
func (d *Desk) read(ctx context.Context, since time.Time, o RunOptions) error {
	if o.NoFetch {
		return nil
	}
	fetched, err := d.fetchDue(ctx, since)
	for _, f := range fetched {
		if f.Error != "" {
			o.say("Source not read: %s: %s", f.Source, f.Error)
		}
	}
	return err
}

// unfit says why a slot passes without this issue; "" when it does not.
func unfit(p Plan, audience int) string {
	switch {
	case !p.Enough:
		return p.Why
	case audience == 0:
		return nobody
	}
	return ""
}

// freeze renders the issue and starts it, in one transaction with its audience.
func (d *Desk) freeze(ctx context.Context, lease delivery.Lease, p Plan) (digest.Issue, error) {
	variant, err := d.Render(p)
	if err != nil {
		return digest.Issue{}, err
	}
	if err := d.canCompose(p.Issue, variant); err != nil {
		return digest.Issue{}, err
	}
	p.Issue.MailDomain = mailDomain(d.cfg)
	passed, expired := settle(p.Selection)
	return d.store.StartIssue(ctx, lease, store.Start{
		Issue:      p.Issue,
		Variant:    variant,
		SlotLabel:  p.SlotLabel,
		PassedOver: passed,
		Expired:    expired,
	})
}

// decide puts a slot on record without an issue, and tells the editor.
func (d *Desk) decide(ctx context.Context, slot time.Time, outcome digest.SlotOutcome, why string, s digest.Selection) (*digest.SlotRecord, error) {
	record := digest.SlotRecord{
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
	if err := d.store.DecideSlot(ctx, record, passed, expired); err != nil {
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

// canCompose fails where no mail could be made of an issue, so that none is
// begun which then could not be sent.
func (d *Desk) canCompose(issue digest.Issue, v digest.Variant) error {
	issue.Started = d.now()
	_, err := d.Composer(issue, v)
	return err
}
