package mail_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // RFC 2047 in any charset

	"roundup/delivery/inbox"
	"roundup/delivery/mail"
	"roundup/digest"
	"roundup/subscribers"
)

const uid = "0123456789abcdef0123456789abcdef"

// letter is an issue ready to be composed.
func letter() mail.Letter {
	issue := digest.Issue{ID: 1, UID: uid, Number: 12}
	return mail.Letter{
		Issue: issue,
		Variant: digest.Variant{
			Subject: "The Weekly Round-up: A headline",
			HTML: "<!doctype html>\n<html><body><p>Grüße & <b>words</b></p>\n.\n<p>Sent to " + issue.Mark(digest.PlaceEmail) +
				"</p><a href=\"" + issue.Mark(digest.PlaceUnsubscribe) + "\">Leave</a></body></html>",
			Text: "Grüße = words \t\r\n.\r\nFrom here\rSent to " + issue.Mark(digest.PlaceEmail) +
				"\nLeave: " + issue.Mark(digest.PlaceUnsubscribe) + "\nAgain: " + issue.Mark(digest.PlaceUnsubscribe),
		},
		From:            netmail.Address{Name: "The Magazine", Address: "weekly@magazine.example"},
		ReplyTo:         netmail.Address{Address: "editors@magazine.example"},
		ReturnPath:      "bounces@magazine.example",
		ListName:        "The Weekly Round-up",
		ListID:          "roundup.magazine.example",
		FeedbackID:      "weekly:roundup:magazine-exampl",
		UnsubscribeMail: "leave@magazine.example",
		BaseURL:         "https://news.magazine.example",
		Archive:         true,
		Date:            time.Date(2026, 11, 20, 7, 0, 0, 0, time.FixedZone("EST", -5*3600)),
	}
}

func composer(t testing.TB, change ...func(*mail.Letter)) *mail.Composer {
	t.Helper()
	l := letter()
	for _, c := range change {
		c(&l)
	}
	c, err := mail.NewComposer(l, ring(t))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func readerOf(email, name string) mail.Reader {
	return mail.Reader{PublicID: reader, Email: email, Name: name}
}

// parsed is a mail as go-message reads it.
type parsed struct {
	header message.Header
	kinds  []string
	bodies map[string]string
}

// parse reads a mail back with a library it was not written with.
func parse(t testing.TB, data []byte) parsed {
	t.Helper()
	e, err := message.Read(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("%v in\n%s", err, data)
	}
	p := parsed{header: e.Header, bodies: map[string]string{}}
	var read func(e *message.Entity)
	read = func(e *message.Entity) {
		kind, params, err := e.Header.ContentType()
		if parts := e.MultipartReader(); parts != nil {
			p.kinds = append(p.kinds, strings.TrimSpace(kind+" "+params["type"]))
			eachPart(t, parts, read)
			return
		}
		if strings.HasPrefix(kind, "image/") {
			disposition, _, _ := e.Header.ContentDisposition()
			kind += " " + disposition + " " + e.Header.Get("Content-Id")
		} else if err != nil || params["charset"] != "utf-8" && params["charset"] != "UTF-8" {
			t.Errorf("content type %q %v: %v", kind, params, err)
		}
		body, err := io.ReadAll(e.Body)
		if err != nil {
			t.Error(err)
		}
		p.kinds = append(p.kinds, kind)
		p.bodies[kind] = string(body)
	}
	parts := e.MultipartReader()
	if parts == nil {
		read(e)
		return p
	}
	if kind, params, _ := e.Header.ContentType(); kind == "multipart/related" {
		p.kinds = append(p.kinds, kind+" "+params["type"])
	}
	eachPart(t, parts, read)
	return p
}

func eachPart(t testing.TB, parts message.MultipartReader, read func(*message.Entity)) {
	t.Helper()
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		read(part)
	}
}

// field is the one value of a field; the test fails when there are more or none.
func (p parsed) field(t testing.TB, name string) string {
	t.Helper()
	fields := p.header.FieldsByKey(name)
	if fields.Len() != 1 {
		t.Errorf("%d fields %s", fields.Len(), name)
		return ""
	}
	text, err := p.header.Text(name)
	if err != nil {
		t.Errorf("%s: %v", name, err)
	}
	return text
}

// wellFormed checks what every mail must be on the wire.
func wellFormed(t testing.TB, data []byte) {
	t.Helper()
	for i, line := range strings.SplitAfter(string(data), "\r\n") {
		if len(line) > 1000 || strings.ContainsAny(strings.TrimSuffix(line, "\r\n"), "\r\n\x00") {
			t.Errorf("line %d: %.100q", i+1, line)
		}
	}
	if !bytes.HasSuffix(data, []byte("\r\n")) {
		t.Error("no CRLF at the end")
	}
}

