package hooks

import (
	"cmp"
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"

	"roundup/delivery/inbox"
)

// sendgrid reads SendGrid's event webhook: an array, in any order, signed with ECDSA
// over its timestamp and the raw body (docs: "Signed Event Webhook").
type sendgrid struct{ key string }

// sendgridEvent is one of a batch.
type sendgridEvent struct {
	Email, Event, Type, Reason, Status string
	Response                           string // the server's words of what is deferred, which has no reason
	SMTPID                             string `json:"smtp-id"` // our Message-ID, but of a bounce that came late
	Roundup                            string // our Message-ID: the unique argument of the mail
	ID                                 string `json:"sg_event_id"`
}

const (
	sendgridSignature = "X-Twilio-Email-Event-Webhook-Signature"
	sendgridTimestamp = "X-Twilio-Email-Event-Webhook-Timestamp"
)

func (s sendgrid) read(r *http.Request, body []byte) ([]Event, error) {
	if !s.verifies(r.Header, body) {
		return nil, fmt.Errorf("%w: wrong signature", errCredentials)
	}
	all, err := decodeBatch[sendgridEvent](body)
	var events []Event
	for _, e := range all {
		f, ok := sendgridFinding(e.Event, e.Type, e.Reason)
		if !ok || e.ID == "" {
			continue
		}
		f = said(f, e.Email, e.Status, cmp.Or(e.Reason, e.Response))
		events = append(events, Event{ID: e.ID, Findings: withMessageID([]inbox.Finding{f}, cmp.Or(e.Roundup, e.SMTPID))})
	}
	return events, err
}

func sendgridFinding(event, kind, why string) (inbox.Finding, bool) {
	switch event {
	case "bounce":
		return inbox.Finding{Kind: hardUnless(kind == "blocked"), Final: true}, true
	case "dropped":
		if strings.HasPrefix(why, "Bounced Address") || strings.HasPrefix(why, "Invalid") {
			return known(inbox.Finding{Final: true}), true
		}
		return inbox.Finding{Kind: inbox.Soft, Final: true}, true
	case "deferred":
		return inbox.Finding{Kind: inbox.Soft}, true
	case "spamreport":
		return inbox.Finding{Kind: inbox.Complaint, Final: true}, true
	case "unsubscribe", "group_unsubscribe":
		return inbox.Finding{Kind: inbox.Unsubscribe, Final: true}, true
	}
	return inbox.Finding{}, false
}

func (s sendgrid) verifies(header http.Header, body []byte) bool {
	der, err := base64.StdEncoding.DecodeString(s.key)
	if err != nil {
		return false
	}
	parsed, err := x509.ParsePKIXPublicKey(der)
	key, ok := parsed.(*ecdsa.PublicKey)
	if err != nil || !ok {
		return false
	}
	signature, err := base64.StdEncoding.DecodeString(header.Get(sendgridSignature))
	sum := sha256.Sum256(append([]byte(header.Get(sendgridTimestamp)), body...))
	return err == nil && ecdsa.VerifyASN1(key, sum[:], signature)
}
