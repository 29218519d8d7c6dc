package inbox

import (
	"strings"

	"roundup/delivery/mail"
	"roundup/internal/eml"
	"roundup/subscribers"
)

// identity is whom a mail names by what can't be guessed.
type identity struct {
	reader    subscribers.PublicID
	messageID string
	proof     Proof
}

// who looks for the reader: the token in the address that the mail came to, or in the
// return path that it quotes, then our Message-ID in what it returns. That the
// Message-ID is of an issue of ours is for others to see, who know the issues.
func who(m *eml.Message, back returned, keyring *subscribers.Keyring, envelope Envelope) identity {
	var id identity
	for _, messageID := range back.messageIDs {
		if reader, ok := readerOf(messageID); ok {
			id = identity{reader, messageID, ByMessageID}
			break
		}
	}
	for _, address := range append(cameTo(m, envelope), back.paths...) {
		reader, err := keyring.VerifyReturn(mail.ReturnTokenOf(address))
		if err != nil {
			continue
		}
		if id.reader != reader { // the token says it; another's Message-ID is somebody's play
			id.messageID = ""
		}
		return identity{reader, id.messageID, ByToken}
	}
	return id
}

// readerOf is whom a mail with a Message-ID made like ours was for; false for others, and
// for those of test mails.
func readerOf(messageID string) (subscribers.PublicID, bool) {
	local, _, _ := strings.Cut(messageID, "@")
	public, _, ok := strings.Cut(local, ".")
	reader, err := subscribers.ParsePublicID(public)
	return reader, ok && err == nil && !mail.IsTest(messageID)
}

// cameTo are the addresses that a mail was delivered to.
func cameTo(m *eml.Message, envelope Envelope) []string {
	all := []string{envelope.To}
	for _, name := range []string{"Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To", "To"} {
		for _, value := range m.All(name) {
			all = append(all, addressesIn(value)...)
		}
	}
	for _, received := range m.All("Received") {
		if _, rest, ok := strings.Cut(received, " for "); ok {
			all = append(all, firstAddress(rest))
		}
	}
	return all
}

// nullSender reports whether a mail came from the null sender, as far as whoever
// delivered it left a note in Return-Path; what is before it in an mbox file is for EachMail.
// The word in place of an address is Postfix's pipe(8): null_sender.
func nullSender(m *eml.Message) bool {
	path := m.All("Return-Path")
	if len(path) == 0 {
		return false
	}
	sender := strings.Trim(path[0], " \t")
	return sender == "<>" || strings.EqualFold(sender, "<MAILER-DAEMON>")
}

// senderOf is the address in From.
func senderOf(m *eml.Message) string { return firstAddress(m.Get("From")) }

// Identify says whom a provider's report is about: by the token in the envelope sender,
// else by our Message-ID.
func (f Finding) Identify(path string, keyring *subscribers.Keyring) Finding {
	back := returned{paths: []string{path}}
	if f.MessageID != "" {
		back.messageIDs = []string{f.MessageID}
	}
	id := who(&eml.Message{}, back, keyring, Envelope{})
	f.Reader, f.Proof, f.MessageID = id.reader, id.proof, id.messageID
	if f.Proof == ByNothing && f.Recipient != "" {
		f.Proof = ByAddress
	}
	return f
}
