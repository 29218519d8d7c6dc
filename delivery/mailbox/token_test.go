package mailbox_test

import (
	"strings"
	"testing"

	"roundup/delivery/mailbox"
)

func TestToken(t *testing.T) {
	t.Parallel()
	for command, want := range map[string]string{"printf 'T0KEN\\n'": "T0KEN", "echo T; exit 1": "", "echo a b": "", "true": ""} {
		got, err := mailbox.Token(command)(t.Context())
		if want != "" && err != nil || want == "" && err == nil || want != "" && got != want {
			t.Errorf("%s: got %q, %v", command, got, err)
		}
	}
	if _, err := mailbox.Token("echo first >&2; echo 'no refresh token' >&2; exit 3")(t.Context()); err == nil || !strings.HasSuffix(err.Error(), ": no refresh token") {
		t.Errorf("got %v", err)
	}
}
