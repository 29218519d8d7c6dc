package inbox

import (
	"encoding/json"
	"strings"

	"roundup/delivery/reason"
	"roundup/internal/eml"
	"roundup/internal/oneline"
)

// maxJSON is how much of a notification in JSON is read, in octets.
const maxJSON = 1 << 20

// SESEvent is what Amazon SES says of a mail, posted or by mail, through SNS
// (docs.aws.amazon.com/ses: "Notification contents", "Event publishing").
type SESEvent struct {
	NotificationType string `json:"notificationType"`
	EventType        string `json:"eventType"`
	Mail             struct {
		Source      string                         `json:"source"`
		Destination []string                       `json:"destination"`
		Headers     []struct{ Name, Value string } `json:"headers"`
	} `json:"mail"`
	Bounce struct {
		BounceType        string         `json:"bounceType"`
		BounceSubType     string         `json:"bounceSubType"`
		BouncedRecipients []sesRecipient `json:"bouncedRecipients"`
	} `json:"bounce"`
	Complaint struct {
		ComplainedRecipients  []sesRecipient `json:"complainedRecipients"`
		ComplaintFeedbackType string         `json:"complaintFeedbackType"`
	} `json:"complaint"`
	DeliveryDelay struct {
		DelayType         string         `json:"delayType"`
		DelayedRecipients []sesRecipient `json:"delayedRecipients"`
	} `json:"deliveryDelay"`
	Delivery struct {
		Recipients   []string `json:"recipients"`
		SMTPResponse string   `json:"smtpResponse"`
	} `json:"delivery"`
}

type sesRecipient struct {
	EmailAddress   string `json:"emailAddress"`
	Status         string `json:"status"`
	DiagnosticCode string `json:"diagnosticCode"`
}

// Findings are what an event says of each of its recipients: of those it names, not of
// all the mail went to.
func (e SESEvent) Findings() []Finding {
	var all []Finding
	switch kind := e.NotificationType + e.EventType; kind {
	case "Bounce":
		for _, r := range toldOf(e.Bounce.BouncedRecipients) {
			all = append(all, r.bounced(e.Bounce.BounceType, e.Bounce.BounceSubType))
		}
	case "DeliveryDelay":
		for _, r := range toldOf(e.DeliveryDelay.DelayedRecipients) {
			f := r.bounced("Transient", e.DeliveryDelay.DelayType)
			f.Final = false
			all = append(all, f)
		}
	case "Complaint":
		for _, r := range toldOf(e.Complaint.ComplainedRecipients) {
			feedback := strings.ToLower(e.Complaint.ComplaintFeedbackType)
			all = append(all, Finding{Kind: feedbackKind(feedback), Recipient: written(r.EmailAddress), Words: oneline.Of(feedback, maxWords), Final: true})
		}
	case "Delivery":
		for _, r := range toldOf(e.Delivery.Recipients) {
			all = append(all, Finding{Kind: Nothing, Recipient: written(r), Reason: reason.Delivered, Words: oneline.Of(e.Delivery.SMTPResponse, maxWords), Final: true})
		}
	}
	return all
}

// toldOf are as many recipients of one mail as are told of.
func toldOf[T any](all []T) []T { return all[:min(len(all), maxFindings)] }

// bounced reads one recipient's bounce. Permanent is SES's word for gone, whatever the
// reply, but where its subtype says that it was the mail; OutOfTheOffice it counts as a
// bounce, too.
func (r sesRecipient) bounced(bounceType, subtype string) Finding {
	f := Finding{Recipient: written(r.EmailAddress), Final: true}
	if subtype == "OutOfTheOffice" {
		f.Kind, f.Reason = AutoReply, reason.Vacation
		return f
	}
	_, words, ok := strings.Cut(r.DiagnosticCode, ";")
	if !ok {
		words = r.DiagnosticCode
	}
	f.diagnose(enhancedIn(r.Status), words, returned{})
	f.Words = oneline.Of(strings.TrimSpace(words), maxWords)
	switch {
	case bounceType == "Permanent" && (subtype == "NoEmail" || subtype == "Suppressed" || subtype == "OnAccountSuppressionList"):
		f.Reason = reason.UserUnknown
	case bounceType == "Permanent" && f.Reason == reason.Undefined:
		f.Reason = reason.UserUnknown
	case subtype == "MailboxFull":
		f.Reason = reason.MailboxFull
	case subtype == "MessageTooLarge":
		f.Reason = reason.MessageTooBig
	case subtype == "ContentRejected" || subtype == "AttachmentRejected":
		f.Reason = reason.Content
	case bounceType != "Permanent" && f.Reason.Group() == reason.Gone:
		f.Reason = reason.OnHold
	}
	f.Kind = kindOf(f.Reason)
	return f
}

// ofNotification reads SES's events where SNS sends them by mail.
func ofNotification(m *eml.Message, _ returned, _ bool) []Finding {
	if len(m.Parts) == 0 {
		return nil
	}
	text := strings.TrimSpace(m.Parts[0].Text)
	if len(text) > maxJSON || !strings.HasPrefix(text, "{") || !strings.Contains(text, "ype") {
		return nil
	}
	var event SESEvent
	if err := json.NewDecoder(strings.NewReader(unwrapped(text))).Decode(&event); err != nil {
		return nil
	}
	return event.Findings()
}

// unwrapped joins JSON again that was broken into lines on its way: within JSON a line
// end means nothing, and within a string it may not stand.
func unwrapped(text string) string {
	return strings.NewReplacer("\r\n ", " ", "\n ", " ", "\r", "", "\n", "").Replace(text)
}

// MessageID is the Message-ID of the mail as it was handed in, where SES tells.
func (e SESEvent) MessageID() string {
	for _, h := range e.Mail.Headers {
		if strings.EqualFold(h.Name, "Message-ID") {
			return h.Value
		}
	}
	return ""
}