func TestCompose(t *testing.T) {
	t.Parallel()
	m, err := composer(t).Compose(readerOf("Reader+news@B.example", "Ada O'Connor"))
	if err != nil {
		t.Fatal(err)
	}
	wellFormed(t, m.Data)
	if m.From != "bounces@magazine.example" || m.To != "Reader+news@b.example" {
		t.Errorf("envelope: %s -> %s", m.From, m.To)
	}
	token := ring(t).Token(subscribers.PurposeUnsubscribe, reader)
	link := "https://news.magazine.example/u/" + token
	p := parse(t, m.Data)
	for name, want := range map[string]string{
		"From":                     `"The Magazine" <weekly@magazine.example>`,
		"To":                       `"Ada O'Connor" <Reader+news@b.example>`,
		"Reply-To":                 `<editors@magazine.example>`,
		"Subject":                  "The Weekly Round-up: A headline",
		"Date":                     "Fri, 20 Nov 2026 07:00:00 -0500",
		"Message-Id":               "<" + mail.MessageID(uid, reader, "magazine.example") + ">",
		"List-Id":                  `"The Weekly Round-up" <roundup.magazine.example>`,
		"List-Unsubscribe":         "<" + link + ">, <mailto:leave@magazine.example?subject=unsubscribe-" + token + ">",
		"List-Unsubscribe-Post":    "List-Unsubscribe=One-Click",
		"List-Archive":             "<https://news.magazine.example/issues/>",
		"Precedence":               "bulk",
		"X-Auto-Response-Suppress": "OOF, AutoReply",
		"Feedback-Id":              "issue-12:weekly:roundup:magazine-exampl",
		"Mime-Version":             "1.0",
	} {
		if got := p.field(t, name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	for _, name := range []string{"User-Agent", "X-Mailer", "Auto-Submitted", "Bcc"} {
		if p.header.Has(name) {
			t.Errorf("%s: %s", name, p.header.Get(name))
		}
	}
	if got := strings.Join(p.kinds, " "); got != "text/plain text/html" {
		t.Errorf("parts: %s", got)
	}
	wantText := "Grüße = words \t\r\n.\r\nFrom here\r\nSent to Reader+news@B.example\r\nLeave: " + link + "\r\nAgain: " + link + "\r\n"
	if got := p.bodies["text/plain"]; got != wantText {
		t.Errorf("text: got %q, want %q", got, wantText)
	}
	wantHTML := "<!doctype html>\r\n<html><body><p>Grüße & <b>words</b></p>\r\n.\r\n<p>Sent to Reader+news@B.example</p>" +
		"<a href=\"" + link + "\">Leave</a></body></html>\r\n"
	if got := p.bodies["text/html"]; got != wantHTML {
		t.Errorf("HTML: got %q, want %q", got, wantHTML)
	}
	if got := bytes.Count(m.Data, []byte("\r\nList-Unsubscribe: <https://")); got != 1 || bytes.Contains(m.Data, []byte(",\r\n <mailto:leave")) {
		t.Error("List-Unsubscribe is folded, which some relays break")
	}
	if _, err := netmail.ReadMessage(bytes.NewReader(m.Data)); err != nil {
		t.Error(err)
	}
}

func TestComposeIsTheSameEachTime(t *testing.T) {
	t.Parallel()
	c := composer(t)
	first, err := c.Compose(readerOf("r@b.example", "Ada"))
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 25 {
				again, err := c.Compose(readerOf("r@b.example", "Ada"))
				if err != nil || !bytes.Equal(first.Data, again.Data) {
					t.Errorf("%v, got\n%s\nwant\n%s", err, again.Data, first.Data)
				}
			}
		})
	}
	wg.Wait()
	other, err := composer(t).Compose(readerOf("r@b.example", "Ada"))
	if err != nil || !bytes.Equal(first.Data, other.Data) {
		t.Error("a later run composes another mail")
	}
}

