package hooks

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
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
// none when it is posted again. No more of it is kept, so after a restart who saw its post may use
// its token for another event until that is too old.
type mailgun struct {
	key string
	now func() time.Time

	mu     sync.Mutex
	tokens map[string]spent // that were taken, while their signatures are good
}

// spent is what a token was used for, and until when its signature is good.
type spent struct {
	event string
	until time.Time
}

// maxTokens is how many tokens are kept; beyond it the next is refused until some are too
// old, since what it proves is not known any more.
const maxTokens = 100_000

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
	now := m.now()
	if before, ok := m.tokens[token]; ok && before.event != event {
		return fmt.Errorf("%w: its signature is another event's", errCredentials)
	}
	if len(m.tokens) >= maxTokens {
		maps.DeleteFunc(m.tokens, func(_ string, s spent) bool { return now.After(s.until) })
	}
	if len(m.tokens) >= maxTokens {
		return errors.New("more events than can be told apart")
	}
	m.tokens[token] = spent{event, now.Add(mailgunRetries + time.Hour)}
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
