package mail

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"mime"
	netmail "net/mail"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"
	"golang.org/x/net/idna"

	"roundup/delivery/relay"
	"roundup/digest"
	"roundup/internal/oneline"
	"roundup/subscribers"
)

// Limits on what is put into a header, in octets.
const (
	maxHeader = 8 << 10 // of a text, before it is encoded and folded
	maxName   = 200     // of a display name
	maxURL    = 500     // of the readers' pages; List-Unsubscribe is one line
)

var errNotPlain = errors.New("the way out is not a plain link")

// sender is who mails are from, checked.
type sender struct {
	from    netmail.Address
	replyTo *netmail.Address // nil for none
	domain  string           // of from, as A-labels
}

func newSender(from, replyTo netmail.Address) (sender, error) {
	a, err := subscribers.ParseAddress(from.Address)
	if err != nil {
		return sender{}, fmt.Errorf("from: %w", err)
	}
	s := sender{from: netmail.Address{Name: displayName(from.Name), Address: a.Envelope()}, domain: a.Domain}
	if replyTo == (netmail.Address{}) {
		return s, nil
	}
	if a, err = subscribers.ParseAddress(replyTo.Address); err != nil {
		return sender{}, fmt.Errorf("reply to: %w", err)
	}
	s.replyTo = &netmail.Address{Name: displayName(replyTo.Name), Address: a.Envelope()}
	return s, nil
}

// header is the header of one mail.
type header struct {
	sender
	to          netmail.Address
	subject     string
	messageID   string // without brackets
	date        time.Time
	boundary    string                   // between the parts, the same at every attempt
	unsubscribe string                   // List-Unsubscribe; "" for none
	oneClick    bool                     // its first way out takes a POST (RFC 8058)
	fields      map[gomail.Header]string // more, in ASCII
	pictures    []digest.Embedded        // that the HTML shows from within the mail
}

// compose writes a mail of a text part, and an HTML part unless html is "", in
// quoted-printable, and the pictures that the HTML shows. All of the result can be sent as it is: CRLF alone ends its
// lines, and none is too long.
//
// go-mail sorts the fields it is given and writes the preformatted ones after
// them in an order of chance, so there is never more than one of those: the one
// field that some relays break when it is folded.
func (h header) compose(text, html string) ([]byte, error) {
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithCharset(gomail.CharsetUTF8), gomail.WithEncoding(gomail.EncodingQP))
	related := len(h.pictures) > 0 && html != ""
	if !related {
		m.SetBoundary(h.boundary)
	}
	m.FromMailAddress(&h.from)
	m.ToMailAddress(&h.to)
	if h.replyTo != nil {
		m.ReplyToMailAddress(h.replyTo)
	}
	m.SetGenHeader(gomail.HeaderSubject, encodeText(h.subject))
	m.SetDateWithValue(h.date)
	m.SetMessageIDWithValue(h.messageID)
	for name, value := range h.fields {
		m.SetGenHeader(name, value)
	}
	if h.unsubscribe != "" {
		if !isPrintable(h.unsubscribe) {
			return nil, errNotPlain
		}
		m.SetGenHeaderPreformatted(gomail.HeaderListUnsubscribe, h.unsubscribe)
	}
	if h.oneClick {
		m.SetGenHeader(gomail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	}
	m.SetBodyString(gomail.TypeTextPlain, text)
	if html != "" {
		m.AddAlternativeString(gomail.TypeTextHTML, html)
	}
	if related {
		if err := embed(m, h.pictures); err != nil {
			return nil, err
		}
	}
	var b bytes.Buffer
	if _, err := m.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("compose: %w", err)
	}
	if !bytes.HasSuffix(b.Bytes(), []byte("\r\n")) {
		b.WriteString("\r\n")
	}
	data := b.Bytes()
	if related {
		var err error
		if data, err = relate(data, h.boundary); err != nil {
			return nil, err
		}
	}
	data = unfold(data)
	if flaw := relay.Inspect(data).Flaw; flaw != "" {
		return nil, fmt.Errorf("compose: %s", flaw)
	}
	return data, nil
}

