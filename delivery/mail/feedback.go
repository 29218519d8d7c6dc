package mail

import gomail "github.com/wneessen/go-mail"

// feedbackHeader tells Gmail which of a sender's mails belong together: what of them
// readers call spam is shown to whoever owns the domain that signed them, for each of up
// to three fields and the sender's name, which comes last
// (support.google.com/mail/answer/6254652). No other provider is known to read it.
const feedbackHeader gomail.Header = "Feedback-ID"

// issueField stands before an issue's number: a bare number could be of anything.
const issueField = "issue-"

// feedback marks a mail as one of many; of is "" where none are marked.
func (h *header) feedback(many, of string) {
	if of != "" {
		h.fields[feedbackHeader] = many + ":" + of
	}
}
