package desk

import (
	"context"
	"errors"

	"roundup/delivery"
	"roundup/delivery/mail"
	"roundup/delivery/relay"
	"roundup/digest"
	"roundup/digest/letter"
	"roundup/store"
)

// in is the publication as it speaks to a reader who chose a language, as it is kept.
func (d *Desk) in(chosen string) digest.Publication {
	return d.Publication().In(d.cfg.Newsletter.LanguageFor(chosen))
}

// Confirmation is the mail that asks to confirm, in the newsletter's look, with the
// tokens of its two links.
func (d *Desk) Confirmation(chosen, confirm, never string) (store.OutboxMail, error) {
	base, pub := d.cfg.Newsletter.BaseURL, d.in(chosen)
	return d.message(letter.Confirmation(pub, base+"/confirm/"+confirm, base+"/never/"+never), pub)
}

// Welcome is the mail to a new reader, with the tokens of the links to their own page and to
// leave; of no Kind where none is to be sent.
func (d *Desk) Welcome(chosen, own, leave string) (store.OutboxMail, error) {
	if !d.cfg.Web.Welcome {
		return store.OutboxMail{}, nil
	}
	base, pub := d.cfg.Newsletter.BaseURL, d.in(chosen)
	m, err := d.message(letter.Welcome(pub, base+"/me/"+own, base+"/u/"+leave), pub)
	m.Kind = "welcome"
	return m, err
}

// NewAddress is the mail that asks another address of a reader's to confirm, with the
// token of its link.
func (d *Desk) NewAddress(chosen, confirm string) (store.OutboxMail, error) {
	pub := d.in(chosen)
	return d.message(letter.NewAddress(pub, d.cfg.Newsletter.BaseURL+"/address/"+confirm), pub)
}

// AddressChanged is the mail to a reader's old address; to is the new one, most of it hidden,
// and back the token of the link that takes it back, "" for none. It asks for answers only where
// mail.reply_to says that somebody reads them.
func (d *Desk) AddressChanged(chosen, to, back string) (store.OutboxMail, error) {
	if back != "" {
		back = d.cfg.Newsletter.BaseURL + "/back/" + back
	}
	pub := d.in(chosen)
	return d.message(letter.AddressChanged(pub, to, back, d.cfg.Mail.AnswersRead()), pub)
}

// message renders a mail that is no issue. A mistake in templates of one's own keeps
// nobody from confirming: the built-in ones stand in, and it is logged.
func (d *Desk) message(m letter.Message, pub digest.Publication) (store.OutboxMail, error) {
	look := d.RenderOptions()
	html, text, err := letter.RenderMessage(m, pub, look)
	if err != nil && look.Templates != nil {
		d.log.Warn("the built-in templates stand in", "error", err)
		look.Templates = nil
		html, text, err = letter.RenderMessage(m, pub, look)
	}
	return store.OutboxMail{Subject: m.Subject, HTML: html, Text: text}, err
}

// ComposeOutbox implements delivery.OutboxComposer. An issue that a reader asked for is
// what was frozen, with the Message-ID it has for them, and dated when they asked: by
// the issue's own date it would stand among mail they have read.
func (d *Desk) ComposeOutbox(ctx context.Context, m delivery.OutboxMail) (relay.Message, error) {
	if m.Kind == delivery.KindIssue {
		return d.composeRequest(ctx, m)
	}
	if m.Kind == "confirmation" {
		if err := d.askDomain(ctx, m); err != nil {
			return relay.Message{}, err
		}
	}
	return composed(d.notices.Compose(mail.Notice{
		Kind: m.Kind, Dedupe: m.Dedupe, Recipient: m.Recipient, Subject: m.Subject, Text: m.Text, HTML: m.HTML,
	}))
}

func (d *Desk) composeRequest(ctx context.Context, m delivery.OutboxMail) (relay.Message, error) {
	r, err := d.store.Request(ctx, m.ID)
	switch {
	case errors.Is(err, store.ErrNotFound): // nobody is to be mailed it any more
		return relay.Message{}, &delivery.UnsendableError{Err: err}
	case err != nil:
		return relay.Message{}, err
	}
	l := d.Letter(r.Issue, r.Variant)
	l.Date = r.At
	composer, err := mail.NewComposer(l, d.keyring)
	if err != nil {
		return relay.Message{}, err
	}
	return composed(composer.Compose(mail.Reader{PublicID: r.Reader.PublicID, Email: r.Reader.Email, Name: r.Reader.Name}))
}

// composed passes a message on. One that can't be composed can't be at any other time.
func composed(m relay.Message, err error) (relay.Message, error) {
	if err != nil {
		return m, &delivery.UnsendableError{Err: err}
	}
	return m, nil
}
