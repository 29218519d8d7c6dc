package relay

import (
	"regexp"
	"strings"

	"roundup/delivery/reason"
)

// Classify says what follows from a refusal: a 4yz or 5yz reply to one of the
// commands MAIL, RCPT, DATA and end of data. It is where promise 3 is kept on
// the wire: a problem of ours is never blamed on a reader. Whose the reason is says
// delivery/reason, as for what comes back later; what follows now are these rules:
//
// At MAIL no reader has been named yet, so nothing said there is about one: a
// 4yz is Later, a 5yz is Stop. (RFC 6531's 5.6.7 to 5.6.10 alone speak about
// the address the mail is for.)
//
// A 4yz is about the reader when its enhanced code says so (4.1, 4.2), when it
// speaks of greylisting or of a full mailbox, and whenever nothing speaks
// against it: a deferred reader holds nobody else up. It is Later with 421 and
// 454, with 452 and 4.3 (the relay's own resources), with a code or words about
// the sender, and with words of rate or quota.
//
// A 5yz is Stop where it can't be any reader's doing: authentication (530, 534,
// 535, 538), a command not understood, a word about relaying or about our
// address, a sending quota, a message too large for the relay. Else it is
// RefusedReader, and that includes the policy codes 5.7 after RCPT and after the
// message. One such reply may be one domain's doing, and an issue must not stand
// still for a domain; when it is about us or about the issue, which is the same
// for everyone, it repeats, and the sender holds the issue after a run of equal
// refusals and takes the blame off every reader of that run.
//
// 552 is temporary after RCPT and after the message (RFC 5321, 4.5.3.1.10),
// unless its enhanced code says that this mail will not be taken.
func Classify(command string, r Reply) Verdict {
	switch {
	case r.class() == 4 && command == CommandMail:
		return Later
	case r.class() == 4:
		return classifyTemporary(r)
	case isUTF8Refusal(r):
		return RefusedReader
	case command == CommandMail:
		return Stop
	}
	return classifyPermanent(command, r)
}

// Reason is why a reply refuses: the same for what comes back later.
func (r Reply) Reason() reason.Reason {
	after := reason.Recipient
	switch r.Command {
	case CommandMail:
		after = reason.Sender
	case CommandEnd, CommandData:
		after = reason.Message
	}
	return reason.Of(reason.Diagnosis{Code: r.Code, Enhanced: r.Enhanced, Text: r.Text, After: after})
}

// classifyTemporary sorts a 4yz that came after a reader was named.
func classifyTemporary(r Reply) Verdict {
	subject := r.subject()
	switch {
	case r.Code == 421 || r.Code == 454:
		return Later
	case subject == "1.7" || subject == "1.8": // the sender's address
		return Later
	case isAbout(subject, "1") || isAbout(subject, "2"): // the recipient's address, or mailbox
		return DeferredReader
	case reason.Greylisting(r.Text):
		return DeferredReader
	case isAbout(subject, "3"): // the relay's system
		return Later
	}
	why := r.Reason()
	switch {
	case why.Group() == reason.Mailbox && r.Text != "":
		return DeferredReader
	case r.Code == 452 || subject == "5.3" || anyQuota.MatchString(r.Text):
		return Later
	case stops(why) || why == reason.Reputation || why == reason.Blocked:
		return Later
	}
	return DeferredReader
}

// classifyPermanent sorts a 5yz that came after a reader was named.
func classifyPermanent(command string, r Reply) Verdict {
	subject := r.subject()
	switch r.Code {
	case 530, 534, 535, 538: // RFC 4954, 6: authentication, its mechanism, encryption
		return Stop
	case 500, 502, 503, 504, 555: // the command itself was not understood
		return Stop
	case 501:
		if command != CommandRcpt { // after RCPT it is the address that has no such syntax
			return Stop
		}
	}
	switch {
	case subject == "1.7" || subject == "1.8": // the sender's address
		return Stop
	case isAbout(subject, "1"):
		return RefusedReader
	case subject == "3.4" || r.Code == 552 && subject != "2.3" && sizeWords.MatchString(r.Text):
		return Stop // every reader's mail is as large
	case r.Code == 552 && !isAbout(subject, "6") && !isAbout(subject, "7") && subject != "2.3":
		return DeferredReader
	case isAbout(subject, "2"):
		return RefusedReader
	case isAbout(subject, "4") && subject != "4.5": // the way to the reader's domain
		return RefusedReader
	case clientWords.MatchString(r.Text) || stops(r.Reason()):
		return Stop
	}
	return RefusedReader
}

// stops reports whether a reason is about us alone. What is about the message, or where it
// comes from, may be one domain's opinion.
func stops(why reason.Reason) bool {
	switch why {
	case reason.NoRelaying, reason.NoPTR, reason.Rejected, reason.StartTLS, reason.Speeding, reason.TooManyConnections:
		return true
	}
	return false
}

// isAbout reports whether an enhanced code's subject is this one (RFC 3463, 3).
func isAbout(subject, number string) bool { return strings.HasPrefix(subject, number+".") }

// isUTF8Refusal reports whether the reply says that an internationalised
// address or header can't be passed on (RFC 6531, 3.5 and 3.7.4.2).
func isUTF8Refusal(r Reply) bool {
	switch r.subject() {
	case "6.7", "6.8", "6.9", "6.10":
		return true
	}
	return false
}

// anyQuota is a quota, whoever's it is: in a 4yz it is taken for ours.
var anyQuota = regexp.MustCompile(`(?i)quota`)

// clientWords refuse our host, whoever the mail is for.
var clientWords = regexp.MustCompile(`(?i)(client host|helo command) rejected`)

// sizeWords speak of the message's size.
var sizeWords = regexp.MustCompile(`(?i)\bsize\b|too (large|big)`)
