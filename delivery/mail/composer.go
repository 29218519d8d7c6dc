// Package mail owns how a mail is written: an issue's for each reader, and the
// notices; their headers, signatures (DKIM), return paths, pictures and
// Message-IDs.
//
// It must not know the ledger or SMTP: the words come rendered, and what leaves is
// a relay.Message, ready for the wire.
//
// Start reading here, with NewComposer and Compose, then template.go (an issue is
// encoded once, and cut where readers differ) and header.go (go-mail's part in it).
package mail

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	netmail "net/mail"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	gomail "github.com/wneessen/go-mail"

	"roundup/delivery/relay"
	"roundup/digest"
	"roundup/internal/oneline"
	"roundup/subscribers"
)

// Letter is what all mails of an issue have in common.
type Letter struct {
	Issue           digest.Issue
	Variant         digest.Variant
	From            netmail.Address
	ReplyTo         netmail.Address // zero for none
	ReturnPath      string          // envelope sender; "" for the address of From
	VERP            bool            // each reader's mail has a return path of its own
	ListName        string
	FeedbackID      string    // of Feedback-ID, what follows the issue: "newsletter:roundup:sender"; "" for no such field
	ListID          string    // RFC 2919, without brackets: "roundup.magazine.example"
	UnsubscribeMail string    // where readers leave by mail; "" for nowhere
	BaseURL         string    // where readers' pages are; "" for none
	Archive         bool      // past issues are listed there
	Date            time.Time // when the issue started: the same for every attempt
	Signer          *Signer   // nil: mails are not signed here
	Providers       []string  // that post what comes back, by the names that webhooks have
}

// Reader is whom one mail of an issue is for.
type Reader struct {
	PublicID subscribers.PublicID
	Email    string // as given
	Name     string
	Variant  int // of the issue: the number of the one the reader gets
}

// Composer writes the mails of one issue. The same reader's mail is the same to
// the last byte each time it is composed. It is safe for concurrent use.
type Composer struct {
	letter     Letter
	keyring    *subscribers.Keyring
	sender     sender
	returnPath returnPath
	leaveAt    string // address for unsubscribe mails; "" for none
	listID     string // the field's whole value
	html, text []digest.Segment
	greets     bool   // readers are greeted by name
	idTail     string // of Message-IDs, after the reader's id
	mailTo     string // of links that leave by mail, before the token; "" for none
	template   *template
	spare      sync.Pool // of *[]byte: the Data of messages that have ended
}

// NewComposer checks everything that is the same for all readers, so that one
// reader's address and name are all that can be wrong with a mail. It refuses
// what would let a setting or a feed write into the header, and an issue that
// leaves its readers no way out.
func NewComposer(l Letter, keyring *subscribers.Keyring) (*Composer, error) {
	c := &Composer{letter: l, keyring: keyring}
	var err error
	if c.sender, err = newSender(l.From, l.ReplyTo); err != nil {
		return nil, err
	}
	c.returnPath = returnPath{verp: l.VERP, keyring: keyring}
	if c.returnPath.address, err = envelope("return path", l.ReturnPath, c.sender.from.Address); err != nil {
		return nil, err
	}
	if err = c.returnPath.check(); err != nil {
		return nil, err
	}
	if c.leaveAt, err = envelope("address to unsubscribe at", l.UnsubscribeMail, ""); err != nil {
		return nil, err
	}
	if c.letter.BaseURL, err = baseURL(l.BaseURL); err != nil {
		return nil, err
	}
	if c.listID, err = listID(l.ListName, l.ListID); err != nil {
		return nil, err
	}
	c.html = digest.Split(lines(l.Variant.HTML), l.Issue.UID)
	c.text = digest.Split(lines(l.Variant.Text), l.Issue.UID)
	c.greets = has(c.html, digest.PlaceGreeting) || has(c.text, digest.PlaceGreeting)
	if c.leaveAt != "" {
		c.mailTo = "mailto:" + mailtoAddress(c.leaveAt) + "?subject=" + UnsubscribeWord
	}
	c.idTail = strings.TrimPrefix(c.id(subscribers.PublicID{}), subscribers.PublicID{}.String())
	if err := c.check(); err != nil {
		return nil, err
	}
	c.template, err = c.newTemplate()
	return c, err
}

