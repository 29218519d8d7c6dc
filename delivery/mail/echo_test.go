package mail_test

import (
	"bytes"
	"strings"
	"testing"

	"roundup/delivery/mail"
)

// Each provider is handed our Message-ID in the field that it posts back, on one line; no
// other mail has such a field.
func TestProvidersAreHandedTheMessageID(t *testing.T) {
	t.Parallel()
	all := []string{"brevo", "mailgun", "postmark", "sendgrid", "ses"}
	const long = "a-newsletter-with-a-domain-of-its-own.magazine.example"
	tests := []struct {
		name      string
		providers []string
		domain    string
		want      map[string]string // {}: the Message-ID
	}{
		{"none", nil, "", nil},
		{"those that post it as it is", []string{"mailgun", "ses"}, "", nil},
		{"all", all, "", map[string]string{
			"X-Mailin-Custom": "{}", "X-Pm-Keepid": "true", "X-Pm-Metadata-Roundup": "{}", "X-Smtpapi": `{"unique_args":{"roundup":"{}"}}`,
		}},
		{"longer than Postmark takes", all, long, map[string]string{
			"X-Mailin-Custom": "{}", "X-Pm-Keepid": "true", "X-Smtpapi": `{"unique_args":{"roundup":"{}"}}`,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := composer(t, func(l *mail.Letter) {
				l.Providers, l.Signer = tt.providers, signer(t, "ed25519")
				l.Issue.MailDomain = tt.domain
			})
			m, err := c.Compose(readerOf("ada@readers.example", "Ada"))
			if err != nil {
				t.Fatal(err)
			}
			mustVerify(t, "ed25519", m.Data)
			p := parse(t, m.Data)
			id := strings.Trim(p.header.Get("Message-Id"), "<>")
			for _, name := range []string{"X-Mailin-Custom", "X-Pm-Keepid", "X-Pm-Metadata-Roundup", "X-Smtpapi"} {
				want := strings.ReplaceAll(tt.want[name], "{}", id)
				if got := p.header.Get(name); got != want {
					t.Errorf("%s: got %q, want %q", name, got, want)
				}
				if want != "" && !bytes.Contains(bytes.ToLower(m.Data), []byte("\r\n"+strings.ToLower(name+": "+want)+"\r\n")) {
					t.Errorf("%s is folded", name)
				}
			}
		})
	}
}
