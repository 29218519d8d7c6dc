package subscribers_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"roundup/subscribers"
)

func TestReturnTokenRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		newsletter := rapid.Int64Range(1, 1<<35-1).Draw(t, "newsletter")
		k := keyringOf(t, newsletter)
		id := subscribers.PublicID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
		token := k.ReturnToken(id)
		if !regexp.MustCompile(`^[a-z2-7]{1,63}$`).MatchString(token) {
			t.Fatalf("token %q is not fit for a local part", token)
		}
		if newsletter < 128 && len(token) != 44 {
			t.Fatalf("token %q has %d characters", token, len(token))
		}
		for _, came := range []string{token, strings.ToUpper(token)} {
			got, err := k.VerifyReturn(came)
			if err != nil || got != id {
				t.Fatalf("%s: got %v, %v; want %v", came, got, err, id)
			}
		}
	})
}

func TestReturnTokenRefuses(t *testing.T) {
	t.Parallel()
	old := subscribers.Key{ID: 1, Secret: secret(1)}
	k := keyring(t, old)
	id := subscribers.PublicID{7}
	token := k.ReturnToken(id)
	for i := range token {
		for _, c := range "abcdefghijklmnopqrstuvwxyz234567" {
			changed := token[:i] + string(c) + token[i+1:]
			if _, err := k.VerifyReturn(changed); changed != token && !errors.Is(err, subscribers.ErrToken) {
				t.Fatalf("%s: %v", changed, err)
			}
		}
	}
	for _, bad := range []string{
		"", "a", token[1:], token + "a", token + "\n", token[:9] + "\r\n" + token[9:], token + "====", strings.Repeat("a", 1000), "é",
		k.Token(subscribers.PurposeUnsubscribe, id), k.Token("return", id),
	} {
		if _, err := k.VerifyReturn(bad); !errors.Is(err, subscribers.ErrToken) {
			t.Errorf("%.80q: %v", bad, err)
		}
	}
	// It allows nothing but to be recognised.
	for _, p := range []subscribers.Purpose{subscribers.PurposeUnsubscribe, subscribers.PurposeConfirm, subscribers.PurposeTest, "return"} {
		if _, err := k.Verify(token, p); err == nil {
			t.Errorf("it is a token to %s", p)
		}
	}
	// A newer key verifies what an older one made; a stranger's does not.
	if got, err := keyring(t, old, subscribers.Key{ID: 2, Secret: secret(2)}).VerifyReturn(token); err != nil || got != id {
		t.Errorf("after a new key: %v", err)
	}
	if _, err := keyring(t, subscribers.Key{ID: 1, Secret: secret(3)}).VerifyReturn(token); err == nil {
		t.Error("a stranger's token")
	}
}
