package mail_test

import (
	netmail "net/mail"
	"os"
	"strings"
	"testing"
	"time"

	"roundup/delivery/mail"
	"roundup/digest"
)

// TestSubjects: what is printed as a subject arrives as it was, on lines that
// every server takes.
func TestSubjects(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, subject, want string }{
		{"plain", "A headline", "A headline"},
		{"long", strings.Repeat("words ", 500) + "end", strings.Repeat("words ", 500) + "end"},
		{"long word", strings.Repeat("x", 3000), strings.Repeat("x", 3000)},
		{"German", "Grüße aus Köln", "Grüße aus Köln"},
		{"Japanese", strings.Repeat("週刊ニュース", 60), strings.Repeat("週刊ニュース", 60)},
		{"emoji", "👩‍👩‍👧‍👦 " + strings.Repeat("🏳️‍🌈", 50), "👩‍👩‍👧‍👦 " + strings.Repeat("🏳️‍🌈", 50)},
		{"looks encoded", "=?utf-8?q?Bcc:_x=40y.example?=", "=?utf-8?q?Bcc:_x=40y.example?="},
		{"line breaks", "One\r\nBcc: x@y.example\n\nTwo\u2028Three\x00\x0b", "One Bcc: x@y.example Two Three"},
		{"turned around", "abc\u202edef\u2066", "abcdef"},
		{"not UTF-8", "caf\xe9 au lait", "caf\ufffd au lait"},
		{"white space", "  a \t b  ", "a b"},
		{"too long for anything", strings.Repeat("y", 20<<10), strings.Repeat("y", 8<<10)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m, err := composer(t, func(l *mail.Letter) { l.Variant.Subject = tt.subject }).Compose(readerOf("r@b.example", ""))
			if err != nil {
				t.Fatal(err)
			}
			wellFormed(t, m.Data)
			if got := parse(t, m.Data).field(t, "Subject"); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			header, _, _ := strings.Cut(string(m.Data), "\r\n\r\n")
			for line := range strings.SplitSeq(header, "\r\n") {
				if len(line) > 78 && !strings.HasPrefix(line, "List-Unsubscribe: ") && !strings.HasPrefix(line, " <aebag") {
					t.Errorf("line of %d octets: %s", len(line), line)
				}
			}
		})
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, given, want string }{
		{"none", "", ""},
		{"plain", "Ada Lovelace", "Ada Lovelace"},
		{"quotes", `Ada "the first" \ Lovelace`, `Ada "the first" \ Lovelace`},
		{"an address", "x@y.example", "x@y.example"},
		{"two addresses", "x@y.example>, <z@y.example", "x@y.example>, <z@y.example"},
		{"Cyrillic", "Анна Каренина", "Анна Каренина"},
		{"line break", "Ada\r\nBcc: x@y.example", "Ada Bcc: x@y.example"},
		{"looks encoded", "=?utf-8?q?Ada?=", "= ?utf-8?q?Ada?="},
		{"template", "{{.Password}} %s <b>", "{{.Password}} %s <b>"},
		{"10 kB", strings.Repeat("ä", 5000), strings.Repeat("ä", 100)},
		{"10 kB of ASCII", strings.Repeat("a", 10_000), strings.Repeat("a", 200)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m, err := composer(t, func(l *mail.Letter) {
				l.From.Name, l.ReplyTo.Name, l.ListName = tt.given, tt.given, tt.given
			}).Compose(readerOf("r@b.example", tt.given))
			if err != nil {
				t.Fatal(err)
			}
			wellFormed(t, m.Data)
			p := parse(t, m.Data)
			for _, field := range []string{"From", "To", "Reply-To"} {
				list, err := netmail.ParseAddressList(p.header.Get(field))
				if err != nil || len(list) != 1 || list[0].Name != tt.want {
					t.Errorf("%s: %v, %v, want one with name %q", field, list, err, tt.want)
				}
			}
			if got := p.field(t, "List-Id"); !strings.HasSuffix(got, "<roundup.magazine.example>") {
				t.Errorf("List-Id: %q", got)
			}
			if p.header.Has("Bcc") {
				t.Error("a header was injected")
			}
		})
	}
}

// allowed are the fields a mail has, and how many of each at most: one.
var allowed = map[string]bool{
	"From": true, "To": true, "Reply-To": true, "Subject": true, "Date": true, "Message-Id": true, "Mime-Version": true,
	"List-Id": true, "List-Unsubscribe": true, "List-Unsubscribe-Post": true, "List-Archive": true, "Precedence": true,
	"X-Auto-Response-Suppress": true, mail.IssueHeader: true, "Content-Type": true, "Content-Transfer-Encoding": true, "Auto-Submitted": true,
	"Feedback-Id": true,
}

