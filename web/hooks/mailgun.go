package hooks

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"roundup/delivery/inbox"
)

// mailgun reads Mailgun's webhooks, signed with HMAC over a timestamp and a token
// (docs: "Securing webhooks"). The signature does not cover the rest, so an old one is refused, and one
// that was used for another event: while this process remembers it, and for good where the event had
// an effect, since that is on record by the token (Event.Sole). One without, such as "delivered", has
// none when it is posted again. No more of it is kept, so who saw its post may use its token for
// another event, until that is too old, after a restart or some 50,000 others.
type mailgun struct {
	key string
	now func() time.Time

	mu      sync.Mutex
	tokens  map[string][sha256.Size]byte // what each was used for, digested
	earlier map[string][sha256.Size]byte // those before the last keptTokens
}

// keptTokens is how many tokens are remembered at least, and twice as many at most: bounces are
// taken, however many mails of a large list Mailgun tells were delivered.
const keptTokens = 50_000

// mailgunRetries is how long Mailgun tries again, and somewhat more.
const mailgunRetries = 12 * time.Hour

func (m *mailgun) read(_ *http.Request, body []byte) ([]Event, error) {
	var posted struct {
		Signature struct{ Timestamp, Token, Signature string }
		Data      struct {
			Event, Severity, Reason, Recipient string
			Message                            struct{ Headers map[string]string }
			Envelope                           struct{ Sender string }
			Status                             struct {
				Code                 int
				Message, Description string
				Enhanced             string `json:"enhanced-code"`
			} `json:"delivery-status"`
		} `json:"event-data"`
	}
	if err := decode(body, &posted); err != nil {
		return nil, err
	}
	if err := m.verify(posted.Signature.Timestamp, posted.Signature.Token, posted.Signature.Signature); err != nil {
		return nil, err
	}
	d := posted.Data
	event := strings.Join([]string{d.Event, d.Severity, d.Recipient, d.Message.Headers["message-id"]}, "\x00")
	if err := m.spend(posted.Signature.Token, event); err != nil {
		return nil, err
	}
	f := inbox.Finding{Final: true}
	switch d.Event {
	case "failed":
		gone := d.Severity == "permanent" && (d.Reason == "bounce" || d.Reason == "suppress-bounce")
		f.Kind, f.Final = hardUnless(!gone), d.Severity == "permanent"
		if gone && d.Reason == "suppress-bounce" {
			f = known(f)
		}
	case "complained":
		f.Kind = inbox.Complaint
	case "unsubscribed":
		f.Kind = inbox.Unsubscribe
	default:
		return nil, nil
	}
	words := d.Status.Message
	if words == "" {
		words = d.Status.Description
	}
	if d.Status.Code >= 400 && d.Status.Code < 600 {
		words = strconv.Itoa(d.Status.Code) + " " + words
	}
	f = said(f, d.Recipient, d.Status.Enhanced, words)
	return []Event{{
		ID: posted.Signature.Token, Sole: true, Findings: withMessageID([]inbox.Finding{f}, d.Message.Headers["message-id"]), Path: d.Envelope.Sender,
	}}, nil
}

// spend refuses a token that was used for another event: whoever has seen one could sign
// anything with it. The same event may be posted again.
func (m *mailgun) spend(token, event string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	digest := sha256.Sum256([]byte(event))
	before, spent := m.tokens[token]
	if !spent {
		before, spent = m.earlier[token]
	}
	switch {
	case spent && before != digest:
		return fmt.Errorf("%w: its signature is another event's", errCredentials)
	case spent:
		return nil
	case len(m.tokens) >= keptTokens || m.tokens == nil:
		m.earlier, m.tokens = m.tokens, map[string][sha256.Size]byte{}
	}
	m.tokens[token] = digest
	return nil
}

func (m *mailgun) verify(timestamp, token, signature string) error {
	h := hmac.New(sha256.New, []byte(m.key))
	h.Write([]byte(timestamp + token))
	given, err := hex.DecodeString(signature)
	if err != nil || m.key == "" || token == "" || !hmac.Equal(given, h.Sum(nil)) {
		return fmt.Errorf("%w: wrong signature", errCredentials)
	}
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if age := m.now().Sub(time.Unix(seconds, 0)); err != nil || age > mailgunRetries || age < -time.Hour {
		return fmt.Errorf("%w: signed too long ago", errCredentials)
	}
	return nil
}
