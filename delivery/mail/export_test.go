package mail

import (
	netmail "net/mail"

	"roundup/delivery/relay"
	"roundup/subscribers"
)

// ComposeWhole writes a reader's mail by go-mail from its first byte to its last:
// what templates are compared with.
func (c *Composer) ComposeWhole(reader Reader) (relay.Message, error) {
	to, err := subscribers.ParseAddress(reader.Email)
	if err != nil {
		return relay.Message{}, err
	}
	token := c.keyring.Token(subscribers.PurposeUnsubscribe, reader.PublicID)
	h := c.header(netmail.Address{Name: displayName(reader.Name), Address: to.Envelope()}, token)
	h.messageID = c.messageID(reader)
	m, err := c.write(h, c.values(reader.Email, reader.Name, c.waysOut(token)))
	m.From = c.returnPath.of(reader.PublicID)
	return m, err
}