// nothingInjected fails the test when a mail has a field it should not have, or
// one twice.
func nothingInjected(t testing.TB, data []byte) {
	t.Helper()
	wellFormed(t, data)
	p := parse(t, data)
	seen := map[string]bool{}
	for fields := p.header.Fields(); fields.Next(); {
		if !allowed[fields.Key()] || seen[fields.Key()] {
			t.Errorf("field %s: %s", fields.Key(), fields.Value())
		}
		seen[fields.Key()] = true
	}
}

// FuzzCompose puts foreign text into every field of a mail: it is refused, or
// the mail has the fields it should have and no others.
func FuzzCompose(f *testing.F) {
	for _, s := range []string{
		"plain", "Grüße", "a\r\nBcc: x@y.example", "=?utf-8?q?=0D=0ABcc:?=", "a@b.example", "x\r\n\r\nbody", "\x00", "\"", `\`, "<>",
		strings.Repeat("x", 2000), strings.Repeat("ä", 999), "\u202e", "https://a.example/\r\nX: y", ".\r\n", "a\nb", "\xff\xfe", "--roundup",
	} {
		f.Add(s, s, s, s, s, s)
	}
	if data, err := os.ReadFile("../../shared/data/blns/blns.txt"); err == nil {
		for line := range strings.SplitSeq(string(data), "\n") {
			f.Add(line, line, "https://a.example/"+line, line, line, line+"@b.example")
		}
	}
	mark := digest.Issue{UID: uid}.Mark(digest.PlaceUnsubscribe)
	f.Fuzz(func(t *testing.T, subject, name, base, listID, body, address string) {
		l := letter()
		l.Variant = digest.Variant{Subject: subject, HTML: body + mark, Text: body + mark}
		l.From.Name, l.ReplyTo.Name, l.ListName = name, name, name
		for _, change := range []func(l *mail.Letter){
			func(*mail.Letter) {},
			func(l *mail.Letter) { l.BaseURL = base },
			func(l *mail.Letter) { l.ListID = listID },
			func(l *mail.Letter) { l.From.Address = address },
			func(l *mail.Letter) { l.ReturnPath, l.UnsubscribeMail = address, address },
		} {
			fuzzed := l
			change(&fuzzed)
			c, err := mail.NewComposer(fuzzed, ring(t))
			if err != nil {
				continue
			}
			if m, err := c.Compose(readerOf(address, name)); err == nil {
				nothingInjected(t, m.Data)
			}
			if m, err := c.Test("editor@magazine.example"); err == nil {
				nothingInjected(t, m.Data)
			}
		}
	})
}

func TestNotices(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 20, 7, 30, 0, 0, time.UTC)
	c, err := mail.NewNoticeComposer(netmail.Address{Name: "The Magazine", Address: "weekly@magazine.example"}, netmail.Address{},
		"bounces@magazine.example", func() time.Time { return at })
	if err != nil {
		t.Fatal(err)
	}
	notice := mail.Notice{
		Dedupe: "issue 12 held", Kind: "notice", Recipient: "editor@magazine.example",
		Subject: "Issue 12 is held\r\nBcc: x@y.example", Text: "The relay said:\n535 no",
	}
	m, err := c.Compose(notice)
	if err != nil {
		t.Fatal(err)
	}
	nothingInjected(t, m.Data)
	p := parse(t, m.Data)
	if m.To != "editor@magazine.example" || m.From != "bounces@magazine.example" || p.bodies["text/plain"] != "The relay said:\r\n535 no\r\n" {
		t.Errorf("%s -> %s: %q", m.From, m.To, p.bodies)
	}
	if got := p.field(t, "Auto-Submitted"); got != "auto-generated" {
		t.Errorf("Auto-Submitted: %q", got)
	}
	if p.header.Has("List-Unsubscribe") || p.header.Has("Precedence") || p.field(t, "Date") != "Fri, 20 Nov 2026 07:30:00 +0000" {
		t.Errorf("header: %v", p.header)
	}
	at = at.Add(time.Hour)
	again, err := c.Compose(notice)
	if err != nil || parse(t, again.Data).field(t, "Message-Id") != p.field(t, "Message-Id") {
		t.Errorf("another Message-ID at the next attempt: %v", err)
	}
	notice.HTML = "<p>x</p>"
	if both, err := c.Compose(notice); err != nil || strings.Join(parse(t, both.Data).kinds, " ") != "text/plain text/html" {
		t.Errorf("with HTML: %v", err)
	}
	for _, bad := range []mail.Notice{
		{Recipient: "nobody", Subject: "x", Text: "x"},
		{Recipient: "a@b.example", Text: "x"},
		{Recipient: "a@b.example", Subject: "x"},
	} {
		if _, err := c.Compose(bad); err == nil {
			t.Errorf("%+v was composed", bad)
		}
	}
	if _, err := mail.NewNoticeComposer(netmail.Address{}, netmail.Address{}, "", time.Now); err == nil {
		t.Error("a composer without From")
	}
}
