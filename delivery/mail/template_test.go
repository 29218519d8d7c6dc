package mail_test

import (
	"bytes"
	"cmp"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"roundup/delivery/mail"
	"roundup/digest"
)

// TestTemplateIsTheWholeMail: a filled template and the mail that go-mail writes
// by itself have the same header, to the byte, and the same parts, decoded.
func TestTemplateIsTheWholeMail(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for range 400 {
		l := letter()
		l.Variant.Subject = "Issue: " + words(random, 12)
		l.Variant.Text, l.Variant.HTML = part(random, l.Issue), part(random, l.Issue)
		l.From.Name, l.ReplyTo.Name, l.ListName = words(random, 3), words(random, 3), words(random, 3)
		l.Variant.Greeting = digest.Greeting{Named: words(random, 2) + "{name}" + words(random, 2), All: words(random, 3)}
		for range random.IntN(3) {
			l.Variant.Pictures = append(l.Variant.Pictures, picture(random))
		}
		if random.IntN(4) == 0 {
			l.Variant.HTML = ""
		}
		switch random.IntN(4) {
		case 0:
			l.BaseURL = ""
		case 1:
			l.UnsubscribeMail = ""
		}
		c, err := mail.NewComposer(l, ring(t))
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			sameMail(t, c, readerOf(address(random), words(random, random.IntN(8))))
		}
	}
}

// TestGreetingsInTheTemplate: whatever name a stranger gave, the filled template
// is go-mail's mail, and the reader sees the name as text.
func TestGreetingsInTheTemplate(t *testing.T) {
	t.Parallel()
	l := letter()
	greeting := "<p>" + l.Issue.Mark(digest.PlaceGreeting) + "</p>"
	l.Variant.HTML = strings.Replace(l.Variant.HTML, "<p>", greeting+"\n<p>", 1)
	l.Variant.Text = l.Issue.Mark(digest.PlaceGreeting) + "\n\n" + l.Variant.Text
	l.Variant.Greeting = digest.Greeting{Named: "Liebe Grüße, {name}!", All: "Dear reader,"}
	c, err := mail.NewComposer(l, ring(t))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ title, name, text, html string }{
		{"ASCII", "Ada", "Liebe Grüße, Ada!", ""},
		{"none", "", "Dear reader,", ""},
		{"umlauts that are folded", strings.Repeat("Jürgen ", 8), "Liebe Grüße, " + strings.TrimSpace(strings.Repeat("Jürgen ", 8)) + "!", ""},
		{"right to left", "ليلى حداد", "Liebe Grüße, \u2067ليلى حداد\u2069!", ""},
		{"an override", "\u202eadA", "Liebe Grüße, adA!", ""},
		{"emoji", "Ada 👩‍👩‍👧", "Liebe Grüße, Ada 👩‍👩‍👧!", ""},
		{"300 characters", strings.Repeat("x", 300), "Dear reader,", ""},
		{"60 that are all encoded", strings.Repeat("=", 59) + "a", "Liebe Grüße, " + strings.Repeat("=", 59) + "a!", ""},
		{"markup", "<script>alert('1')</script>", "Liebe Grüße, <script>alert('1')</script>!", "Liebe Grüße, &lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;!"},
		{"a header", "Ada\r\nBcc: x", "Liebe Grüße, Ada Bcc: x!", ""},
		{"a dot", ".\r\n.a", "Liebe Grüße, . .a!", ""},
		{"a mark", l.Issue.Mark(digest.PlaceUnsubscribe), "Liebe Grüße, " + l.Issue.Mark(digest.PlaceUnsubscribe) + "!", ""},
	}
	for _, tt := range tests {
		t.Run(tt.title, func(t *testing.T) {
			t.Parallel()
			to := readerOf("ada@readers.example", tt.name)
			sameMail(t, c, to)
			m, err := c.Compose(to)
			if err != nil {
				t.Fatal(err)
			}
			got := parse(t, m.Data).bodies
			if text := got["text/plain"]; !strings.HasPrefix(text, tt.text+"\r\n") {
				t.Errorf("the text begins %q, want %q", text[:min(len(text), 100)], tt.text)
			}
			if want := "<p>" + cmp.Or(tt.html, tt.text) + "</p>"; !strings.Contains(got["text/html"], want) {
				t.Errorf("the HTML lacks %q: %s", want, got["text/html"])
			}
		})
	}
}

