package hooks

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"

	"roundup/delivery/inbox"
)

// readBrevo reads Brevo's webhooks. They are not signed: the secret in the path is the
// proof. They have no id: what is posted is the same when it is posted again.
func readBrevo(_ *http.Request, body []byte) ([]Event, error) {
	var e struct {
		Event, Email, Reason string
		MessageID            string `json:"message-id"`      // often of Brevo's own
		Custom               string `json:"X-Mailin-custom"` // our Message-ID
		At                   int64  `json:"ts_epoch"`        // the one time in UTC, in milliseconds
	}
	if err := decode(body, &e); err != nil {
		return nil, err
	}
	f := inbox.Finding{Final: true}
	switch e.Event {
	case "hard_bounce", "invalid_email":
		f.Kind = inbox.Hard
	case "soft_bounce", "blocked", "error":
		f.Kind = inbox.Soft
	case "deferred":
		f.Kind, f.Final = inbox.Soft, false
	case "spam", "complaint":
		f.Kind = inbox.Complaint
	case "unsubscribe", "unsubscribed":
		f.Kind = inbox.Unsubscribe
	default:
		return nil, nil
	}
	f = said(f, e.Email, "", e.Reason)
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s\x00%d", e.Event, e.Email, e.MessageID, e.At))
	return []Event{{ID: hex.EncodeToString(sum[:]), Findings: withMessageID([]inbox.Finding{f}, cmp.Or(e.Custom, e.MessageID))}}, nil
}
