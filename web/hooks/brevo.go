package hooks

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"

	"roundup/delivery/inbox"
)

// readBrevo reads Brevo's webhooks, an event or a batch of them. They are not signed: the secret
// in the path is the proof. They have no id: what is posted is the same when it is posted again.
func readBrevo(_ *http.Request, body []byte) (events []Event, err error) {
	var all []brevoEvent
	if bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte("[")) {
		all, err = decodeBatch[brevoEvent](body)
	} else {
		all = make([]brevoEvent, 1)
		err = decode(body, &all[0])
	}
	for _, e := range all {
		if event, ok := e.read(); ok {
			events = append(events, event)
		}
	}
	return events, err
}

// brevoEvent is what Brevo posts.
type brevoEvent struct {
	Event, Email, Reason string
	MessageID            string `json:"message-id"`      // often of Brevo's own
	Custom               string `json:"X-Mailin-custom"` // our Message-ID
	At                   int64  `json:"ts_epoch"`        // the one time in UTC, in milliseconds
}

// read says what an event means; false for one that means nothing here.
func (e brevoEvent) read() (Event, bool) {
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
		return Event{}, false
	}
	f = said(f, e.Email, "", e.Reason)
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s\x00%d", e.Event, e.Email, e.MessageID, e.At))
	return Event{ID: hex.EncodeToString(sum[:]), Findings: withMessageID([]inbox.Finding{f}, cmp.Or(e.Custom, e.MessageID))}, true
}
