package mail_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"roundup/delivery/mail"
	"roundup/delivery/relay"
	"roundup/digest"
)

func withPictures(l *mail.Letter) {
	l.Variant.HTML = strings.Replace(l.Variant.HTML, "<p>", `<img src="cid:a1@roundup"><img src="cid:b2@roundup"><p>`, 1)
	l.Variant.Pictures = []digest.Embedded{
		{ContentID: "a1@roundup", Type: "image/jpeg", Data: bytes.Repeat([]byte{0xff, 0, '\r', '\n', '.'}, 5000)},
		{ContentID: "b2@roundup", Type: "image/png", Data: []byte("\x89PNG")},
	}
}

// TestPicturesTravelWithin reads a mail with pictures with another library: they
// are related to the whole (RFC 2387), shown inline, and as they were.
func TestPicturesTravelWithin(t *testing.T) {
	t.Parallel()
	c := composer(t, withPictures)
	l := letter()
	withPictures(&l)
	test, err := c.Test("editor@readers.example")
	if err != nil {
		t.Fatal(err)
	}
	m, err := c.Compose(readerOf("ada@readers.example", "Ada"))
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"a reader's": m.Data, "a test": test.Data} {
		wellFormed(t, data)
		p := parse(t, data)
		want := []string{
			"multipart/related multipart/alternative", "multipart/alternative", "text/plain", "text/html",
			"image/jpeg inline <a1@roundup>", "image/png inline <b2@roundup>",
		}
		if !slices.Equal(p.kinds, want) {
			t.Errorf("%s mail: parts %q, want %q", name, p.kinds, want)
		}
		for i, picture := range l.Variant.Pictures {
			if got := p.bodies[want[4+i]]; got != string(picture.Data) {
				t.Errorf("%s mail: picture %d has %d octets, want the %d it had", name, i+1, len(got), len(picture.Data))
			}
		}
	}
}

// Every attempt is the same mail, whatever go-mail draws for a boundary.
func TestPicturesAreTheSameAtEveryAttempt(t *testing.T) {
	t.Parallel()
	var first []byte
	for range 3 {
		m, err := composer(t, withPictures).Compose(readerOf("ada@readers.example", "Ada"))
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = m.Data
		}
		if !bytes.Equal(m.Data, first) {
			t.Fatal("two attempts differ")
		}
	}
}

// A text that looks like the head of a part is a text.
func TestPicturesBesideATextOfMIME(t *testing.T) {
	t.Parallel()
	c := composer(t, withPictures, func(l *mail.Letter) {
		l.Variant.Text = "Content-Type: multipart/mixed;\n boundary=abc\n\n--abc\n" + l.Variant.Text
	})
	for _, compose := range []func(mail.Reader) (relay.Message, error){c.Compose, c.ComposeWhole} {
		m, err := compose(readerOf("ada@readers.example", "Ada"))
		if err != nil {
			t.Fatal(err)
		}
		p := parse(t, m.Data)
		if len(p.kinds) != 6 || !strings.HasPrefix(p.bodies["text/plain"], "Content-Type: multipart/mixed;\r\n boundary=abc\r\n\r\n--abc\r\n") {
			t.Errorf("parts %q, text %.100q", p.kinds, p.bodies["text/plain"])
		}
	}
}

func TestPicturesAreChecked(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*digest.Embedded){
		"a line break in the id":   func(p *digest.Embedded) { p.ContentID = "a\r\nBcc: x@y.example" },
		"a bracket in the id":      func(p *digest.Embedded) { p.ContentID = "a@b>" },
		"no id":                    func(p *digest.Embedded) { p.ContentID = "" },
		"something else":           func(p *digest.Embedded) { p.Type = "text/html" },
		"a line break in the type": func(p *digest.Embedded) { p.Type = "image/png\r\nBcc: x@y.example" },
	} {
		l := letter()
		withPictures(&l)
		change(&l.Variant.Pictures[0])
		if _, err := mail.NewComposer(l, ring(t)); err == nil || !strings.Contains(err.Error(), "can't be embedded") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
