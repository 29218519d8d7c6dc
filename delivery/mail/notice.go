package mail

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	netmail "net/mail"
	"time"

	gomail "github.com/wneessen/go-mail"

	"roundup/delivery/relay"
	"roundup/internal/oneline"
	"roundup/subscribers"
)

// Notice is a mail that is not an issue's: a confirmation, a welcome, a notice to
// the editor.
type Notice struct {
	Kind      string // "confirmation", "welcome", "address", "moved", "notice"
	Dedupe    string // the same dedupe key is one mail, however often it is composed
	Recipient string
	Subject   string
	Text      string
	HTML      string // "" for text only
}

// NoticeComposer writes the mails of the outbox: confirmations, welcomes and
// notices to the editor. It is safe for concurrent use.
type NoticeComposer struct {
	sender     sender
	returnPath string
	now        func() time.Time
	signer     *Signer // nil: mails are not signed here
	feedbackID string  // what follows the kind; "" for no Feedback-ID
}

// NewNoticeComposer makes one. returnPath "" means the address of from; now
// dates the mails.
func NewNoticeComposer(from, replyTo netmail.Address, returnPath string, now func() time.Time) (*NoticeComposer, error) {
	s, err := newSender(from, replyTo)
	if err != nil {
		return nil, err
	}
	path, err := envelope("return path", returnPath, s.from.Address)
	if err != nil {
		return nil, err
	}
	return &NoticeComposer{sender: s, returnPath: path, now: now}, nil
}

// SignWith has mails signed from now on. It must not be called beside Compose.
func (c *NoticeComposer) SignWith(s *Signer) { c.signer = s }

// MarkWith gives mails a Feedback-ID from now on, as Letter.FeedbackID has it. It must not
// be called beside Compose.
func (c *NoticeComposer) MarkWith(feedbackID string) { c.feedbackID = feedbackID }

// Compose writes one mail. Its Message-ID is made of the dedupe key, so
// that a mail handed over twice is one mail to clients that look.
//
// It carries Auto-Submitted (RFC 3834), so that no vacation program answers, and
// no List-Unsubscribe: it is not a list's mail, and a button that leaves nothing
// would lie.
func (c *NoticeComposer) Compose(m Notice) (relay.Message, error) {
	to, err := subscribers.ParseAddress(m.Recipient)
	if err != nil {
		return relay.Message{}, err
	}
	subject := oneline.Of(m.Subject, maxHeader)
	if subject == "" || m.Text == "" {
		return relay.Message{}, errors.New("a mail without a subject or a text part is not sent")
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %s", m.Kind, m.Dedupe))
	id := hex.EncodeToString(sum[:16])
	date := c.now()
	h := header{
		sender:    c.sender,
		to:        netmail.Address{Address: to.Envelope()},
		subject:   subject,
		messageID: "notice." + id + "@" + c.sender.domain,
		date:      date,
		boundary:  boundary(id + m.Text + m.HTML), // which can't hold its own hash
		fields:    map[gomail.Header]string{"Auto-Submitted": "auto-generated"},
	}
	h.feedback(m.Kind, c.feedbackID)
	data, err := h.compose(lines(m.Text), lines(m.HTML))
	if err != nil {
		return relay.Message{}, err
	}
	if data, err = c.signer.Sign(data, date); err != nil {
		return relay.Message{}, err
	}
	return relay.Message{From: c.returnPath, To: to.Envelope(), Data: data}, nil
}
