package subscribers_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"math"
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"roundup/subscribers"
)

func secret(c byte) []byte { return bytes.Repeat([]byte{c}, 32) }

func keyring(tb testing.TB, keys ...subscribers.Key) *subscribers.Keyring {
	tb.Helper()
	if len(keys) == 0 {
		keys = []subscribers.Key{{ID: 1, Secret: secret(1)}}
	}
	k, err := subscribers.NewKeyring(keys, secret(9))
	if err != nil {
		tb.Fatal(err)
	}
	return k
}

func TestTokenRoundTrip(t *testing.T) {
	t.Parallel()
	k := keyring(t)
	rapid.Check(t, func(t *rapid.T) {
		newsletter := rapid.Int64Range(1, 1<<35-1).Draw(t, "newsletter")
		purpose := rapid.SampledFrom([]subscribers.Purpose{
			subscribers.PurposeUnsubscribe, subscribers.PurposeConfirm, subscribers.PurposeTest,
		}).Draw(t, "purpose")
		id := subscribers.PublicID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
		token := k.Token(purpose, newsletter, id)
		if !regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`).MatchString(token) {
			t.Fatalf("token %q is not URL-safe or too long", token)
		}
		if token != k.Token(purpose, newsletter, id) {
			t.Fatal("the same arguments give two tokens")
		}
		gotNewsletter, gotID, err := k.Verify(token, purpose)
		if err != nil || gotNewsletter != newsletter || gotID != id {
			t.Fatalf("got %d, %v, %v; want %d, %v", gotNewsletter, gotID, err, newsletter, id)
		}
	})
}

// Every single bit of a token matters, and so does every character.
func TestTokenRefusesChanges(t *testing.T) {
	t.Parallel()
	k := keyring(t)
	token := k.Token(subscribers.PurposeUnsubscribe, 1, subscribers.PublicID{7})
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		t.Fatal(err)
	}
	var changed []string
	for bit := range len(raw) * 8 {
		flipped := bytes.Clone(raw)
		flipped[bit/8] ^= 1 << (bit % 8)
		changed = append(changed, base64.RawURLEncoding.EncodeToString(flipped))
	}
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	for i := range token {
		for _, c := range alphabet {
			if byte(c) != token[i] {
				changed = append(changed, token[:i]+string(c)+token[i+1:])
			}
		}
		changed = append(changed, token[:i], token[:i]+"\n"+token[i:], token[i:])
	}
	changed = append(changed, token+"=", token+"\r\n", token+"A", " "+token, strings.ToUpper(token), "", "\x00")
	for _, c := range changed {
		if c == token {
			continue
		}
		if n, id, err := k.Verify(c, subscribers.PurposeUnsubscribe); !errors.Is(err, subscribers.ErrToken) || n != 0 || !id.IsZero() {
			t.Fatalf("token %q for %q: got %d, %v, %v; want only ErrToken", c, token, n, id, err)
		}
	}
}

func TestTokenIsBoundToItsPurpose(t *testing.T) {
	t.Parallel()
	k := keyring(t)
	purposes := []subscribers.Purpose{subscribers.PurposeUnsubscribe, subscribers.PurposeConfirm, subscribers.PurposeTest}
	for _, made := range purposes {
		for _, used := range purposes {
			_, _, err := k.Verify(k.Token(made, 1, subscribers.PublicID{1}), used)
			if (err == nil) != (made == used) {
				t.Errorf("made for %s, used for %s: %v", made, used, err)
			}
		}
	}
}

func TestTokenOutlivesItsKey(t *testing.T) {
	t.Parallel()
	old := keyring(t, subscribers.Key{ID: 3, Secret: secret(3)})
	rotated := keyring(t, subscribers.Key{ID: 5, Secret: secret(5)}, subscribers.Key{ID: 3, Secret: secret(3)})
	id := subscribers.PublicID{4}
	token := old.Token(subscribers.PurposeUnsubscribe, 1, id)
	if _, got, err := rotated.Verify(token, subscribers.PurposeUnsubscribe); err != nil || got != id {
		t.Errorf("old token: got %v, %v", got, err)
	}
	fresh := rotated.Token(subscribers.PurposeUnsubscribe, 1, id)
	if _, _, err := old.Verify(fresh, subscribers.PurposeUnsubscribe); !errors.Is(err, subscribers.ErrToken) {
		t.Errorf("token of a key that is not there: got %v, want ErrToken", err)
	}
	other := keyring(t, subscribers.Key{ID: 3, Secret: secret(4)})
	if _, _, err := other.Verify(token, subscribers.PurposeUnsubscribe); !errors.Is(err, subscribers.ErrToken) {
		t.Errorf("same key id, another secret: got %v, want ErrToken", err)
	}
}

func TestNewKeyringRefuses(t *testing.T) {
	t.Parallel()
	good := []subscribers.Key{{ID: 1, Secret: secret(1)}}
	tests := []struct {
		name    string
		keys    []subscribers.Key
		address []byte
	}{
		{"no key", nil, secret(1)},
		{"no address key", good, nil},
		{"short secret", []subscribers.Key{{ID: 1, Secret: secret(1)[:15]}}, secret(1)},
		{"id zero", []subscribers.Key{{ID: 0, Secret: secret(1)}}, secret(1)},
		{"id twice", append(good, good...), secret(1)},
	}
	for _, tt := range tests {
		if k, err := subscribers.NewKeyring(tt.keys, tt.address); err == nil {
			t.Errorf("%s: got %v, want an error", tt.name, k)
		}
	}
}

func TestAddressHash(t *testing.T) {
	t.Parallel()
	k := keyring(t)
	other, err := subscribers.NewKeyring([]subscribers.Key{{ID: 1, Secret: secret(1)}}, secret(8))
	if err != nil {
		t.Fatal(err)
	}
	hash := k.AddressHash("ann@example.org")
	if len(hash) != 32 || !bytes.Equal(hash, k.AddressHash("ann@example.org")) {
		t.Errorf("hash %x, want 32 octets, always the same", hash)
	}
	if bytes.Equal(hash, k.AddressHash("bob@example.org")) || bytes.Equal(hash, other.AddressHash("ann@example.org")) {
		t.Error("another address, or another key, gives the same hash")
	}
}

func FuzzToken(f *testing.F) {
	k := keyring(f)
	f.Add(k.Token(subscribers.PurposeUnsubscribe, 1, subscribers.PublicID{7}))
	f.Add(k.Token(subscribers.PurposeConfirm, math.MaxInt64, subscribers.PublicID{7}))
	f.Add("")
	f.Add("AQEB")
	f.Add(strings.Repeat("_", 100))
	f.Fuzz(func(t *testing.T, token string) {
		newsletter, id, err := k.Verify(token, subscribers.PurposeUnsubscribe)
		if err != nil {
			if !errors.Is(err, subscribers.ErrToken) {
				t.Errorf("got %v, want ErrToken", err)
			}
			return
		}
		if again := k.Token(subscribers.PurposeUnsubscribe, newsletter, id); again != token {
			t.Errorf("two spellings of one token: %q and %q", token, again)
		}
	})
}

// An issue's uid is the same wherever the keys are the same, and nowhere else.
func TestIssueUID(t *testing.T) {
	t.Parallel()
	slot := time.Date(2026, 11, 27, 7, 0, 0, 0, time.FixedZone("EST", -5*3600))
	uid := keyring(t).IssueUID(1, slot)
	if !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(uid) {
		t.Errorf("uid = %q, want 32 hex digits", uid)
	}
	if got := keyring(t, subscribers.Key{ID: 1, Secret: secret(1)}, subscribers.Key{ID: 2, Secret: secret(2)}).IssueUID(1, slot.UTC()); got != uid {
		t.Errorf("uid = %s in another time zone and with a newer token key, want %s", got, uid)
	}
	other, err := subscribers.NewKeyring([]subscribers.Key{{ID: 1, Secret: secret(1)}}, secret(8))
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]string{
		"another slot":       keyring(t).IssueUID(1, slot.Add(time.Hour)),
		"another newsletter": keyring(t).IssueUID(2, slot),
		"another database":   other.IssueUID(1, slot),
	} {
		if got == uid {
			t.Errorf("%s has the same uid", name)
		}
	}
}
