package storetest

import (
	"testing"

	"roundup/subscribers"
)

// Whoever holds the ring knows a key that was made since, and the links of before live on.
func (e suite) TestRotateKey(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	ring, err := s.Keyring(t.Context())
	s.must(err)
	id := subscribers.PublicID{7}
	old, hash := ring.Token(subscribers.PurposeUnsubscribe, id), ring.AddressHash("ann@example.com")
	s.must(s.RotateKey(t.Context(), Anna()))
	again, err := s.Keyring(t.Context())
	s.must(err)
	made := ring.Token(subscribers.PurposeUnsubscribe, id)
	if again != ring || made == old {
		t.Error("who has the ring makes links with the key of before")
	}
	for _, token := range []string{old, made} {
		if got, err := ring.Verify(token, subscribers.PurposeUnsubscribe); got != id || err != nil {
			t.Errorf("a link: %v, %v", got, err)
		}
	}
	if string(ring.AddressHash("ann@example.com")) != string(hash) {
		t.Error("addresses have another hash: nobody knows any more who is suppressed")
	}
	keys, err := s.Keys(t.Context())
	s.must(err)
	if len(keys) != 3 || keys[0].Newest || !keys[1].Newest || !keys[2].Newest || keys[1].Purpose != "address" {
		t.Errorf("keys %+v", keys)
	}
	if got := Texts(t, s.Base, `SELECT concat(what, ' ', actor, ' ', actor_name) FROM events`); len(got) != 1 || got[0] != "key rotated command_line anna" {
		t.Errorf("on record: %q", got)
	}
}
