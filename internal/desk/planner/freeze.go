package planner

import (
	"context"
	"errors"
	"strings"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store/content"
)

// Freeze renders the issue, each variant of it, and starts it, in one transaction with
// its audience. Where a reader chose meanwhile what no variant is for, it renders what is
// missing and tries again. Where the next issue was edited since this one was chosen, or an
// article of it dropped, it fails with content.ErrEdited or content.ErrNotOwed.
func (pl *Planner) Freeze(ctx context.Context, lease delivery.Lease, p Plan) (digest.Issue, error) {
	p.Issue.MailDomain = mailDomain(pl.cfg)
	passed, expired := settle(p.Selection)
	start := content.Start{
		Issue:      p.Issue,
		Edits:      &p.Edits,
		SlotLabel:  p.SlotLabel,
		Month:      p.wishes.month,
		PassedOver: passed,
		Expired:    expired,
		Without:    p.Without,
	}
	rendered := map[string]digest.Variant{}
	for try := 1; ; try++ {
		variants, of := p.wishes.variants(p.Issue.Sections)
		if err := pl.renderAll(p, variants, rendered); err != nil {
			return digest.Issue{}, err
		}
		start.Variants, start.Choices = variants, of
		issue, err := pl.store.StartIssue(ctx, lease, start)
		if !errors.Is(err, content.ErrNewChoice) || try == choicesTried {
			return issue, err
		}
		if p.wishes, err = pl.wishes(ctx, p.Issue.Slot); err != nil {
			return digest.Issue{}, err
		}
	}
}

// choicesTried is how often a start is tried while readers choose.
const choicesTried = 20

// renderAll fills in what the variants are made of, and what was rendered before.
func (pl *Planner) renderAll(p Plan, variants []digest.Variant, rendered map[string]digest.Variant) error {
	render, err := pl.Renderer()
	if err != nil {
		return err
	}
	for i, v := range variants {
		if v.Unsent != "" {
			continue
		}
		key := v.Language + " " + strings.Join(v.Sections, " ")
		mail, done := rendered[key]
		if !done {
			as, err := pl.As(p, v)
			if err != nil {
				return err
			}
			if mail, err = render(as); err != nil {
				return err
			}
			if err := pl.canCompose(as.Issue, mail); err != nil {
				return err
			}
			rendered[key] = mail
		}
		mail.Number, mail.Sections, mail.Language, mail.Readers = v.Number, v.Sections, v.Language, v.Readers
		variants[i] = mail
	}
	return nil
}

// canCompose fails where no mail could be made of an issue, so that none is
// begun which then could not be sent.
func (pl *Planner) canCompose(issue digest.Issue, v digest.Variant) error {
	issue.Started = pl.now()
	_, err := pl.Composer(issue, v)
	return err
}
