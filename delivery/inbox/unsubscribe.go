// Package inbox reads mails that come back: it finds who asks to be unsubscribed.
//
// It must not know the ledger or the list: it says who it was, and others act.
//
// Start reading here; mbox.go takes a mailbox apart, path.go finds the mails in a folder.
package inbox

import (
	"bufio"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"regexp"
	"strings"

	"roundup/delivery/mail"
	"roundup/subscribers"
)

// ErrNotUnsubscribe is returned for a mail that asks for nothing, or not with a
// token of ours.
var ErrNotUnsubscribe = errors.New("not an unsubscribe mail")

const (
	maxUnsubscribeMail = 1 << 20 // octets of a mail that are looked at
	maxParts           = 20      // parts of a multipart that are looked at
	maxNesting         = 3
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
	m, err := netmail.ReadMessage(bufio.NewReader(io.LimitReader(r, maxUnsubscribeMail)))
	if err != nil {
		return subscribers.PublicID{}, fmt.Errorf("%w: its header can't be read", ErrNotUnsubscribe)
	}
	kind, _, _ := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if kind == "multipart/report" || strings.HasPrefix(kind, "message/") {
		return subscribers.PublicID{}, fmt.Errorf("%w: a bounce or another report", ErrNotUnsubscribe)
	}
	tokens := tokensOfSubject(m.Header.Get("Subject"))
	if automatic := m.Header.Get("Auto-Submitted"); automatic == "" || strings.EqualFold(automatic, "no") {
		line := firstLine(m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), m.Body, 0)
		if found := bodyToken.FindStringSubmatch(line); found != nil {
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
	var decoder mime.WordDecoder
	if decoded, err := decoder.DecodeHeader(subject); err == nil {
		subject = decoded
	}
	var tokens []string
	for _, s := range []string{subject, strings.Join(strings.Fields(subject), "")} {
		for _, found := range subjectToken.FindAllStringSubmatch(s, 4) {
			tokens = append(tokens, found[1])
		}
	}
	return tokens
}

// firstLine is the first line with words in the first plain text of a mail;
// "" when there is none.
func firstLine(contentType, encoding string, body io.Reader, depth int) string {
	kind, params, err := mime.ParseMediaType(contentType)
	if contentType == "" {
		kind, err = "text/plain", nil
	}
	switch {
	case err != nil || depth > maxNesting:
		return ""
	case strings.HasPrefix(kind, "multipart/") && params["boundary"] != "":
		return firstLineOfParts(multipart.NewReader(body, params["boundary"]), depth)
	case kind != "text/plain":
		return ""
	}
	scanner := bufio.NewScanner(decoded(encoding, body))
	for scanner.Scan() {
		if line := strings.TrimSpace(scanner.Text()); line != "" {
			return line
		}
	}
	return ""
}

func firstLineOfParts(parts *multipart.Reader, depth int) string {
	for range maxParts {
		part, err := parts.NextRawPart()
		if err != nil {
			return ""
		}
		line := firstLine(part.Header.Get("Content-Type"), part.Header.Get("Content-Transfer-Encoding"), part, depth+1)
		if line != "" {
			return line
		}
	}
	return ""
}

// decoded undoes a part's transfer encoding (RFC 2045, 6).
func decoded(encoding string, body io.Reader) io.Reader {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "quoted-printable":
		return quotedprintable.NewReader(body)
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, body)
	}
	return body
}
