package subscribers

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"
	"strings"
	"time"
)

// What tokens that bear a moment are for. PurposeConfirm is another.
const (
	PurposeForm  Purpose = "form"  // when a sign-up form was shown; it names nobody
	PurposeCode  Purpose = "code"  // sign up with a code, at the moment it was shown; it names what was signed up with
	PurposeNever Purpose = "never" // see to it that an address is not written to again

	PurposeAddress Purpose = "address" // have one's mail sent to the address that has this
	PurposeBack    Purpose = "back"    // have it sent to the address again that it went to before
)

// timedVersion is the first octet of a token that bears a moment: none is ever taken
// for one that bears none.
const timedVersion = 2

// TimedToken makes a token as Token does, that bears a moment besides (to the
// millisecond): whoever verifies it decides how long it holds.
func (k *Keyring) TimedToken(purpose Purpose, id PublicID, at time.Time) string {
	body := make([]byte, 0, 64)
	body = append(body, timedVersion)
	body = binary.AppendUvarint(body, uint64(max(at.UnixMilli(), 0)))
	body, secret := k.begin(body, id)
	body = append(body, tokenMAC(secret, purpose, body)...)
	return base64.RawURLEncoding.EncodeToString(body)
}

// VerifyTimed returns whom a token names and the moment it bears, when it was made by
// TimedToken, with any key of the ring, for this newsletter and this very purpose; else
// ErrToken. How old a token may be is the caller's to say.
func (k *Keyring) VerifyTimed(token string, purpose Purpose) (PublicID, time.Time, error) {
	if len(token) > maxToken || strings.ContainsAny(token, "\r\n") {
		return PublicID{}, time.Time{}, ErrToken
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) < macSize+1 || raw[0] != timedVersion {
		return PublicID{}, time.Time{}, ErrToken
	}
	body, mac := raw[:len(raw)-macSize], raw[len(raw)-macSize:]
	millis, n := binary.Uvarint(body[1:])
	if n <= 0 || millis > 1<<50 {
		return PublicID{}, time.Time{}, ErrToken
	}
	keyID, newsletter, id, ok := parseTokenBody(body[1+n:])
	secret := k.secret(keyID)
	if !ok || secret == nil || newsletter != k.newsletter || !hmac.Equal(mac, tokenMAC(secret, purpose, body)) {
		return PublicID{}, time.Time{}, ErrToken
	}
	return id, time.UnixMilli(int64(millis)).UTC(), nil
}
