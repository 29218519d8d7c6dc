package subscribers_test

import (
	"testing"

	"roundup/subscribers"
)

func TestMask(t *testing.T) {
	t.Parallel()
	for email, want := range map[string]string{
		"ann@example.org":    "a***@example.org",
		"a@example.org":      "a***@example.org",
		"żaneta@example.org": "ż***@example.org",
		`"a@b"@example.org`:  `"***@example.org`,
		"not an address":     "",
		"":                   "",
	} {
		if got := subscribers.Mask(email); got != want {
			t.Errorf("%q: got %q, want %q", email, got, want)
		}
	}
}
