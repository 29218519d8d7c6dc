package subscribers_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"math"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"roundup/subscribers"
)

func secret(c byte) []byte { return bytes.Repeat([]byte{c}, 32) }

func keyring(tb testing.TB, keys ...subscribers.Key) *subscribers.Keyring {
	tb.Helper()
	return keyringOf(tb, 1, keys...)
}

// keyringOf is the ring of a newsletter; the same key where none is given.
func keyringOf(tb rapid.TB, newsletter int64, keys ...subscribers.Key) *subscribers.Keyring {
	tb.Helper()
	if len(keys) == 0 {
		keys = []subscribers.Key{{ID: 1, Secret: secret(1)}}
	}
	k, err := subscribers.NewKeyring(newsletter, keys, secret(9))
	if err != nil {
		tb.Fatal(err)
	}
	return k
}

func TestTokenRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		k := keyringOf(t, rapid.Int64Range(1, 1<<35-1).Draw(t, "newsletter"))
		purpose := rapid.SampledFrom([]subscribers.Purpose{
			subscribers.PurposeUnsubscribe, subscribers.PurposeConfirm, subscribers.PurposeTest,
		}).Draw(t, "purpose")
		id := subscribers.PublicID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
		token := k.Token(purpose, id)
		if !regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`).MatchString(token) {
			t.Fatalf("token %q is not URL-safe or too long", token)
		}
		if token != k.Token(purpose, id) {
			t.Fatal("the same arguments give two tokens")
		}
		got, err := k.Verify(token, purpose)
		if err != nil || got != id {
			t.Fatalf("got %v, %v; want %v", got, err, id)
		}
	})
}

// Every single bit of a token matters, and so does every character.
func TestTokenRefusesChanges(t *testing.T) {
	t.Parallel()
	k := keyring(t)
	token := k.Token(subscribers.PurposeUnsubscribe, subscribers.PublicID{7})
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
		if id, err := k.Verify(c, subscribers.PurposeUnsubscribe); !errors.Is(err, subscribers.ErrToken) || !id.IsZero() {
			t.Fatalf("token %q for %q: got %v, %v; want only ErrToken", c, token, id, err)
		}
	}
}

func TestTokenIsBoundToItsPurpose(t *testing.T) {
	t.Parallel()
	k := keyring(t)
	purposes := []subscribers.Purpose{subscribers.PurposeUnsubscribe, subscribers.PurposeConfirm, subscribers.PurposeTest, subscribers.PurposeCalendar}
	for _, made := range purposes {
		for _, used := range purposes {
			_, err := k.Verify(k.Token(made, subscribers.PublicID{1}), used)
			if (err == nil) != (made == used) {
				t.Errorf("made for %s, used for %s: %v", made, used, err)
			}
		}
	}
}

// The keys of two newsletters may have the same id, and be the same after a copy.
func TestTokenIsBoundToItsNewsletter(t *testing.T) {
	t.Parallel()
	id := subscribers.PublicID{1}
	for made := range int64(3) {
		for used := range int64(3) {
			from, to := keyringOf(t, made+1), keyringOf(t, used+1)
			_, err := to.Verify(from.Token(subscribers.PurposeUnsubscribe, id), subscribers.PurposeUnsubscribe)
			_, returned := to.VerifyReturn(from.ReturnToken(id))
			if (err == nil) != (made == used) || (returned == nil) != (made == used) {
				t.Errorf("made for newsletter %d, used at %d: %v, %v", made+1, used+1, err, returned)
			}
		}
	}
}

func TestTokenOutlivesItsKey(t *testing.T) {
	t.Parallel()
	old := keyring(t, subscribers.Key{ID: 3, Secret: secret(3)})
	rotated := keyring(t, subscribers.Key{ID: 5, Secret: secret(5)}, subscribers.Key{ID: 3, Secret: secret(3)})
	id := subscribers.PublicID{4}
	token := old.Token(subscribers.PurposeUnsubscribe, id)
	if got, err := rotated.Verify(token, subscribers.PurposeUnsubscribe); err != nil || got != id {
		t.Errorf("old token: got %v, %v", got, err)
	}
	fresh := rotated.Token(subscribers.PurposeUnsubscribe, id)
	if _, err := old.Verify(fresh, subscribers.PurposeUnsubscribe); !errors.Is(err, subscribers.ErrToken) {
		t.Errorf("token of a key that is not there: got %v, want ErrToken", err)
	}
	other := keyring(t, subscribers.Key{ID: 3, Secret: secret(4)})
	if _, err := other.Verify(token, subscribers.PurposeUnsubscribe); !errors.Is(err, subscribers.ErrToken) {
		t.Errorf("same key id, another secret: got %v, want ErrToken", err)
	}
}

func TestNewKeyringRefuses(t *testing.T) {
	t.Parallel()
	good := []subscribers.Key{{ID: 1, Secret: secret(1)}}
	tests := []struct {
		name       string
		newsletter int64
		keys       []subscribers.Key
		address    []byte
	}{
		{"no newsletter", 0, good, secret(1)},
		{"no key", 1, nil, secret(1)},
		{"no address key", 1, good, nil},
		{"short secret", 1, []subscribers.Key{{ID: 1, Secret: secret(1)[:15]}}, secret(1)},
		{"id zero", 1, []subscribers.Key{{ID: 0, Secret: secret(1)}}, secret(1)},
		{"id twice", 1, append(good, good...), secret(1)},
	}
	for _, tt := range tests {
		if k, err := subscribers.NewKeyring(tt.newsletter, tt.keys, tt.address); err == nil {
			t.Errorf("%s: got %v, want an error", tt.name, k)
		}
	}
}

func TestAddressHash(t *testing.T) {
	t.Parallel()
	k := keyring(t)
	other, err := subscribers.NewKeyring(1, []subscribers.Key{{ID: 1, Secret: secret(1)}}, secret(8))
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
	f.Add(k.Token(subscribers.PurposeUnsubscribe, subscribers.PublicID{7}))
	f.Add(keyringOf(f, math.MaxInt64).Token(subscribers.PurposeConfirm, subscribers.PublicID{7}))
	f.Add("")
	f.Add("AQEB")
	f.Add(strings.Repeat("_", 100))
	f.Fuzz(func(t *testing.T, token string) {
		id, err := k.Verify(token, subscribers.PurposeUnsubscribe)
		if err != nil {
			if !errors.Is(err, subscribers.ErrToken) {
				t.Errorf("got %v, want ErrToken", err)
			}
			return
		}
		if again := k.Token(subscribers.PurposeUnsubscribe, id); again != token {
			t.Errorf("two spellings of one token: %q and %q", token, again)
		}
	})
}

// An issue's uid is the same wherever the keys are the same, and nowhere else.
func TestIssueUID(t *testing.T) {
	t.Parallel()
	slot := time.Date(2026, 11, 27, 7, 0, 0, 0, time.FixedZone("EST", -5*3600))
	uid := keyring(t).IssueUID(slot)
	if !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(uid) {
		t.Errorf("uid = %q, want 32 hex digits", uid)
	}
	if got := keyring(t, subscribers.Key{ID: 1, Secret: secret(1)}, subscribers.Key{ID: 2, Secret: secret(2)}).IssueUID(slot.UTC()); got != uid {
		t.Errorf("uid = %s in another time zone and with a newer token key, want %s", got, uid)
	}
	other, err := subscribers.NewKeyring(1, []subscribers.Key{{ID: 1, Secret: secret(1)}}, secret(8))
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]string{
		"another slot":       keyring(t).IssueUID(slot.Add(time.Hour)),
		"another newsletter": keyringOf(t, 2).IssueUID(slot),
		"another database":   other.IssueUID(slot),
	} {
		if got == uid {
			t.Errorf("%s has the same uid", name)
		}
	}
}

// Links are made while a key is added; each is one of the ring's.
func TestRenewBesideLinks(t *testing.T) {
	t.Parallel()
	k := keyring(t)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 500 {
				if _, err := k.Verify(k.Token(subscribers.PurposeOwn, subscribers.PublicID{1}), subscribers.PurposeOwn); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for id := int64(2); id < 50; id++ {
		keys := make([]subscribers.Key, 0, id)
		for i := range id {
			keys = append(keys, subscribers.Key{ID: i + 1, Secret: secret(byte(i + 1))})
		}
		if err := k.Renew(keys); err != nil {
			t.Error(err)
		}
	}
	all.Wait()
	last := k.Token(subscribers.PurposeOwn, subscribers.PublicID{1})
	if err := k.Renew([]subscribers.Key{{ID: 1, Secret: secret(1)}}); err != nil || k.Token(subscribers.PurposeOwn, subscribers.PublicID{1}) != last {
		t.Errorf("keys as they were read earlier took its place: %v", err)
	}
	if err := k.Renew(nil); err == nil {
		t.Error("a ring without a key")
	}
}
