package subscribers_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"roundup/subscribers"
)

func TestTimedTokens(t *testing.T) {
	t.Parallel()
	keys := []subscribers.Key{{ID: 1, Secret: []byte(strings.Repeat("a", 32))}, {ID: 2, Secret: []byte(strings.Repeat("b", 32))}}
	ring := func(newsletter int64, tokens ...subscribers.Key) *subscribers.Keyring {
		k, err := subscribers.NewKeyring(newsletter, tokens, []byte(strings.Repeat("c", 32)))
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	id, at := subscribers.NewPublicID(), time.Date(2026, 11, 20, 12, 0, 0, 7e6, time.UTC)
	old, now, other := ring(1, keys[0]), ring(1, keys...), ring(2, keys...)
	for _, made := range []*subscribers.Keyring{old, now} { // links outlive the key they were made with
		token := made.TimedToken(subscribers.PurposeConfirm, id, at)
		got, when, err := now.VerifyTimed(token, subscribers.PurposeConfirm)
		if err != nil || got != id || !when.Equal(at) {
			t.Errorf("got %v at %v, %v; want %v at %v", got, when, err, id, at)
		}
		if strings.Contains(token, "/") || len(token) > 100 {
			t.Errorf("%q does not fit into an address", token)
		}
	}
	token := now.TimedToken(subscribers.PurposeConfirm, id, at)
	foreign := map[string]string{
		"another newsletter": other.TimedToken(subscribers.PurposeConfirm, id, at),
		"another purpose":    now.TimedToken(subscribers.PurposeNever, id, at),
		"without a moment":   now.Token(subscribers.PurposeConfirm, id),
		"an unknown key":     ring(1, subscribers.Key{ID: 9, Secret: keys[0].Secret}).TimedToken(subscribers.PurposeConfirm, id, at),
		"cut":                token[:len(token)-1], "longer": token + "A", "nothing": "", "a line end": token + "\n",
	}
	for i := range token { // every character is covered by the signature
		changed := []byte(token)
		changed[i] = map[bool]byte{true: 'B', false: 'A'}[changed[i] == 'A']
		foreign["changed at "+string(rune('0'+i))] = string(changed)
	}
	for name, f := range foreign {
		if _, _, err := now.VerifyTimed(f, subscribers.PurposeConfirm); !errors.Is(err, subscribers.ErrToken) {
			t.Errorf("%s: %v, want ErrToken", name, err)
		}
	}
	if _, err := now.Verify(token, subscribers.PurposeConfirm); !errors.Is(err, subscribers.ErrToken) {
		t.Errorf("a timed token passes for one that never expires: %v", err)
	}
}
