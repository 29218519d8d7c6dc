package subscribers

import (
	"crypto/hmac"
	"encoding/base32"
	"encoding/binary"
	"strings"
)

// purposeReturn is what the token in a return path is for: to say whose mail came back.
const purposeReturn Purpose = "return"

const (
	returnMAC      = 8  // octets of HMAC-SHA-256 kept
	maxReturnToken = 63 // characters; one less than a local part may have (RFC 5321, 4.5.3.1.1)
)

// ReturnToken makes the token that stands in the return path of a reader's mail
// (VERP), so that a bounce names its reader whatever is in it. It names no address.
//
// It is a Token with two differences. It is base32 in lower case (RFC 4648,
// section 6): what comes back may have lost the case of its letters. And only 64
// bits of its HMAC are kept, for a local part has 64 octets in all: with ids
// below 128 it has 44 characters. Who wants to forge one needs the reader's
// public id besides.
func (k *Keyring) ReturnToken(id PublicID) string {
	body, secret := k.begin(nil, id)
	mac := tokenMAC(secret, purposeReturn, body)
	return strings.ToLower(returnEncoding().EncodeToString(append(body, mac[:returnMAC]...)))
}

// VerifyReturn returns who a token names when it was made by ReturnToken for this
// newsletter with any key of the ring, in letters of either case; else ErrToken.
func (k *Keyring) VerifyReturn(token string) (PublicID, error) {
	// The decoder would skip line ends, and knows no padding that is not zero.
	if len(token) > maxReturnToken || strings.ContainsAny(token, "\r\n") {
		return PublicID{}, ErrToken
	}
	token = strings.ToUpper(token)
	raw, err := returnEncoding().DecodeString(token)
	if err != nil || len(raw) < returnMAC || returnEncoding().EncodeToString(raw) != token {
		return PublicID{}, ErrToken
	}
	body, mac := raw[:len(raw)-returnMAC], raw[len(raw)-returnMAC:]
	keyID, newsletter, id, ok := parseTokenBody(body)
	secret := k.secret(keyID)
	if !ok || secret == nil || newsletter != k.newsletter || !hmac.Equal(mac, tokenMAC(secret, purposeReturn, body)[:returnMAC]) {
		return PublicID{}, ErrToken
	}
	return id, nil
}

func returnEncoding() *base32.Encoding { return base32.StdEncoding.WithPadding(base32.NoPadding) }

// begin appends what every token has before its HMAC, and returns the newest key, which
// that is made with.
func (k *Keyring) begin(body []byte, id PublicID) ([]byte, []byte) {
	keys := k.tokens.Load()
	if body == nil {
		body = make([]byte, 0, 48)
	}
	body = append(body, tokenVersion)
	body = binary.AppendUvarint(body, uint64(keys.newest))
	body = binary.AppendUvarint(body, uint64(k.newsletter))
	return append(body, id[:]...), keys.secrets[keys.newest]
}
