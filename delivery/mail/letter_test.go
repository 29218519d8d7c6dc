package mail_test

import (
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"roundup/delivery/mail"
)

func TestNewComposerRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*mail.Letter)
		want   string
	}{
		{"no From", func(l *mail.Letter) { l.From = netmail.Address{} }, "from:"},
		{"line break in From", func(l *mail.Letter) { l.From.Address = "a@b.example\r\nBcc: x@y.example" }, "from:"},
		{"bad Reply-To", func(l *mail.Letter) { l.ReplyTo.Address = "a@b.example, c@d.example" }, "reply to:"},
		{"bad return path", func(l *mail.Letter) { l.ReturnPath = "a@b.example> SIZE=1" }, "return path:"},
		{"bad address to unsubscribe at", func(l *mail.Letter) { l.UnsubscribeMail = "a@b.example>, <https://evil.example" }, "unsubscribe at:"},
		{"line break in the base", func(l *mail.Letter) { l.BaseURL = "https://n.example/\r\nBcc: x@y.example" }, "readers' pages"},
		{"bracket in the base", func(l *mail.Letter) { l.BaseURL = "https://n.example>" }, "readers' pages"},
		{"comma in the base", func(l *mail.Letter) { l.BaseURL = "https://n.example/a,b" }, "readers' pages"},
		{"script for a base", func(l *mail.Letter) { l.BaseURL = "javascript:alert(1)" }, "readers' pages"},
		{"query in the base", func(l *mail.Letter) { l.BaseURL = "https://n.example/?a=b" }, "readers' pages"},
		{"password in the base", func(l *mail.Letter) { l.BaseURL = "https://a:b@n.example" }, "readers' pages"},
		{"endless base", func(l *mail.Letter) { l.BaseURL = "https://n.example/" + strings.Repeat("x", 2000) }, "readers' pages"},
		{"no way out", func(l *mail.Letter) { l.BaseURL, l.UnsubscribeMail = "", "" }, "no way out"},
		{"no link in the HTML", func(l *mail.Letter) { l.Variant.HTML = "<p>x</p>" }, "way out"},
		{"no link in the text", func(l *mail.Letter) { l.Variant.Text = "x" }, "way out"},
		{"no list id", func(l *mail.Letter) { l.ListID = "" }, "list id"},
		{"line break in the list id", func(l *mail.Letter) { l.ListID = "a.example>\r\nBcc: x@y.example" }, "list id"},
		{"a field that no line holds", func(l *mail.Letter) {
			l.BaseURL = "https://n.example/" + strings.Repeat("x", 470)
			l.UnsubscribeMail = strings.Repeat("ä", 30) + "@" + strings.Repeat(strings.Repeat("d", 60)+".", 3) + "example"
		}, "octets, more than 998"},
		{"no uid", func(l *mail.Letter) { l.Issue.UID = "" }, "uid"},
		{"uid with a bracket", func(l *mail.Letter) { l.Issue.UID = "a>b" }, "uid"},
		{"no date", func(l *mail.Letter) { l.Date = time.Time{} }, "no date"},
		{"no subject", func(l *mail.Letter) { l.Variant.Subject = " \r\n " }, "no subject"},
		{"no text", func(l *mail.Letter) { l.Variant.Text = "" }, "no text part"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l := letter()
			tt.change(&l)
			if _, err := mail.NewComposer(l, ring(t)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}
