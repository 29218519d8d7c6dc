package mail

import (
	"fmt"
	"slices"

	gomail "github.com/wneessen/go-mail"

	"roundup/subscribers"
)

// echo is a field whose value a provider posts back with what it says of a mail. Our
// Message-ID stands in it, since Brevo and Postmark write one of their own, and SendGrid
// leaves ours out of some events.
type echo struct {
	provider string
	name     gomail.Header
	value    string // %s: the Message-ID
	longest  int    // the Message-ID, in characters, that the provider takes; 0 for any
}

// echoes are the fields by provider; what Mailgun and SES post has our Message-ID as it is.
func echoes() []echo {
	return []echo{
		{provider: "brevo", name: "X-Mailin-custom", value: "%s"},
		{provider: "postmark", name: "X-PM-Metadata-roundup", value: "%s", longest: 80},
		{provider: "sendgrid", name: "X-SMTPAPI", value: `{"unique_args":{"roundup":"%s"}}`},
	}
}

// keepID asks Postmark to send a mail with our Message-ID, which readers' answers name.
const keepID gomail.Header = "X-PM-KeepID"

// echo puts the fields of the letter's providers into a template's header, and returns what
// stands in place of the Message-ID in each.
func (c *Composer) echo(h header) (standIns []string) {
	for i, e := range echoes() {
		standIn := c.id(subscribers.PublicID{byte(i + 1)}) // as long as every reader's, so that the field is folded alike
		if slices.Contains(c.letter.Providers, e.provider) && (e.longest == 0 || len(standIn) <= e.longest) {
			h.fields[e.name] = fmt.Sprintf(e.value, standIn)
			standIns = append(standIns, standIn)
		}
	}
	return standIns
}