func TestWaysOut(t *testing.T) {
	t.Parallel()
	token := ring(t).Token(subscribers.PurposeUnsubscribe, reader)
	mailto := "mailto:leave@magazine.example?subject=unsubscribe-" + token
	tests := []struct {
		name, base, mail, header, link string
		oneClick                       bool
	}{
		{"https alone", "https://n.example/news/", "", "<https://n.example/news/u/" + token + ">", "https://n.example/news/u/" + token, true},
		{"mail alone", "", "leave@magazine.example", "<" + mailto + ">", mailto, false},
		{"http is not one click", "http://127.0.0.1:8080", "leave@magazine.example",
			"<http://127.0.0.1:8080/u/" + token + ">, <" + mailto + ">", "http://127.0.0.1:8080/u/" + token, false},
		{"international host", "https://grüße.example", "", "<https://xn--gre-6ka8l.example/u/" + token + ">", "https://xn--gre-6ka8l.example/u/" + token, true},
		{"an address that a link can't hold as it is", "", "le&ave?x=%@grüße.example",
			"<mailto:le%26ave%3Fx%3D%25@xn--gre-6ka8l.example?subject=unsubscribe-" + token + ">",
			"mailto:le%26ave%3Fx%3D%25@xn--gre-6ka8l.example?subject=unsubscribe-" + token, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := composer(t, func(l *mail.Letter) { l.BaseURL, l.UnsubscribeMail = tt.base, tt.mail })
			m, err := c.Compose(readerOf("r@b.example", ""))
			if err != nil {
				t.Fatal(err)
			}
			p := parse(t, m.Data)
			if got := p.field(t, "List-Unsubscribe"); got != tt.header {
				t.Errorf("got %q, want %q", got, tt.header)
			}
			if got := p.header.Has("List-Unsubscribe-Post"); got != tt.oneClick {
				t.Errorf("one click: %v", got)
			}
			if got := c.Values(readerOf("r@b.example", ""))[digest.PlaceUnsubscribe]; got != tt.link || !strings.Contains(p.bodies["text/plain"], "Leave: "+got+"\r\n") {
				t.Errorf("link %q, want %q", got, tt.link)
			}
			if tt.mail != "" {
				left, err := inbox.Read(strings.NewReader("Subject: unsubscribe-"+token+"\r\n\r\n"), ring(t), inbox.Envelope{})
				if err != nil || left.Findings[0].Kind != inbox.Unsubscribe || left.Findings[0].Reader != reader {
					t.Errorf("the mail it leads to: %+v, %v", left, err)
				}
			}
		})
	}
}

func TestTestMail(t *testing.T) {
	t.Parallel()
	c := composer(t)
	m, err := c.Test("editor@magazine.example")
	if err != nil {
		t.Fatal(err)
	}
	wellFormed(t, m.Data)
	p := parse(t, m.Data)
	if got := p.field(t, "Subject"); got != "[Test] The Weekly Round-up: A headline" {
		t.Errorf("subject %q", got)
	}
	if !p.header.Has("List-Unsubscribe-Post") { // which a relay's signature has to cover, and a test mail shows whether it does
		t.Error("no one click in a test mail")
	}
	link := c.TestValues("editor@magazine.example")[digest.PlaceUnsubscribe]
	token := link[strings.LastIndex(link, "/")+1:]
	if _, err := ring(t).Verify(token, subscribers.PurposeTest); err != nil {
		t.Errorf("the link's token: %v", err)
	}
	if _, err := ring(t).Verify(token, subscribers.PurposeUnsubscribe); err == nil {
		t.Error("the link of a test mail unsubscribes somebody")
	}
	if !strings.Contains(p.bodies["text/plain"], link) || !strings.Contains(p.field(t, "List-Unsubscribe"), token) {
		t.Error("the test mail's links are not the test's")
	}
	ids := map[string]bool{p.field(t, "Message-Id"): true}
	for _, again := range []struct {
		to     string
		change func(*mail.Letter)
	}{
		{"other@magazine.example", func(*mail.Letter) {}},
		{"editor@magazine.example", func(l *mail.Letter) { l.Date = l.Date.Add(time.Nanosecond) }},
	} {
		m, err := composer(t, again.change).Test(again.to)
		if err != nil {
			t.Fatal(err)
		}
		ids[parse(t, m.Data).field(t, "Message-Id")] = true
	}
	if len(ids) != 3 {
		t.Errorf("message ids: %v", ids)
	}
	if _, err := c.Test("nobody"); err == nil {
		t.Error("no error for a bad address")
	}
}

func TestTextOnly(t *testing.T) {
	t.Parallel()
	m, err := composer(t, func(l *mail.Letter) { l.Variant.HTML = "" }).Compose(readerOf("r@b.example", ""))
	if err != nil {
		t.Fatal(err)
	}
	wellFormed(t, m.Data)
	if p := parse(t, m.Data); strings.Join(p.kinds, " ") != "text/plain" || !strings.HasPrefix(p.bodies["text/plain"], "Grüße = words") {
		t.Errorf("parts: %v", p.bodies)
	}
}

func TestReadersWhoCantBeMailed(t *testing.T) {
	t.Parallel()
	c := composer(t)
	for _, address := range []string{"", "nobody", "a@b@c.example", "a@b.example\r\nBcc: x@y.example", "a b@c.example", "<a@b.example>"} {
		if m, err := c.Compose(readerOf(address, "")); err == nil {
			t.Errorf("%q: %s", address, m.To)
		}
	}
}

