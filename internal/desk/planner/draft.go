package planner

import (
	"context"
	netmail "net/mail"
	"slices"

	"roundup/delivery/mail"
	"roundup/delivery/relay"
	"roundup/digest"
	"roundup/digest/letter"
	"roundup/subscribers"
)

// Draft is a mail of an issue, to be looked at.
type Draft struct {
	HTML  string
	Shown string // the HTML as a browser can show it: with the pictures that the mail embeds
	Text  string
	Data  []byte // the whole message
}

// sampleReader stands in for a reader where none is named.
const sampleReader = "reader@example.org"

// noSender stands in for mail.from while it is not filled in: a newsletter that
// is being set up can be looked at all the same.
const noSender = "not-filled-in@example.org"

// Draft composes the planned issue as a reader would get it, or with as nil a
// stand-in. Its links only say that they are a test: it is there to be looked at,
// kept as a file and passed on.
func (pl *Planner) Draft(p Plan, as *subscribers.Subscriber) (Draft, error) {
	v, err := pl.Render(p)
	if err != nil {
		return Draft{}, err
	}
	p.Issue.Started = pl.now()
	base := pl.Letter(p.Issue, v)
	if base.From.Address == "" {
		base.From = netmail.Address{Name: pl.cfg.Newsletter.Name, Address: noSender}
		base.ReturnPath, base.UnsubscribeMail, base.VERP = noSender, noSender, false
		base.ListID = "roundup.example.org"
	}
	return pl.draft(base, as)
}

// UnsentError is that a reader gets no mail of an issue.
type UnsentError struct{ Why string }

// Error says why.
func (e *UnsentError) Error() string { return e.Why }

// MailOf composes the mail of an issue that has started as a reader of its audience gets it,
// or with as nil the whole issue for a stand-in, with the links of a draft. It fails with
// store.ErrNotFound for a reader who is not in the audience, and with an *UnsentError.
func (pl *Planner) MailOf(ctx context.Context, issue digest.Issue, as *subscribers.Subscriber) (digest.Variant, Draft, error) {
	number := digest.Whole
	if as != nil {
		var err error
		if number, err = pl.store.VariantOf(ctx, issue.ID, as.ID); err != nil {
			return digest.Variant{}, Draft{}, err
		}
	}
	variants, err := pl.store.Variants(ctx, issue.ID)
	if err != nil {
		return digest.Variant{}, Draft{}, err
	}
	v := variants[slices.IndexFunc(variants, func(v digest.Variant) bool { return v.Number == number })]
	if v.Unsent != "" {
		return v, Draft{}, &UnsentError{v.Unsent}
	}
	d, err := pl.draft(pl.Letter(issue, v), as)
	return v, d, err
}

// draft composes a letter for a reader, or a stand-in, with links that only say that they
// are a test.
func (pl *Planner) draft(base mail.Letter, as *subscribers.Subscriber) (Draft, error) {
	composer, err := mail.NewComposer(base, pl.keyring)
	if err != nil {
		return Draft{}, err
	}
	v, uid := base.Variant, base.Issue.UID
	var m relay.Message
	var values map[digest.Placeholder]string
	if as == nil {
		m, err = composer.Test(sampleReader)
		values = composer.TestValues(sampleReader)
	} else {
		reader := mail.Reader{PublicID: as.PublicID, Email: as.Email, Name: as.Name}
		m, err = composer.Shown(reader)
		values = composer.ShownValues(reader)
	}
	if err != nil {
		return Draft{}, err
	}
	html := digest.Fill(digest.Split(v.HTML, uid), values, true)
	return Draft{
		HTML:  html,
		Shown: letter.Standalone(html, v.Pictures),
		Text:  digest.Fill(digest.Split(v.Text, uid), values, false),
		Data:  m.Data,
	}, nil
}
