package maildomain_test

import (
	"testing"

	"roundup/internal/maildomain"
)

func TestOf(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"anna@readers.example":    "readers.example",
		"Anna@Readers.EXAMPLE":    "readers.example",
		`"a@b"@readers.example`:   "readers.example",
		"readers.example":         "readers.example",
		"nobody@":                 "",
		"":                        "",
		"rua@[IPv6:2001:DB8::25]": "[ipv6:2001:db8::25]",
	} {
		if got := maildomain.Of(address); got != want {
			t.Errorf("%q: got %q, want %q", address, got, want)
		}
	}
}
