package subscribers_test

import (
	"errors"
	"strings"
	"testing"

	"roundup/subscribers"
)

func TestPublicIDText(t *testing.T) {
	t.Parallel()
	id := subscribers.NewPublicID()
	text := id.String()
	if len(text) != 26 || strings.Trim(text, "abcdefghijklmnopqrstuvwxyz234567") != "" {
		t.Errorf("text %q, want 26 of [a-z2-7]", text)
	}
	for _, spelling := range []string{text, strings.ToUpper(text)} {
		if got, err := subscribers.ParsePublicID(spelling); err != nil || got != id {
			t.Errorf("got %v, %v; want %v", got, err, id)
		}
	}
	if id == subscribers.NewPublicID() || id.IsZero() || !(subscribers.PublicID{}).IsZero() {
		t.Error("ids must differ, and only the zero id be zero")
	}
}

func TestParsePublicIDRefuses(t *testing.T) {
	t.Parallel()
	text := subscribers.PublicID{1, 2, 3}.String()
	for _, bad := range []string{
		"", "a", text + "a", text[:25], text[:25] + "1", text[:25] + "b", // b: bits over 128 are set
		text[:25] + "\n", strings.Repeat("=", 26),
	} {
		if _, err := subscribers.ParsePublicID(bad); !errors.Is(err, subscribers.ErrPublicID) {
			t.Errorf("%q: got %v, want ErrPublicID", bad, err)
		}
	}
}
