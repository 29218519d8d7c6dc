package planner

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"roundup/config"
	"roundup/delivery"
	"roundup/delivery/mail"
	"roundup/delivery/relay"
	"roundup/digest"
	"roundup/internal/language"
)

// letters write the mails of an issue, each reader's by the composer of their variant.
type letters map[int]*mail.Composer

// Letters makes the mails of an issue as it was frozen. It has all that is needed
// before the first mail: what can't be read, or written in a mail, is no reader's fault.
func (pl *Planner) Letters(ctx context.Context, issue digest.Issue) (delivery.Letters, error) {
	variants, err := pl.store.Variants(ctx, issue.ID)
	if err != nil {
		return nil, err
	}
	l := letters{}
	for _, v := range variants {
		if v.Unsent != "" {
			continue
		}
		if l[v.Number], err = pl.Composer(issue, v); err != nil {
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

// Composer makes the mails of one issue.
func (pl *Planner) Composer(issue digest.Issue, v digest.Variant) (*mail.Composer, error) {
	return mail.NewComposer(pl.Letter(issue, v), pl.keyring)
}

// Letter is what all mails of an issue have in common, whoever gets them.
func (pl *Planner) Letter(issue digest.Issue, v digest.Variant) mail.Letter {
	m := pl.cfg.Mail
	return mail.Letter{
		Issue:           issue,
		Variant:         v,
		From:            m.From,
		ReplyTo:         m.ReplyTo,
		ReturnPath:      m.ReturnPath,
		VERP:            m.VERP,
		ListName:        pl.cfg.Newsletter.Name,
		ListID:          ListID(pl.cfg),
		FeedbackID:      FeedbackID(pl.cfg),
		UnsubscribeMail: m.Unsubscribe,
		BaseURL:         pl.cfg.Newsletter.BaseURL,
		Archive:         pl.cfg.Web.Archive == "public",
		Date:            issue.Started,
		Signer:          pl.signer,
		Providers:       slices.Sorted(maps.Keys(pl.cfg.Bounces.Webhooks.Secrets())),
	}
}

// ListID is the newsletter's List-Id (RFC 2919): it never changes while the
// From domain stays.
func ListID(c *config.Config) string {
	return "roundup." + mailDomain(c)
}

// FeedbackID is what all Feedback-IDs of the newsletter end in: which newsletter, by which
// program, by whom; "" where mails have none.
func FeedbackID(c *config.Config) string {
	if c.Mail.FeedbackID == "" {
		return ""
	}
	name := strings.Map(func(r rune) rune {
		if r == '-' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' {
			return r
		}
		return -1
	}, language.Key(c.Newsletter.Name))
	return cmp.Or(strings.Trim(name, "-"), "newsletter") + ":roundup:" + c.Mail.FeedbackID
}

// mailDomain is what the Message-IDs of an issue end in that starts now.
func mailDomain(c *config.Config) string {
	_, domain, _ := strings.Cut(c.Mail.From.Address, "@")
	return domain
}
