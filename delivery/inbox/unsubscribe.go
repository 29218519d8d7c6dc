// Package inbox reads mails that come back: it finds who asks to be unsubscribed.
//
// It must not know the ledger or the list: it says who it was, and others act.
//
// Start reading here; mbox.go takes a mailbox apart, path.go finds the mails in a folder.
package inbox

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"regexp"
	"strings"

	"roundup/delivery/mail"
	"roundup/internal/eml"
	"roundup/subscribers"
)

// ErrNotUnsubscribe is returned for a mail that asks for nothing, or not with a
// token of ours.
var ErrNotUnsubscribe = errors.New("not an unsubscribe mail")

const (
	maxUnsubscribeMail = 1 << 20 // octets of a mail that are looked at
	maxParts           = 20      // parts of it that are looked at
)

// subjectToken finds the token wherever a client has put words around it.
var subjectToken = regexp.MustCompile(`(?i)` + mail.UnsubscribeWord + `([A-Za-z0-9_-]{20,100})`)

// bodyToken is the token as a line of its own.
var bodyToken = regexp.MustCompile(`(?i)^` + mail.UnsubscribeWord + `([A-Za-z0-9_-]{20,100})$`)

// ReadUnsubscribe reads a mail that was sent to the mailto: of List-Unsubscribe
// (RFC 2369) and returns the reader whose token it carries, in its subject or as
// the first line of its text. Who it is from does not matter: people forward
// their mail, and the token can't be forged.
//
// Every other mail is ErrNotUnsubscribe. Above all a bounce is: it quotes our
// own header, which holds the token. So is a reply that quotes the footer.
func ReadUnsubscribe(r io.Reader, keyring *subscribers.Keyring) (subscribers.PublicID, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxUnsubscribeMail))
	if err != nil {
		return subscribers.PublicID{}, fmt.Errorf("%w: it can't be read: %w", ErrNotUnsubscribe, err)
	}
	m, err := eml.ReadEntity(raw)
	if err != nil {
		return subscribers.PublicID{}, fmt.Errorf("%w: its header can't be read", ErrNotUnsubscribe)
	}
	kind, _, _ := mime.ParseMediaType(m.Get("Content-Type"))
	if kind == "multipart/report" || strings.HasPrefix(kind, "message/") {
		return subscribers.PublicID{}, fmt.Errorf("%w: a bounce or another report", ErrNotUnsubscribe)
	}
	tokens := tokensOfSubject(m.Decoded("Subject"))
	if automatic := m.Get("Auto-Submitted"); automatic == "" || strings.EqualFold(automatic, "no") {
		if found := bodyToken.FindStringSubmatch(firstLine(m)); found != nil {
			tokens = append(tokens, found[1])
		}
	}
	for _, token := range tokens {
		if id, err := keyring.Verify(token, subscribers.PurposeUnsubscribe); err == nil {
			return id, nil
		}
	}
	if len(tokens) > 0 {
		return subscribers.PublicID{}, fmt.Errorf("%w: its token is not ours", ErrNotUnsubscribe)
	}
	return subscribers.PublicID{}, fmt.Errorf("%w: it holds no token", ErrNotUnsubscribe)
}

// tokensOfSubject finds tokens in a subject as it came, and with the white
// space taken out that folding may have put into it.
func tokensOfSubject(subject string) []string {
	var tokens []string
	for _, s := range []string{subject, strings.Join(strings.Fields(subject), "")} {
		for _, found := range subjectToken.FindAllStringSubmatch(s, 4) {
			tokens = append(tokens, found[1])
		}
	}
	return tokens
}

// firstLine is the first line with words in the first plain text of a mail that has
// one; "" when there is none.
func firstLine(m *eml.Message) string {
	for _, part := range m.Parts[:min(len(m.Parts), maxParts)] {
		if part.Type != "text/plain" {
			continue
		}
		for line := range strings.Lines(part.Text) {
			if line = strings.TrimSpace(line); line != "" {
				return line
			}
		}
	}
	return ""
}
