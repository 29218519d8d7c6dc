package mail_test

import (
	"crypto"
	"crypto/ed25519"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"roundup/delivery/mail"
)

func TestDKIMRecord(t *testing.T) {
	t.Parallel()
	// The key of RFC 8463, A.1.
	public, err := base64.StdEncoding.DecodeString("11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")
	if err != nil {
		t.Fatal(err)
	}
	got, err := mail.DKIMRecord(ed25519.PublicKey(public))
	if want := "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="; err != nil || got != want {
		t.Errorf("got %s, %v; want %s", got, err, want)
	}
	_, record := recordOf(t, "rsa 2048")
	parts := mail.SplitTXT(record)
	if len(parts) != 2 || strings.Join(parts, "") != record || len(parts[0]) != 255 {
		t.Errorf("got %q", parts)
	}
	if parts := mail.SplitTXT(strings.Repeat("x", 255)); len(parts) != 1 {
		t.Errorf("got %q", parts)
	}
}

func TestNewSignerRefuses(t *testing.T) {
	t.Parallel()
	good := testKeys()["ed25519"]
	for _, tt := range []struct {
		name, domain, selector string
		key                    crypto.Signer
		want                   string
	}{
		{"no domain", "", "s", good, "domain"},
		{"domain without a dot", "localhost", "s", good, "domain"},
		{"line break in the domain", "a.example\r\nBcc: x", "s", good, "domain"},
		{"tag in the domain", "a.example; l=0", "s", good, "domain"},
		{"no selector", "a.example", "", good, "selector"},
		{"tag in the selector", "a.example", "s; l=0", good, "selector"},
		{"line break in the selector", "a.example", "s\r\n", good, "selector"},
		{"empty label", "a.example", "a..b", good, "selector"},
		{"hyphen first", "a.example", "-a", good, "selector"},
		{"long label", "a.example", strings.Repeat("a", 64), good, "selector"},
		{"long name", "a.example", strings.Repeat(strings.Repeat("a", 60)+".", 4) + "a", good, "longer"},
		{"no key", "a.example", "s", nil, "can't sign"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if _, err := mail.NewSigner(tt.domain, tt.selector, tt.key); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
	s, err := mail.NewSigner("Grüße.example", "Nov.News", good)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := s.Sign([]byte("From: a@b.example\r\n\r\n"), time.Unix(1, 0))
	if err != nil || tag(string(signed), "d") != "xn--gre-6ka8l.example" || tag(string(signed), "s") != "nov.news" {
		t.Errorf("%v: %s", err, signed)
	}
	if _, err := s.Sign([]byte("From: a@b.example\r\n"), time.Unix(1, 0)); err == nil {
		t.Error("a header alone is signed")
	}
}
