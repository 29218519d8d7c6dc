package mail_test

import (
	"strings"
	"testing"

	"roundup/subscribers"
)

// ring is a keyring that is the same in every test.
func ring(t testing.TB) *subscribers.Keyring {
	t.Helper()
	k, err := subscribers.NewKeyring(
		1,
		[]subscribers.Key{{ID: 1, Secret: []byte(strings.Repeat("k", 32))}}, []byte(strings.Repeat("a", 32)))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// reader is a public id that is the same in every test.
var reader = subscribers.PublicID{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}
