package relay

import (
	"regexp"
	"strings"
)

// Classify says what follows from a refusal: a 4yz or 5yz reply to one of the
// commands MAIL, RCPT, DATA and end of data. It is where promise 3 is kept on
// the wire: a problem of ours is never blamed on a reader. The rules:
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
	case greylistWords.MatchString(r.Text):
		return DeferredReader
	case isAbout(subject, "3"): // the relay's system
		return Later
	case mailboxWords.MatchString(r.Text):
		return DeferredReader
	case r.Code == 452 || subject == "5.3":
		return Later
	case rateWords.MatchString(r.Text) || anyQuota.MatchString(r.Text) || senderWords.MatchString(r.Text):
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
	case isAbout(subject, "2"), resolverWords.MatchString(r.Text):
		return RefusedReader
	case isAbout(subject, "4") && subject != "4.5": // the way to the reader's domain
		return RefusedReader
	case senderWords.MatchString(r.Text):
		return Stop
	case rateWords.MatchString(r.Text) && !mailboxWords.MatchString(r.Text):
		return Stop
	}
	return RefusedReader
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

// Words servers use. They decide only where codes leave it open.
var (
	greylistWords = regexp.MustCompile(`(?i)gr[ae]y[- ]?list|postgrey`)

	// mailboxWords speak of the reader's own space.
	mailboxWords = regexp.MustCompile(`(?i)mailbox|inbox|over ?quota|account is full|` +
		`(user|recipient|disk|storage)('?s)? quota`)

	// rateWords speak of how much we send, or of a relay that has too much to do.
	rateWords = regexp.MustCompile(`(?i)\brate[- ]?limit|limit(ed)? rate|(sending|unusual|message) rate|rate exceeded|` +
		`too many (concurrent |simultaneous )?(messages|e?mails|connections|sessions|recipients|requests|login|errors|commands)|` +
		`too much mail|too fast|too quickly|(too|server|system) busy|throttl|` +
		`(sending|sender|message|mail|daily|hourly) quota|(sending|message|hourly|daily|connection) limit|` +
		`limit (exceeded|reached)|exceed(ed|s)? (the |your |a )?(\w+ )?limit|` +
		`credits exceeded|slow down|load too high|high load|insufficient system|resources temporarily unavailable`)

	// anyQuota is a quota, whoever's it is: in a 4yz it is taken for ours.
	anyQuota = regexp.MustCompile(`(?i)quota`)

	// senderWords speak of us: our right to relay, our address, our host.
	senderWords = regexp.MustCompile(`(?i)relay(ing)? (access )?(is )?(denied|prohibited|not (permitted|allowed|authorized))|` +
		`(permitted|allowed|authorized|unable) to relay|(cannot|can't|do not|don't) relay|` +
		`authentication (is )?required|(must|please|requires|need to) authenticat|auth first|(must|please) (issue|use) (a )?starttls|` +
		`sender domain must|sender verify failed|invalid sender|send as this sender|not owned by user|` +
		`(client host|helo command) rejected|reverse dns|ptr record`)

	// resolverWords are Exchange's, about a recipient that takes mail from few
	// senders; the "authentication required" after them is not asked of us.
	resolverWords = regexp.MustCompile(`(?i)resolver\.rst`)

	// sizeWords speak of the message's size.
	sizeWords = regexp.MustCompile(`(?i)\bsize\b|too (large|big)`)
)
