package desk

import (
	"context"
	"time"
)

// choose reads what an issue should know of and chooses it, where it has sources.
func (t *turn) choose(ctx context.Context, slot time.Time) error {
	d := t.desk
	if err := d.refresh(ctx, slot, t.RunOptions); err != nil {
		return err
	}
	unread, err := d.stale(ctx)
	t.facts.Prospect = &Prospect{Unread: unread}
	if err != nil || unread != "" {
		return err
	}
	t.plan, t.facts.Prospect, err = d.chosen(ctx, slot)
	return err
}

// start starts the issue that was chosen, unless a person says no, and sends it.
func (t *turn) start(ctx context.Context) error {
	d, p, readers := t.desk, t.plan, t.facts.Prospect.Readers
	if !p.Enough {
		t.say("There are too few articles (%s): sending all the same, as you asked.", d.because(Why{Code: TooFew, Lacks: p.Lacks}))
	}
	if err := d.whole(ctx); err != nil {
		return err
	}
	if err := d.Illustrate(ctx, &p); err != nil {
		return err
	}
	for _, r := range p.Remarks {
		t.say("%s.", r.Text)
	}
	if t.Confirm != nil {
		yes, err := t.Confirm(p, readers)
		if err != nil {
			return err
		}
		if !yes {
			t.result.Declined, t.result.Nothing = true, Why{Code: SaidNo}
			return nil
		}
	}
	sources, err := d.sources(ctx)
	if err != nil {
		return err
	}
	for _, s := range sources {
		if s.LastError != "" {
			p.Without = append(p.Without, s)
		}
	}
	began := d.now()
	if n := p.Mails(); n > 1 {
		t.say("Rendering %d variants of it, for what its readers chose.", n)
	}
	issue, err := d.Freeze(ctx, t.lease, p)
	if err != nil {
		return err
	}
	t.say("Issue %d started: %q.", issue.Number, issue.Subject)
	d.log.Info("issue frozen", "issue", issue.Number, "variants", p.Mails(), "seconds", d.now().Sub(began).Seconds())
	sum, err := d.deliver(ctx, t.lease, issue, t.RunOptions)
	if err != nil {
		return err
	}
	t.result.Sent = append(t.result.Sent, sum)
	return nil
}

// refresh reads, where that is wanted, what was not read since the issue's slot,
// or since an issue was asked for.
func (d *Desk) refresh(ctx context.Context, slot time.Time, o RunOptions) error {
	since := slot
	if slot.IsZero() {
		since = o.begun
	}
	return d.read(ctx, since, o)
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