// boundary separates the parts of a mail. It is made of a uid nobody can guess, so
// that no feed can write it, and so that every attempt is the same mail.
func boundary(uid string) string {
	sum := sha256.Sum256([]byte("boundary of " + uid))
	return "roundup-" + hex.EncodeToString(sum[:20])
}

// lines ends every line of a part in LF, which quoted-printable writes as CRLF,
// and the last one too.
func lines(part string) string {
	part = strings.ReplaceAll(strings.ReplaceAll(part, "\r\n", "\n"), "\r", "\n")
	if part != "" && !strings.HasSuffix(part, "\n") {
		part += "\n"
	}
	return part
}

// displayName makes a name fit to stand before an address.
func displayName(name string) string {
	// In a quoted name some clients decode what looks like an encoded word.
	return strings.ReplaceAll(oneline.Of(name, maxName), "=?", "= ?")
}

// encodeText is an unstructured field's value in ASCII: as it is where it can
// stand so, else in encoded words (RFC 2047). A word too long to be folded away,
// and one that looks encoded, are encoded too.
func encodeText(s string) string {
	const maxWord = 70
	plain := isPrintable(s) && !strings.Contains(s, "=?")
	for word := range strings.FieldsSeq(s) {
		plain = plain && len(word) <= maxWord
	}
	switch {
	case plain:
		return s
	case relay.IsASCII(s):
		return encodeASCII(s)
	case 2*len(s) > 3*utf8.RuneCountInString(s): // few of its letters are ASCII
		return mime.BEncoding.Encode("utf-8", s)
	}
	return mime.QEncoding.Encode("utf-8", s)
}

// encodeASCII encodes what mime sees no need to.
func encodeASCII(s string) string {
	const most = 45 // octets in one encoded word of at most 75 (RFC 2047, 2)
	var words []string
	for part := range slices.Chunk([]byte(s), most) {
		words = append(words, "=?utf-8?b?"+base64.StdEncoding.EncodeToString(part)+"?=")
	}
	return strings.Join(words, " ")
}

// envelope is an address of our own as it goes into a command; instead when it is "".
func envelope(what, address, instead string) (string, error) {
	if address == "" {
		return instead, nil
	}
	a, err := subscribers.ParseAddress(address)
	if err != nil {
		return "", fmt.Errorf("%s: %w", what, err)
	}
	return a.Envelope(), nil
}

// baseURL checks where readers' pages are: nothing in it can end a header field
// or the brackets around a link.
func baseURL(s string) (string, error) {
	if s == "" {
		return "", nil
	}
	u, err := url.Parse(s)
	if err != nil {
		return "", fmt.Errorf("address of readers' pages: %w", err)
	}
	host, err := idna.Lookup.ToASCII(u.Hostname())
	if err == nil && host != u.Hostname() {
		u.Host = strings.Replace(u.Host, u.Hostname(), host, 1)
	}
	clean := strings.TrimRight(u.String(), "/")
	switch {
	case u.Scheme != "https" && u.Scheme != "http", u.Host == "", u.User != nil, u.RawQuery != "", u.Fragment != "":
		return "", fmt.Errorf("address of readers' pages: %q is not like https://news.example.org", s)
	case !isPrintable(clean), strings.ContainsAny(clean, `<>", \`), len(clean) > maxURL:
		return "", fmt.Errorf("address of readers' pages: %q can't stand in a mail", oneline.Of(s, 100))
	}
	return clean, nil
}

// mailtoAddress is an address in a mailto: link (RFC 6068).
func mailtoAddress(address string) string {
	return strings.NewReplacer("&", "%26", "=", "%3D", ";", "%3B").Replace(url.PathEscape(address))
}

// isPrintable reports whether s is printable ASCII, spaces among it.
func isPrintable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}
