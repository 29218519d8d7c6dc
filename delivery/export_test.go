package delivery

import (
	"net/mail"

	"roundup/delivery/relay"
	"roundup/subscribers"
)

// ComposeWhole writes a claim's mail by go-mail from its first byte to its last:
// what templates are compared with.
func (c *Composer) ComposeWhole(claim Claim) (relay.Message, error) {
	to, err := subscribers.ParseAddress(claim.Email)
	if err != nil {
		return relay.Message{}, err
	}
	token := c.keyring.Token(subscribers.PurposeUnsubscribe, claim.PublicID)
	h := c.header(mail.Address{Name: displayName(claim.Name), Address: to.Envelope()}, token)
	h.messageID = c.messageID(claim)
	m, err := c.write(h, c.values(claim.Email, claim.Name, token))
	m.From = c.returnPath.of(claim.PublicID)
	return m, err
}
