package mail_test

import (
	"bytes"
	"strings"
	"testing"

	"roundup/delivery/mail"
	"roundup/subscribers"
)

func TestVERP(t *testing.T) {
	t.Parallel()
	c := composer(t, func(l *mail.Letter) { l.VERP = true })
	m, err := c.Compose(readerOf("r@b.example", "Ada"))
	if err != nil {
		t.Fatal(err)
	}
	token := ring(t).ReturnToken(reader)
	if want := "bounces+" + token + "@magazine.example"; m.From != want {
		t.Errorf("got %s, want %s", m.From, want)
	}
	if id, err := ring(t).VerifyReturn(mail.ReturnTokenOf(strings.ToUpper(m.From))); err != nil || id != reader {
		t.Errorf("what comes back names %v: %v", id, err)
	}
	if bytes.Contains(m.Data, []byte(token)) {
		t.Error("the token is in the mail")
	}
	other := readerOf("s@b.example", "")
	other.PublicID = subscribers.PublicID{9}
	if n, err := c.Compose(other); err != nil || n.From == m.From {
		t.Errorf("two readers have one return path: %v", err)
	}
	// A test mail is nobody's, and what comes back of it goes to a person.
	if test, err := c.Test("editor@magazine.example"); err != nil || test.From != "bounces@magazine.example" {
		t.Errorf("test: %s, %v", test.From, err)
	}
}

func TestVERPNeedsRoom(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		strings.Repeat("b", 19) + "@magazine.example": "",
		"bounces+weekly@magazine.example":             "",
		strings.Repeat("b", 20) + "@magazine.example": "20 octets before its @, and a token leaves room for 19",
		strings.Repeat("ä", 10) + "@magazine.example": "20 octets before its @, and a token leaves room for 19",
		strings.Repeat("b", 64) + "@magazine.example": "64 octets",
	} {
		l := letter()
		l.ReturnPath, l.VERP = path, true
		_, err := mail.NewComposer(l, ring(t))
		if (err == nil) != (want == "") || (err != nil && !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: got %v, want %q", path, err, want)
		}
	}
}

func TestReturnTokenOf(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"bounces+abc@magazine.example":  "abc",
		"bounces+a+bc@magazine.example": "bc",
		"bounces@magazine.example":      "",
		"bounces@magazine+abc.example":  "",
		"bounces+@magazine.example":     "",
		"":                              "",
		"@":                             "",
		"bounces+abc":                   "",
	} {
		if got := mail.ReturnTokenOf(address); got != want {
			t.Errorf("%s: got %q, want %q", address, got, want)
		}
	}
}
