package inbox

import (
	"errors"
	"mime"
	"strings"

	"roundup/delivery/mail"
	"roundup/internal/eml"
	"roundup/internal/lazy"
	"roundup/subscribers"
)

// errNotUnsubscribe is returned for a mail that asks for nothing, or not with a
// token of ours.
var errNotUnsubscribe = errors.New("not an unsubscribe mail")

// maxParts is how many parts of a mail are looked at for a token.
const maxParts = 20

// subjectToken finds the token wherever a client has put words around it.
var subjectToken = lazy.Regexp(`(?i)` + mail.UnsubscribeWord + `([A-Za-z0-9_-]{20,100})`)

// bodyToken is the token as a line of its own.
var bodyToken = lazy.Regexp(`(?i)^` + mail.UnsubscribeWord + `([A-Za-z0-9_-]{20,100})$`)

// unsubscribing reads a mail that was sent to the mailto: of List-Unsubscribe
// (RFC 2369) and returns the reader whose token it carries, in its subject or as
// the first line of its text. Who it is from does not matter: people forward
// their mail, and the token can't be forged.
//
// Every other mail is errNotUnsubscribe. Above all a bounce is: it quotes our
// own header, which holds the token. So is a reply that quotes the footer.
func unsubscribing(m *eml.Message, keyring *subscribers.Keyring) (subscribers.PublicID, error) {
	kind, _, _ := mime.ParseMediaType(m.Get("Content-Type"))
	if kind == "multipart/report" || strings.HasPrefix(kind, "message/") || m.Has("X-Failed-Recipients") {
		return subscribers.PublicID{}, errNotUnsubscribe
	}
	tokens := tokensOfSubject(m.Decoded("Subject"))
	if automatic := m.Get("Auto-Submitted"); automatic == "" || strings.EqualFold(automatic, "no") {
		if found := bodyToken().FindStringSubmatch(firstLine(m)); found != nil {
			tokens = append(tokens, found[1])
		}
	}
	for _, token := range tokens {
		if id, err := keyring.Verify(token, subscribers.PurposeUnsubscribe); err == nil {
			return id, nil
		}
	}
	return subscribers.PublicID{}, errNotUnsubscribe
}

// tokensOfSubject finds tokens in a subject as it came, and with the white
// space taken out that folding may have put into it.
func tokensOfSubject(subject string) []string {
	var tokens []string
	for _, s := range []string{subject, strings.Join(strings.Fields(subject), "")} {
		for _, found := range subjectToken().FindAllStringSubmatch(s, 4) {
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