// id is the Message-ID of this issue's mail to a subscriber.
func (c *Composer) id(id subscribers.PublicID) string {
	return MessageID(c.letter.Issue.UID, id, cmp.Or(c.letter.Issue.MailDomain, c.sender.domain))
}

// check refuses an issue that can't be sent to anybody.
func (c *Composer) check() error {
	l := c.letter
	switch {
	case l.Issue.UID == "" || !isPrintable(l.Issue.UID) || strings.ContainsAny(l.Issue.UID, `<>@"\ `):
		return fmt.Errorf("issue uid %q is not one", l.Issue.UID)
	case l.Date.IsZero():
		return errors.New("the issue has no date")
	case oneline.Of(l.Variant.Subject, maxHeader) == "":
		return errors.New("the issue has no subject")
	case l.Variant.Text == "":
		return errors.New("the issue has no text part")
	case l.BaseURL == "" && c.leaveAt == "":
		return errors.New("readers have no way out: neither an address of readers' pages nor one to unsubscribe at")
	case !has(c.text, digest.PlaceUnsubscribe), l.Variant.HTML != "" && !has(c.html, digest.PlaceUnsubscribe):
		return errors.New("the mail does not show readers the way out: its template lacks the unsubscribe link")
	}
	// What fails for one reader would fail for all of them, and be blamed on each.
	_, err := c.Test(c.sender.from.Address)
	return err
}

// has reports whether a part holds a placeholder.
func has(segments []digest.Segment, p digest.Placeholder) bool {
	for _, s := range segments {
		if s.Then == p {
			return true
		}
	}
	return false
}

// Compose writes one reader's mail: the issue's template, filled. Its error
// concerns this reader alone.
func (c *Composer) Compose(to Reader) (relay.Message, error) {
	return c.compose(to, c.keyring.Token(subscribers.PurposeUnsubscribe, to.PublicID))
}

// Shown writes one reader's mail for others to look at: as Compose, but with the
// links of a test mail. Whoever has a reader's own link can unsubscribe them.
func (c *Composer) Shown(to Reader) (relay.Message, error) { return c.compose(to, c.testToken()) }

func (c *Composer) compose(to Reader, token string) (relay.Message, error) {
	address, err := subscribers.ParseAddress(to.Email)
	if err != nil {
		return relay.Message{}, err
	}
	ways := c.waysOut(token)
	m := relay.Message{From: c.returnPath.of(to.PublicID), To: address.Envelope(), Spare: &c.spare}
	m.Whole, m.Traits, err = c.template.fill(c.buffer(), filling{
		to:          netmail.Address{Name: displayName(to.Name), Address: m.To},
		messageID:   c.messageID(to),
		unsubscribe: ways.header(),
		values:      c.values(to.Email, to.Name, ways),
	})
	if err != nil {
		return relay.Message{}, err
	}
	m.Data = m.Whole[relay.Room:]
	if c.letter.Signer == nil {
		return m, nil
	}
	m.Whole = nil
	if m.Data, err = c.letter.Signer.Sign(m.Data, c.letter.Date); err != nil {
		return relay.Message{}, err
	}
	return m, nil
}

// buffer is what a message is written into, after the room before it: that of
// one that has ended, where there is one.
func (c *Composer) buffer() []byte {
	if used, ok := c.spare.Get().(*[]byte); ok && cap(*used) >= relay.Room {
		return (*used)[:relay.Room]
	}
	return make([]byte, relay.Room, relay.Room+c.template.size+1024)
}

// messageID is that of a reader's mail.
func (c *Composer) messageID(to Reader) string {
	return to.PublicID.String() + c.idTail
}

// oneClick reports whether readers leave with one click (RFC 8058).
func (c *Composer) oneClick() bool { return strings.HasPrefix(c.letter.BaseURL, "https://") }

// Test writes the issue as a test mail to this address: [Test] in its subject,
// a Message-ID of its own, and links that only say so.
func (c *Composer) Test(address string) (relay.Message, error) {
	to, err := subscribers.ParseAddress(address)
	if err != nil {
		return relay.Message{}, err
	}
	h := c.header(netmail.Address{Address: to.Envelope()}, c.testToken())
	delete(h.fields, IssueHeader)
	h.feedback("test", c.letter.FeedbackID)
	h.subject = "[Test] " + h.subject
	of := sha256.Sum256(fmt.Appendf(nil, "test %s %s %d", c.letter.Issue.UID, to.Key, c.letter.Date.UnixNano()))
	h.messageID = testPrefix + hex.EncodeToString(of[:16]) + "@" + c.sender.domain
	return c.write(h, c.TestValues(address))
}

