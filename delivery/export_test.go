package delivery

import (
	"net/mail"

	"roundup/subscribers"
)

// ComposeWhole writes a claim's mail by go-mail from its first byte to its last:
// what templates are compared with.
func (c *Composer) ComposeWhole(claim Claim) (Message, error) {
	to, err := subscribers.ParseAddress(claim.Email)
	if err != nil {
		return Message{}, err
	}
	token := c.keyring.Token(subscribers.PurposeUnsubscribe, c.letter.Newsletter, claim.PublicID)
	h := c.header(mail.Address{Name: displayName(claim.Name), Address: to.Envelope()}, token)
	h.messageID = c.messageID(claim)
	m, err := c.write(h, c.values(claim.Email, claim.Name, token))
	m.From = c.returnPath.of(claim.PublicID)
	return m, err
}

// OneLine is how foreign text becomes one line.
func OneLine(s string, most int) string { return oneLine(s, most) }