func sameMail(t *testing.T, c *mail.Composer, to mail.Reader) {
	t.Helper()
	got, err := c.Compose(to)
	want, wholeErr := c.ComposeWhole(to)
	if (err == nil) != (wholeErr == nil) {
		t.Fatalf("%v, and whole %v", err, wholeErr)
	}
	if err != nil {
		return
	}
	wellFormed(t, got.Data)
	gotHeader, gotBody, _ := bytes.Cut(got.Data, []byte("\r\n\r\n"))
	wantHeader, _, _ := bytes.Cut(want.Data, []byte("\r\n\r\n"))
	if !bytes.Equal(gotHeader, wantHeader) || got.From != want.From || got.To != want.To {
		t.Errorf("got header\n%s\nwant\n%s", gotHeader, wantHeader)
	}
	for line := range bytes.SplitSeq(gotBody, []byte("\r\n")) {
		if len(line) > 78 || !isASCII(line) {
			t.Errorf("a line of %d octets: %q", len(line), line)
		}
		if bytes.HasPrefix(line, []byte(".")) {
			t.Errorf("a line begins with a dot: %q", line)
		}
	}
	if got.Traits.Dots {
		t.Error("dots are to be doubled, and there are none")
	}
	gotMail, wantMail := parse(t, got.Data), parse(t, want.Data)
	if a, b := strings.Join(gotMail.kinds, " "), strings.Join(wantMail.kinds, " "); a != b {
		t.Errorf("got parts %s, want %s", a, b)
	}
	for kind, want := range wantMail.bodies {
		if got := gotMail.bodies[kind]; got != want {
			t.Errorf("%s: got\n%q\nwant\n%q", kind, got, want)
		}
	}
}

// picture is a picture of any size, the octets of base64's last line among them.
func picture(random *rand.Rand) digest.Embedded {
	data := make([]byte, random.IntN(300))
	for i := range data {
		data[i] = byte(random.UintN(256))
	}
	kinds := []string{"image/jpeg", "image/png"}
	return digest.Embedded{ContentID: fmt.Sprintf("%x@roundup", random.Uint64()), Type: kinds[random.IntN(2)], Data: data}
}

func isASCII(b []byte) bool { return bytes.IndexFunc(b, func(r rune) bool { return r > '~' }) < 0 }

// part is a text with marks in it, always with the way out.
func part(random *rand.Rand, issue digest.Issue) string {
	var b strings.Builder
	for range random.IntN(12) {
		switch random.IntN(6) {
		case 2:
			b.WriteString(issue.Mark(digest.PlaceGreeting))
		case 0:
			b.WriteString(issue.Mark(digest.PlaceEmail))
		case 1:
			b.WriteString(issue.Mark(digest.PlaceUnsubscribe))
		default:
			b.WriteString(words(random, 30))
		}
	}
	return b.String() + issue.Mark(digest.PlaceUnsubscribe) + words(random, random.IntN(3))
}

// words is text of all that is awkward in a mail.
func words(random *rand.Rand, most int) string {
	pieces := []string{
		"word", "Grüße", "週刊", "👩‍👩‍👧", "=", "==?", "=20", ".", "\n.", "\r\n", "\n", "\r", " ", "  ", "\t", " \n", "\t\r\n", "From ", "\n.\n",
		"--roundup-", "\"", "\\", "<b>&amp;", "a-rather-long-word-that-is-not-easily-folded-away-" + strings.Repeat("x", random.IntN(90)),
		strings.Repeat("ä", random.IntN(40)), strings.Repeat("=", random.IntN(80)), strings.Repeat("y", 70+random.IntN(10)), "\x00", "\xff",
	}
	var b strings.Builder
	for range most {
		b.WriteString(pieces[random.IntN(len(pieces))])
		if random.IntN(2) == 0 {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// address is an address, not always one that can be mailed.
func address(random *rand.Rand) string {
	locals := []string{"r", "Reader+news", "jürgen", "o'connor", strings.Repeat("l", 1+random.IntN(64)), "a.b=c", `"quoted"`, "a b", "x&<y"}
	domains := []string{"b.example", "grüße.example", strings.Repeat("d", 60) + ".example", "b.example\r\nBcc: x@y.example"}
	return locals[random.IntN(len(locals))] + "@" + domains[random.IntN(len(domains))]
}
