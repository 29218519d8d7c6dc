package reason

import (
	"slices"
	"strconv"
	"strings"

	"roundup/internal/lazy"
)

// maxText is how much of a text is looked at, in octets.
const maxText = 2 << 10

// Diagnosis is what is said of a mail that was not taken.
type Diagnosis struct {
	Code     int    // of the SMTP reply: 550; 0 for none
	Enhanced string // "5.1.1"; "" for none (RFC 3463)
	Text     string
	After    Step // what it answers
	Final    bool // nobody will try again, whatever the code says: a bounce that says "failed"
}

// Step is how far a transaction had come when a mail was refused.
type Step int

// Steps. What refuses a recipient is the step that is taken where none is known.
const (
	Recipient Step = iota
	Sender         // nobody had been named yet
	Message        // the recipient had been taken
	Untold         // a bounce that does not say: the recipient, but where its code says otherwise
)

// Of is the reason. Words that can mean one thing alone come first, for servers write
// one code on many refusals; then codes that say enough, then words that may mean
// much, then what is left of the codes. That nobody is there no words say against a code that
// is about us alone.
//
// What is refused for now alone is not Gone: a mail that nobody tries again (Final) is,
// unless the reply's own code says that it was for now.
func Of(d Diagnosis) Reason {
	if d.class() == 2 {
		return Delivered
	}
	words := d.words()
	why := d.named(words)
	switch {
	case why.Group() != Gone || d.forGood(words):
		return why
	case why == HostUnknown:
		return Network
	default:
		return OnHold
	}
}

// vague are reasons whose words may stand beside any other.
func vague() []Reason {
	return []Reason{
		NotCompliant, Content, Rejected, Security, Policy, SystemFull, OnHold, Expired, Network, MailerError, SystemError, Syntax,
	}
}

// named is the reason whatever time it is for, given that of the words.
func (d Diagnosis) named(words Reason) Reason {
	subject := d.subject()
	exact := specific(subject)
	switch {
	case exact.Group() == Us && (exact == Rejected || words.Group() == Gone) && !(words == NotAccept && strings.Contains(d.text(), sendmailsNullMX)):
		return exact
	case d.takesNoMail() && words.Group() != Us:
		return NotAccept
	case exact == UserUnknown && (words == Suspended || slices.Contains(vague(), words)):
		return exact
	case words.Group() == Gone && words != "" && d.After == Sender:
		return Rejected // it is our address that is not known
	case words == UserUnknown && exact != UserUnknown && (d.After == Message || subject == "2.0"):
		return Filtered // the address had been taken: what refuses stands behind it
	case words == UserUnknown && d.After == Untold && general(subject) == Filtered:
		return Filtered // 2.z is of a mailbox that exists (RFC 3463, 3.3)
	case words != "" && !slices.Contains(vague(), words):
		return words
	case exact != "":
		return exact
	case words != "":
		return words
	}
	return d.left()
}

// left is what is left of the codes where neither words nor a code say enough.
func (d Diagnosis) left() Reason {
	subject := d.subject()
	if d.After == Sender {
		return Rejected
	}
	if why := general(subject); why != "" && subject != "1.0" && subject != "5.0" {
		return why
	}
	if why := ofReply(d.Code); why != "" && why != NotAccept {
		return why
	}
	if why := general(subject); why != "" {
		return why
	}
	return Undefined
}

// takesNoMail reports whether a code says that a host, or a domain, takes no mail at all (RFC
// 7504). Servers write 521 and 556 on other refusals, too, with other enhanced codes.
func (d Diagnosis) takesNoMail() bool {
	if ofReply(d.Code) != NotAccept {
		return false
	}
	switch d.subject() {
	case "", "3.2", "1.10":
		return true
	}
	return false
}

// noise is what servers put before their reasons and means nothing: Postfix's "Recipient
// address rejected:", IronPort's "Unknown address error".
var noise = lazy.Regexp(`recipient address rejected: (?:access denied)?|unknown address error`)

// sendmailsNullMX is what sendmail says of a recipient's domain, with the code that is of
// the sender's (RFC 7505, 4.2).
const sendmailsNullMX = "host does not accept mail"

// text is the text in lower case, its white space made single.
func (d Diagnosis) text() string {
	return strings.ToLower(strings.Join(strings.Fields(d.Text[:min(len(d.Text), maxText)]), " "))
}

// words is the reason that the text gives; "" for none.
func (d Diagnosis) words() Reason {
	text := d.text()
	if text == "" {
		return ""
	}
	text = noise().ReplaceAllStringFunc(text, func(found string) string {
		if strings.HasSuffix(found, "access denied") {
			return found // Exchange's for a user it does not know
		}
		return " "
	})
	if why := match(plain, text); why != "" {
		return why
	}
	if why := d.abroad(); why != "" {
		return why
	}
	return match(others, guess().ReplaceAllString(text, " "))
}

// guess is what says of a reader in English only what may be, or what if.
var guess = lazy.Regexp(`\b(may|might) (not|no longer) (exist|be [a-z]+)|mailbox unavailable or access denied|` +
	`\b(if|whether|perhaps|maybe|possibly) (the |this |that |your )?(user|recipient|e-?mail|address|mailbox|account)[^.;:,!?]*`)

// match is the reason of the first rule whose words a text has; "" for none.
func match(rules []rule, text string) Reason {
	for _, r := range rules {
		if r.words().MatchString(text) {
			return r.reason
		}
	}
	return ""
}

// Greylisting reports whether a text speaks of greylisting.
func Greylisting(text string) bool { return greylistWords().MatchString(strings.ToLower(text)) }

// class is the first digit of what is known; 0 when nothing is.
func (d Diagnosis) class() int {
	if d.Code >= 200 && d.Code < 600 {
		return d.Code / 100
	}
	class, _, _ := strings.Cut(d.Enhanced, ".")
	n, _ := strconv.Atoi(class)
	return n
}

// subject is the second and third number of the enhanced code, where its first is not
// another than the reply's.
func (d Diagnosis) subject() string {
	class, rest, _ := strings.Cut(d.Enhanced, ".")
	if n, _ := strconv.Atoi(class); n != d.class() {
		return ""
	}
	return rest
}

// forGood reports whether nobody need try again. A 4yz is not for good, but where a server
// kept saying that there is no such user until whoever tried gave up.
func (d Diagnosis) forGood(words Reason) bool {
	if d.class() == 4 {
		return d.Final && words == UserUnknown
	}
	return d.Final || d.class() == 5
}
