package desk

import (
	"context"
	"errors"
	"strings"
	"time"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store"
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
	if err := d.illustrate(ctx, &p); err != nil {
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
	issue, err := d.freeze(ctx, t.lease, p)
	if err != nil {
		return err
	}
	t.say("Issue %d started: %q.", issue.Number, issue.Subject)
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

// freeze renders the issue, each variant of it, and starts it, in one transaction with
// its audience. Where a reader chose meanwhile what no variant is for, it renders what is
// missing and tries again.
func (d *Desk) freeze(ctx context.Context, lease delivery.Lease, p Plan) (digest.Issue, error) {
	p.Issue.MailDomain = mailDomain(d.cfg)
	passed, expired := settle(p.Selection)
	start := store.Start{
		Issue:      p.Issue,
		SlotLabel:  p.SlotLabel,
		Month:      p.wishes.month,
		PassedOver: passed,
		Expired:    expired,
	}
	rendered := map[string]digest.Variant{}
	for try := 1; ; try++ {
		variants, of := p.wishes.variants(p.Issue.Sections)
		if err := d.renderAll(p, variants, rendered); err != nil {
			return digest.Issue{}, err
		}
		start.Variants, start.Choices = variants, of
		issue, err := d.store.StartIssue(ctx, lease, start)
		if !errors.Is(err, store.ErrNewChoice) || try == choicesTried {
			return issue, err
		}
		if p.wishes, err = d.wishes(ctx, p.Issue.Slot); err != nil {
			return digest.Issue{}, err
		}
	}
}

// choicesTried is how often a start is tried while readers choose.
const choicesTried = 20

// renderAll fills in what the variants are made of, and what was rendered before.
func (d *Desk) renderAll(p Plan, variants []digest.Variant, rendered map[string]digest.Variant) error {
	for i, v := range variants {
		if v.Unsent != "" {
			continue
		}
		key := strings.Join(v.Sections, " ")
		mail, done := rendered[key]
		if !done {
			as, err := d.As(p, v)
			if err != nil {
				return err
			}
			if mail, err = d.Render(as); err != nil {
				return err
			}
			if err := d.canCompose(as.Issue, mail); err != nil {
				return err
			}
			rendered[key] = mail
		}
		mail.Number, mail.Sections, mail.Readers = v.Number, v.Sections, v.Readers
		variants[i] = mail
	}
	return nil
}

// canCompose fails where no mail could be made of an issue, so that none is
// begun which then could not be sent.
func (d *Desk) canCompose(issue digest.Issue, v digest.Variant) error {
	issue.Started = d.now()
	_, err := d.Composer(issue, v)
	return err
}
