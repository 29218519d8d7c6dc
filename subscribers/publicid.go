package subscribers

import (
	"crypto/rand"
	"encoding/base32"
	"errors"
	"strings"
)

// ErrPublicID is returned for text that is no public id.
var ErrPublicID = errors.New("not a public id: want 26 letters a-z and digits 2-7")

// PublicID is a random 128-bit identifier of a subscriber. Its text is 26
// characters of base32 (RFC 4648, section 6) in lower case: safe in a
// Message-ID and, unlike hexadecimal, never taken for a number by a spreadsheet.
type PublicID [16]byte

// publicIDText is base32 without padding, in the lower case that String writes.
var publicIDText = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// NewPublicID makes a random id.
func NewPublicID() PublicID {
	var id PublicID
	_, _ = rand.Read(id[:]) // never fails (crypto/rand)
	return id
}

// NewPublicIDBy makes an id that is random but for its first three octets, which are the
// hash's (Keyring.AddressHash, whose key nobody else has). Many readers who are added in
// the order of their hashes so have ids that ascend, and stand together in an index.
func NewPublicIDBy(hash []byte) PublicID {
	id := NewPublicID()
	copy(id[:3], hash)
	return id
}

// ParsePublicID reads what String wrote, in either case. Every other text is
// ErrPublicID: an id has exactly one spelling but for case.
func ParsePublicID(s string) (PublicID, error) {
	var id PublicID
	lower := strings.ToLower(s)
	raw, err := publicIDText.DecodeString(lower)
	if err != nil || len(raw) != len(id) || publicIDText.EncodeToString(raw) != lower {
		return PublicID{}, ErrPublicID
	}
	copy(id[:], raw)
	return id, nil
}

// String is the id's text, 26 characters of [a-z2-7].
func (id PublicID) String() string { return publicIDText.EncodeToString(id[:]) }

// IsZero reports whether no id was set.
func (id PublicID) IsZero() bool { return id == PublicID{} }
