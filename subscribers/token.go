package subscribers

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// ErrToken is returned for every token that is not ours, whatever is wrong with
// it: a stranger learns nothing from the answer.
var ErrToken = errors.New("not a valid token")

// Purpose is what a token allows. A token made for one purpose is worth
// nothing for another.
type Purpose string

// What the links of a mail are for.
const (
	PurposeUnsubscribe Purpose = "unsubscribe" // leave the newsletter: the link and the mailto of every mail
	PurposeConfirm     Purpose = "confirm"     // confirm a pending subscription
	PurposeOwn         Purpose = "own"         // change and see what is kept about oneself
	PurposeTest        Purpose = "test"        // the links of test mails, which only say so
	PurposeCalendar    Purpose = "calendar"    // read the editor's calendar; it names nobody
)

const (
	tokenVersion = 1
	macSize      = 20  // octets of HMAC-SHA-256 kept: 160 bits
	maxToken     = 100 // characters that are looked at at all
	minSecret    = 16  // octets of a key
)

// Key is one secret that tokens are made with. It is never deleted: links in
// years-old mail must work.
type Key struct {
	ID     int64 // positive
	Secret []byte
}

// Keyring makes and verifies the tokens of a newsletter's readers, and hashes
// addresses. It is safe for concurrent use.
//
// A token is base64url (RFC 4648, section 5) of: version, key id, newsletter id
// (as uvarints), public id, and the first 160 bits of HMAC-SHA-256 over the
// purpose and all of these. It names no address and never expires. With ids
// below 128 it has 52 characters, below 2^35 at most 63.
type Keyring struct {
	newsletter int64 // its id
	address    []byte
	hashes     sync.Pool // of hashing
	tokens     atomic.Pointer[tokenKeys]
	renewing   sync.Mutex
}

// tokenKeys are the keys of tokens, by id. They are replaced, never changed.
type tokenKeys struct {
	secrets map[int64][]byte
	newest  int64
}

// NewKeyring takes a newsletter's id, every token key it ever had, in any order (the
// highest id makes new tokens), and the key that addresses are hashed with. Keys
// shorter than 128 bits and ids that are not positive or not unique are errors.
func NewKeyring(newsletter int64, tokens []Key, address []byte) (*Keyring, error) {
	if newsletter <= 0 {
		return nil, fmt.Errorf("keyring: newsletter id %d is not positive", newsletter)
	}
	if len(address) < minSecret {
		return nil, errors.New("keyring: the address key is shorter than 128 bits")
	}
	k := &Keyring{newsletter: newsletter, address: address}
	if err := k.Renew(tokens); err != nil {
		return nil, err
	}
	return k, nil
}

// Renew has the ring know these token keys, all that the newsletter has now: others may
// have made one since, whose tokens must be known and made here too.
func (k *Keyring) Renew(tokens []Key) error {
	if len(tokens) == 0 {
		return errors.New("keyring: no token key")
	}
	keys := &tokenKeys{secrets: make(map[int64][]byte, len(tokens))}
	for _, key := range tokens {
		switch _, twice := keys.secrets[key.ID]; {
		case twice || key.ID <= 0:
			return fmt.Errorf("keyring: token key id %d is not positive or not unique", key.ID)
		case len(key.Secret) < minSecret:
			return fmt.Errorf("keyring: token key %d is shorter than 128 bits", key.ID)
		}
		keys.secrets[key.ID] = key.Secret
		keys.newest = max(keys.newest, key.ID)
	}
	k.renewing.Lock()
	defer k.renewing.Unlock()
	if known := k.tokens.Load(); known != nil && len(known.secrets) > len(keys.secrets) {
		return nil // read before a key was made that is known by now; none is ever deleted
	}
	k.tokens.Store(keys)
	return nil
}

// secret is the token key of an id; nil for one that is not in the ring.
func (k *Keyring) secret(id int64) []byte { return k.tokens.Load().secrets[id] }

// Token makes the token that lets the reader do what purpose names. The same
// arguments give the same token for as long as the newest key is the same.
func (k *Keyring) Token(purpose Purpose, id PublicID) string {
	body, secret := k.begin(nil, id)
	body = append(body, tokenMAC(secret, purpose, body)...)
	return base64.RawURLEncoding.EncodeToString(body)
}

// Verify returns who a token names when it was made by Token, with any key of
// the ring, for this newsletter and this very purpose; else ErrToken. The comparison
// takes the same time wherever the difference is.
func (k *Keyring) Verify(token string, purpose Purpose) (PublicID, error) {
	// The decoder would skip line ends, which gives one token many spellings.
	if len(token) > maxToken || strings.ContainsAny(token, "\r\n") {
		return PublicID{}, ErrToken
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) < macSize {
		return PublicID{}, ErrToken
	}
	body, mac := raw[:len(raw)-macSize], raw[len(raw)-macSize:]
	keyID, newsletter, id, ok := parseTokenBody(body)
	secret := k.secret(keyID)
	if !ok || secret == nil || newsletter != k.newsletter || !hmac.Equal(mac, tokenMAC(secret, purpose, body)) {
		return PublicID{}, ErrToken
	}
	return id, nil
}

// AddressHash is the keyed hash (HMAC-SHA-256, 32 octets) of an address key
// (Address.Key). It stands for an address that must not be mailed where the
// plain address must not be kept.
func (k *Keyring) AddressHash(key string) []byte {
	h := k.hashing()
	defer k.hashes.Put(h)
	h.Write([]byte("roundup address\x00"))
	h.Write([]byte(key))
	return h.Sum(nil)
}

// hashing is an HMAC of the address key, one that was used before where there is one: an
// import hashes each of its lines.
func (k *Keyring) hashing() hash.Hash {
	if h, ok := k.hashes.Get().(hash.Hash); ok {
		h.Reset()
		return h
	}
	return hmac.New(sha256.New, k.address)
}

// IssueUID is the uid of the newsletter's regular issue of a slot, 32 hex digits: the same in
// every copy of the database, which has the same keys, and unguessable without.
// The Message-IDs of its mails are made of it, so that what a copy sends once
// more is the same mail to whoever receives it.
func (k *Keyring) IssueUID(slot time.Time) string {
	h := hmac.New(sha256.New, k.address)
	fmt.Fprintf(h, "roundup issue\x00%d\x00%s", k.newsletter, slot.UTC().Format(time.RFC3339))
	return hex.EncodeToString(h.Sum(nil)[:16])
}

func tokenMAC(secret []byte, purpose Purpose, body []byte) []byte {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte("roundup token\x00"))
	h.Write([]byte(purpose))
	h.Write([]byte{0})
	h.Write(body)
	return h.Sum(nil)[:macSize]
}

func parseTokenBody(body []byte) (keyID, newsletterID int64, id PublicID, ok bool) {
	if len(body) == 0 || body[0] != tokenVersion {
		return 0, 0, PublicID{}, false
	}
	key, n := binary.Uvarint(body[1:])
	if n <= 0 || key > math.MaxInt64 {
		return 0, 0, PublicID{}, false
	}
	body = body[1+n:]
	newsletter, n := binary.Uvarint(body)
	if n <= 0 || newsletter > math.MaxInt64 || len(body)-n != len(id) {
		return 0, 0, PublicID{}, false
	}
	copy(id[:], body[n:])
	return int64(key), int64(newsletter), id, true
}
