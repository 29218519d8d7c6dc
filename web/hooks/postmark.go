package hooks

import (
	"cmp"
	"net/http"
	"strconv"

	"roundup/delivery/inbox"
)

// readPostmark reads Postmark's bounce, spam complaint and subscription webhooks. They are
// not signed: the secret in the path is the proof. Absence notes, changed addresses and
// challenges, which Postmark counts among bounces, are none; and who is on its suppression list
// for a bounce or a complaint, which it posts as such, has not left.
func readPostmark(_ *http.Request, body []byte) ([]Event, error) {
	var e struct {
		ID                                            int64
		RecordType, Type, Email, Recipient, MessageID string
		Description, Details, Content, ChangedAt      string
		SuppressionReason                             string
		SuppressSending                               bool
		Metadata                                      struct{ Roundup string } // our Message-ID
	}
	if err := decode(body, &e); err != nil {
		return nil, err
	}
	f := inbox.Finding{Final: true}
	id := strconv.FormatInt(e.ID, 10)
	switch {
	case e.RecordType == "SubscriptionChange":
		if !e.SuppressSending || e.SuppressionReason == "HardBounce" || e.SuppressionReason == "SpamComplaint" {
			return nil, nil
		}
		f.Kind, e.Email, id = inbox.Unsubscribe, e.Recipient, e.MessageID+" "+e.ChangedAt
	case e.RecordType == "SpamComplaint" || e.Type == "SpamComplaint":
		f.Kind = inbox.Complaint
	case e.RecordType != "Bounce" && e.RecordType != "":
		return nil, nil
	default:
		switch e.Type {
		case "HardBounce", "BadEmailAddress", "ManuallyDeactivated":
			f.Kind = inbox.Hard
		case "Transient", "DnsError", "SoftBounce", "Blocked", "SpamNotification", "DMARCPolicy", "Undeliverable":
			f.Kind = inbox.Soft
		default:
			return nil, nil
		}
	}
	words := e.Details
	if words == "" {
		words = e.Description
	}
	f = said(f, e.Email, "", words)
	path, messageID := inbox.Quoted(e.Content)
	return []Event{{ID: id, Findings: withMessageID([]inbox.Finding{f}, cmp.Or(e.Metadata.Roundup, messageID)), Path: path}}, nil
}
