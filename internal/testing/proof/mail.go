package proof

import (
	"bytes"
	netmail "net/mail"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"roundup/delivery/mail"
	"roundup/digest"
	"roundup/digest/letter"
	"roundup/subscribers"
)

// Mail is a sample as a reader gets it: composed, with nothing left to fill in.
type Mail struct {
	Sample Sample
	HTML   string // decoded, lines ended by \n
	Text   string // decoded, lines ended by \n
	Page   string // the issue's page on the web
	Data   []byte // the whole mail as it is sent, lines ended by CRLF
}

// Mail renders a sample and composes it for a reader, as a send would.
func (s Sample) Mail(t testing.TB) Mail {
	t.Helper()
	variant, err := letter.Render(s.Issue, s.Publication, s.Options)
	if err != nil {
		t.Fatal(err)
	}
	composer, err := mail.NewComposer(mail.Letter{
		Issue:           s.Issue,
		Variant:         variant,
		From:            netmail.Address{Name: strings.ToValidUTF8(s.Publication.Name, ""), Address: "weekly@meridian.example"},
		ReplyTo:         netmail.Address{Address: "editors@meridian.example"},
		ReturnPath:      "bounces@meridian.example",
		ListName:        s.Publication.Name,
		ListID:          "weekly.meridian.example",
		UnsubscribeMail: "leave@meridian.example",
		BaseURL:         s.Publication.BaseURL,
		Date:            Moment(),
	}, keyring(t))
	if err != nil {
		t.Fatal(err)
	}
	reader := mail.Reader{PublicID: subscribers.PublicID{1, 2, 3}, Email: "ada@readers.example", Name: "Ada Lovelace"}
	message, err := composer.Compose(reader)
	if err != nil {
		t.Fatal(err)
	}
	values := composer.Values(reader)
	return Mail{
		Sample: s,
		HTML:   digest.Fill(digest.Split(variant.HTML, s.Issue.UID), values, true),
		Text:   digest.Fill(digest.Split(variant.Text, s.Issue.UID), values, false),
		Page:   variant.Page,
		Data:   bytes.Clone(message.Data),
	}
}

func keyring(t testing.TB) *subscribers.Keyring {
	t.Helper()
	keys, err := subscribers.NewKeyring(1, []subscribers.Key{{ID: 1, Secret: bytes.Repeat([]byte{7}, 32)}}, bytes.Repeat([]byte{8}, 32))
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// Parse parses the mail's HTML as a browser does.
func (m Mail) Parse(t testing.TB) *html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(m.HTML))
	if err != nil {
		t.Fatal(err)
	}
	return root
}
