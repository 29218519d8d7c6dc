package mail

import (
	"fmt"
	"strings"

	"roundup/subscribers"
)

// maxLocal is the most octets a local part may have (RFC 5321, 4.5.3.1.1).
const maxLocal = 64

// returnPath is the envelope sender of an issue's mails: one address for all
// readers or, with VERP (variable envelope return path), one for each, such as
// bounces+TOKEN@magazine.example.
type returnPath struct {
	address string
	verp    bool
	keyring *subscribers.Keyring
}

// of is the return path of one reader's mail.
func (p returnPath) of(reader subscribers.PublicID) string {
	if !p.verp {
		return p.address
	}
	at := strings.LastIndexByte(p.address, '@')
	return p.address[:at] + "+" + p.keyring.ReturnToken(reader) + p.address[at:]
}

// check refuses an address that has no room for a token.
func (p returnPath) check() error {
	if !p.verp {
		return nil
	}
	token := p.keyring.ReturnToken(subscribers.PublicID{}) // as long as anybody's
	room := maxLocal - len("+"+token)
	if own := strings.LastIndexByte(p.address, '@'); own > room {
		return fmt.Errorf("return path: %s has %d octets before its @, and a token leaves room for %d", p.address, own, room)
	}
	return nil
}

// ReturnTokenOf is the token in a return path made with VERP, for
// Keyring.VerifyReturn; "" when there is none.
func ReturnTokenOf(address string) string {
	local := address[:max(strings.LastIndexByte(address, '@'), 0)]
	plus := strings.LastIndexByte(local, '+')
	if plus < 0 {
		return ""
	}
	return local[plus+1:]
}
