package hooks

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"roundup/delivery/inbox"
)

// mailgun reads Mailgun's webhooks, signed with HMAC over a timestamp and a token
// (docs: "Securing webhooks"). The signature does not cover the rest, so an old one is refused; a
// token is counted once by whoever takes the event.
type mailgun struct {
	key string
	now func() time.Time
}

// mailgunRetries is how long Mailgun tries again, and somewhat more.
const mailgunRetries = 12 * time.Hour

func (m mailgun) read(_ *http.Request, body []byte) ([]Event, error) {
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
	if err := json.Unmarshal(body, &posted); err != nil {
		return nil, fmt.Errorf("%w: %w", errMalformed, err)
	}
	if err := m.verify(posted.Signature.Timestamp, posted.Signature.Token, posted.Signature.Signature); err != nil {
		return nil, err
	}
	d := posted.Data
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
		ID: posted.Signature.Token, Findings: withMessageID([]inbox.Finding{f}, d.Message.Headers["message-id"]), Path: d.Envelope.Sender,
	}}, nil
}

func (m mailgun) verify(timestamp, token, signature string) error {
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