func TestInternationalAddresses(t *testing.T) {
	t.Parallel()
	m, err := composer(t, func(l *mail.Letter) {
		l.From = netmail.Address{Name: "Die Grüße", Address: "weekly@grüße.example"}
		l.ReplyTo = netmail.Address{}
		l.ReturnPath, l.UnsubscribeMail = "", ""
	}).Compose(readerOf("jürgen@grüße.example", "Jürgen"))
	if err != nil {
		t.Fatal(err)
	}
	if m.From != "weekly@xn--gre-6ka8l.example" || m.To != "jürgen@xn--gre-6ka8l.example" {
		t.Errorf("envelope: %s -> %s", m.From, m.To)
	}
	p := parse(t, m.Data)
	if got := p.field(t, "From"); got != "Die Grüße <weekly@xn--gre-6ka8l.example>" {
		t.Errorf("From: %q", got)
	}
	if got := p.field(t, "To"); got != "Jürgen <jürgen@xn--gre-6ka8l.example>" {
		t.Errorf("To: %q", got)
	}
	if p.header.Has("Reply-To") || !strings.HasSuffix(p.field(t, "Message-Id"), "@xn--gre-6ka8l.example>") {
		t.Errorf("Reply-To %v, Message-Id %s", p.header.Has("Reply-To"), p.header.Get("Message-Id"))
	}
	named := composer(t, func(l *mail.Letter) { l.ListID = "roundup.grüße.example" })
	if m, err = named.Compose(readerOf("r@b.example", "")); err != nil {
		t.Fatal(err)
	}
	if got := parse(t, m.Data).field(t, "List-Id"); !strings.HasSuffix(got, "<roundup.xn--gre-6ka8l.example>") {
		t.Errorf("List-Id: %q", got)
	}
	if got := mail.MessageID(uid, reader, "grüße.example"); !strings.HasSuffix(got, "@xn--gre-6ka8l.example") {
		t.Errorf("MessageID: %s", got)
	}
}

func TestMessageIDKeepsTheDomainOfTheIssue(t *testing.T) {
	t.Parallel()
	for frozen, want := range map[string]string{"": "magazine.example", "grüße.example": "xn--gre-6ka8l.example"} {
		c := composer(t, func(l *mail.Letter) { l.Issue.MailDomain = frozen })
		m, err := c.Compose(readerOf("r@b.example", ""))
		if err != nil {
			t.Fatal(err)
		}
		if got := parse(t, m.Data).field(t, "Message-Id"); !strings.HasSuffix(got, "@"+want+">") {
			t.Errorf("issue of domain %q: Message-ID %s, want it to end in %s", frozen, got, want)
		}
	}
}

func TestMessageID(t *testing.T) {
	t.Parallel()
	// It may never change: a mail that is sent again is known by it.
	if got, want := mail.MessageID(uid, reader, "magazine.example"), reader.String()+".3kq2batxth@magazine.example"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	seen := map[string]bool{}
	for i := range 3 {
		for _, u := range []string{uid, uid[1:] + "0"} {
			seen[mail.MessageID(u, subscribers.PublicID{byte(i)}, "magazine.example")] = true
		}
	}
	if len(seen) != 6 {
		t.Errorf("%d ids of 6", len(seen))
	}
}

func TestIssueTokenIn(t *testing.T) {
	t.Parallel()
	token := mail.IssueToken(uid)
	for messageID, want := range map[string]string{
		mail.MessageID(uid, reader, "magazine.example"):                  token,
		strings.ToUpper(mail.MessageID(uid, reader, "magazine.example")): token,
		"x." + token[1:] + "@magazine.example":                           "",
		"x." + token[1:] + "\x00@magazine.example":                       "",
		"x." + token[1:] + "\xff@magazine.example":                       "",
		"x." + token[1:] + "1@magazine.example":                          "",
		"x@magazine.example":                                             "",
	} {
		if got := mail.IssueTokenIn(messageID); got != want {
			t.Errorf("%q: got %q, want %q", messageID, got, want)
		}
	}
}

func BenchmarkCompose(b *testing.B) {
	c := composer(b, func(l *mail.Letter) {
		l.Variant.HTML += strings.Repeat("<p>Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich</p>\n", 350)
		l.Variant.Text += strings.Repeat("\nZwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich", 110)
	})
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		m, err := c.Compose(readerOf(fmt.Sprintf("r%d@b.example", i), "Ada"))
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(len(m.Data)))
		m.Ended()
	}
}
