package desk

import (
	"context"
	"fmt"

	"roundup/delivery"
	"roundup/delivery/mail"
	"roundup/delivery/relay"
	"roundup/digest"
)

// letters write the mails of an issue, each reader's by the composer of their variant.
type letters map[int]*mail.Composer

// Letters makes the mails of an issue as it was frozen. It has all that is needed before the first mail: what can't be read, or written
// in a mail, is no reader's fault.
func (d *Desk) Letters(ctx context.Context, issue digest.Issue) (delivery.Letters, error) {
	variants, err := d.store.Variants(ctx, issue.ID)
	if err != nil {
		return nil, err
	}
	l := letters{}
	for _, v := range variants {
		if v.Unsent != "" {
			continue
		}
		if l[v.Number], err = d.Composer(issue, v); err != nil {
			return nil, fmt.Errorf("variant %d: %w", v.Number, err)
		}
	}
	return l, nil
}

// Compose implements delivery.Letters.
func (l letters) Compose(to mail.Reader) (relay.Message, error) {
	c, ok := l[to.Variant]
	if !ok {
		return relay.Message{}, fmt.Errorf("the issue has no variant %d", to.Variant)
	}
	return c.Compose(to)
}
