package planner

import (
	netmail "net/mail"

	"roundup/delivery/mail"
	"roundup/delivery/relay"
	"roundup/digest"
	"roundup/digest/letter"
	"roundup/subscribers"
)

// Draft is the mail of an issue that has not started.
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
	composer, err := mail.NewComposer(base, pl.keyring)
	if err != nil {
		return Draft{}, err
	}
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
	html := digest.Fill(digest.Split(v.HTML, p.Issue.UID), values, true)
	return Draft{
		HTML:  html,
		Shown: letter.Standalone(html, v.Pictures),
		Text:  digest.Fill(digest.Split(v.Text, p.Issue.UID), values, false),
		Data:  m.Data,
	}, nil
}
