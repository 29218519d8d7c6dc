package inbox

import (
	"strings"

	"roundup/delivery/reason"
	"roundup/internal/eml"
	"roundup/internal/lazy"
	"roundup/internal/oneline"
)

// ofFeedback reads a complaint (RFC 5965), also of those providers that send the mail
// complained about with a note and no report. Types that are no complaint of a reader
// (a virus, a failed authentication, "not spam") are of kind Nothing.
func ofFeedback(m *eml.Message, back returned, _ bool) []Finding {
	part, ok := m.Part("message/feedback-report")
	if !ok {
		if complaintSubject().MatchString(subjectOf(m, back)) && back.found && len(back.to) > 0 {
			return []Finding{{Kind: Complaint, Recipient: back.to[0], Final: true}}
		}
		return nil
	}
	fields := eml.Fields(part.Text)
	var feedback string
	var recipients, removal []string
	for _, f := range fields {
		switch strings.ToLower(f.Name) {
		case "feedback-type":
			feedback = strings.ToLower(strings.TrimSpace(f.Value))
		case "original-rcpt-to":
			recipients = append(recipients, typed(f.Value))
		case "removal-recipient":
			removal = append(removal, typed(f.Value))
		}
	}
	if recipients = unique(dropEmpty(recipients)); len(recipients) == 0 {
		recipients = unique(dropEmpty(removal))
	}
	if len(recipients) == 0 {
		recipients = back.to[:min(len(back.to), 1)]
	}
	if len(recipients) == 0 {
		recipients = []string{""}
	}
	var all []Finding
	for _, r := range recipients {
		all = append(all, Finding{Kind: feedbackKind(feedback), Recipient: r, Words: oneline.Of(feedback, maxWords), Final: true, Reason: feedbackReason(feedback)})
	}
	return all
}

// complaintSubject is of a provider's note on a mail that was called spam.
var complaintSubject = lazy.Regexp(`(?i)^(complaint about message from|(abuse|spam|feedback loop|fbl) (report|complaint|notification)|email feedback report|\[?feedback loop|junk (mail )?report)`)

func feedbackKind(feedback string) Kind {
	switch feedback {
	case "abuse", "fraud", "complaint", "":
		return Complaint
	case "opt-out", "opt-out-list", "unsubscribe":
		return Unsubscribe
	}
	return Nothing
}

func feedbackReason(feedback string) reason.Reason {
	switch {
	case strings.HasPrefix(feedback, "auth"), feedback == "dmarc":
		return reason.Authentication
	case feedback == "virus":
		return reason.Virus
	}
	return ""
}

func dropEmpty(all []string) []string {
	var kept []string
	for _, s := range all {
		if s != "" {
			kept = append(kept, s)
		}
	}
	return kept
}