// Values are what stands in one reader's placeholders.
func (c *Composer) Values(to Reader) map[digest.Placeholder]string {
	token := c.keyring.Token(subscribers.PurposeUnsubscribe, to.PublicID)
	return c.values(to.Email, to.Name, c.waysOut(token))
}

// ShownValues are what stands in the placeholders of a reader's mail that is shown.
func (c *Composer) ShownValues(to Reader) map[digest.Placeholder]string {
	return c.values(to.Email, to.Name, c.waysOut(c.testToken()))
}

// TestValues are what stands in a test mail's placeholders.
func (c *Composer) TestValues(address string) map[digest.Placeholder]string {
	return c.values(address, "", c.waysOut(c.testToken()))
}

func (c *Composer) testToken() string {
	return c.keyring.Token(subscribers.PurposeTest, subscribers.PublicID{})
}

func (c *Composer) values(address, name string, ways waysOut) map[digest.Placeholder]string {
	values := map[digest.Placeholder]string{
		digest.PlaceEmail:       oneline.Of(address, maxHeader),
		digest.PlaceUnsubscribe: cmp.Or(ways.web, ways.mail),
	}
	if c.greets {
		values[digest.PlaceGreeting] = c.letter.Variant.Greeting.For(name)
	}
	return values
}

// waysOut are the links by which a token's reader leaves; "" for none.
type waysOut struct{ web, mail string }

func (c *Composer) waysOut(token string) (w waysOut) {
	if c.letter.BaseURL != "" {
		w.web = c.letter.BaseURL + "/u/" + token
	}
	if c.mailTo != "" {
		w.mail = c.mailTo + token
	}
	return w
}

// header is the value of List-Unsubscribe (RFC 2369).
func (w waysOut) header() string {
	switch {
	case w.mail == "":
		return "<" + w.web + ">"
	case w.web == "":
		return "<" + w.mail + ">"
	}
	return "<" + w.web + ">, <" + w.mail + ">"
}

// header is what a mail of this issue begins with.
func (c *Composer) header(to netmail.Address, token string) header {
	h := header{
		sender:      c.sender,
		to:          to,
		subject:     oneline.Of(c.letter.Variant.Subject, maxHeader),
		date:        c.letter.Date,
		boundary:    boundary(c.letter.Issue.UID),
		unsubscribe: c.waysOut(token).header(),
		pictures:    c.letter.Variant.Pictures,
		oneClick:    c.oneClick(), // a test mail too: whether a relay's signature covers it is what one is sent for
		fields: map[gomail.Header]string{
			"List-Id": c.listID,
			// Whoever restores an old backup reads from a received copy how far the issues got.
			IssueHeader: markOf(c.letter.Issue, c.letter.Variant).String(),
			// Not standards, but what vacation programs look at: nobody's absence
			// should reach the editors. "All" would keep bounces away as well.
			gomail.HeaderPrecedence:            "bulk",
			gomail.HeaderXAutoResponseSuppress: "OOF, AutoReply",
		},
	}
	h.feedback(issueField+strconv.Itoa(c.letter.Issue.Number), c.letter.FeedbackID)
	if slices.Contains(c.letter.Providers, "postmark") {
		h.fields[keepID] = "true"
	}
	if c.letter.Archive && c.letter.BaseURL != "" {
		h.fields["List-Archive"] = "<" + c.letter.BaseURL + "/issues/>" // RFC 2369
	}
	return h
}

// write fills in the placeholders, encodes the mail and signs it.
func (c *Composer) write(h header, values map[digest.Placeholder]string) (relay.Message, error) {
	html := ""
	if c.letter.Variant.HTML != "" {
		html = digest.Fill(c.html, values, true)
	}
	data, err := h.compose(digest.Fill(c.text, values, false), html)
	if err != nil {
		return relay.Message{}, err
	}
	if data, err = c.letter.Signer.Sign(data, h.date); err != nil {
		return relay.Message{}, err
	}
	return relay.Message{From: c.returnPath.address, To: h.to.Address, Data: data}, nil
}

// UnsubscribeWord stands before the token in the subject of an unsubscribe mail.
const UnsubscribeWord = "unsubscribe-"
