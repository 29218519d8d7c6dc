package letter

import (
	"roundup/digest"
	"roundup/internal/language"
)

// Message is a mail to one reader that is no issue. Nothing in it was typed by a
// stranger: it would reach whomever the stranger names.
type Message struct {
	Subject   string
	Text      string
	Button    string // the words of Link
	Link      string // "" for none
	After     string // what stands below; "" for nothing
	Other     string // the words of OtherLink, at the foot
	OtherLink string // "" for none
}

// Confirmation is the mail that asks an address to confirm its subscription: confirm
// and never are the addresses of the pages behind its links.
func Confirmation(pub digest.Publication, confirm, never string) Message {
	words := language.WordsFor(pub.Language)
	fill := func(text string) string { return words.Fill(text, "name", pub.Name) }
	return Message{
		Subject: fill(words.Join.MailSubject), Text: fill(words.Join.MailSaid),
		Button: words.Join.MailButton, Link: confirm,
		After: words.Join.MailIgnore, Other: words.Join.MailNever, OtherLink: never,
	}
}

// Welcome is the mail to whom has confirmed: own is the reader's own page, leave the page to
// leave by.
func Welcome(pub digest.Publication, own, leave string) Message {
	words := language.WordsFor(pub.Language)
	return Message{
		Subject: words.Fill(words.Join.WelcomeSubject, "name", pub.Name),
		Text:    words.Fill(words.Join.WelcomeSaid, "name", pub.Name),
		Button:  words.Fill(words.Me.Title, "name", pub.Name), Link: own,
		Other: words.Unsubscribe, OtherLink: leave,
	}
}

// NewAddress is the mail that asks another address of a reader's to confirm: confirm is
// the page behind its link.
func NewAddress(pub digest.Publication, confirm string) Message {
	words := language.WordsFor(pub.Language)
	return Message{
		Subject: words.Fill(words.Address.MailSubject, "name", pub.Name), Text: words.Fill(words.Address.MailSaid, "name", pub.Name),
		Button: words.Address.Button, Link: confirm, After: words.Join.MailIgnore,
	}
}

// AddressChanged tells a reader's old address that mail goes to another, to, of which
// most is hidden; back is the page that takes it back, "" for none. Where answers are
// read it says so, after that page: nobody needs to wait for one.
func AddressChanged(pub digest.Publication, to, back string, answersRead bool) Message {
	words := language.WordsFor(pub.Language)
	m := Message{
		Subject: words.Fill(words.Address.OldSubject, "name", pub.Name), Text: words.Fill(words.Address.OldSaid, "name", pub.Name, "email", to),
	}
	if back != "" {
		m.Text += " " + words.Address.OldBack
		m.Button, m.Link = words.Address.Back, back
	}
	if answersRead {
		m.After = words.Address.OldAnswer
	}
	return m
}

// messageData is the data of message.html and message.txt.
type messageData struct {
	Letter
	Said Message
}

// RenderMessage makes the two parts of a mail that is no issue, in the look of those
// that are. A mistake in a template is a *TemplateError.
func RenderMessage(m Message, pub digest.Publication, opts Options) (markup, text string, err error) {
	set, err := parseTemplates(opts.Theme, opts.Templates)
	if err != nil {
		return "", "", err
	}
	letter := newLetter(digest.Issue{Subject: m.Subject}, pub, opts, 0)
	letter.Browser, letter.SentTo, letter.Unsubscribe, letter.Email = "", "", m.OtherLink, ""
	data := messageData{letter, m}
	if markup, err = set.HTML("message", data); err != nil {
		return "", "", err
	}
	if markup, err = styled(markup); err != nil {
		return "", "", err
	}
	if text, err = set.Text("message", data); err != nil {
		return "", "", err
	}
	return markup, tidied(text, letter), nil
}
