package dkimname_test

import (
	"strings"
	"testing"

	"roundup/internal/dkimname"
)

func TestNames(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, of string
		give     string
		want     string // "" for none that can be
	}{
		{"domain", "domain", "Magazine.Example", "magazine.example"},
		{"domain that is not ASCII", "domain", "Grüße.example", "xn--gre-6ka8l.example"},
		{"no domain", "domain", "", ""},
		{"domain without a dot", "domain", "localhost", ""},
		{"address of a machine", "domain", "192.0.2.1", ""},
		{"line break in a domain", "domain", "a.example\r\nBcc: x", ""},
		{"tag in a domain", "domain", "a.example; l=0", ""},
		{"selector", "selector", "Nov.News-2", "nov.news-2"},
		{"no selector", "selector", "", ""},
		{"tag in a selector", "selector", "s; l=0", ""},
		{"line break in a selector", "selector", "s\r\n", ""},
		{"empty label", "selector", "a..b", ""},
		{"hyphen first", "selector", "-a", ""},
		{"longest label", "selector", strings.Repeat("a", 63), strings.Repeat("a", 63)},
		{"label too long", "selector", strings.Repeat("a", 64), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			of := dkimname.Selector
			if tt.of == "domain" {
				of = dkimname.Domain
			}
			if got, ok := of(tt.give); ok != (tt.want != "") || ok && got != tt.want {
				t.Errorf("got %q, %t, want %q", got, ok, tt.want)
			}
		})
	}
}
