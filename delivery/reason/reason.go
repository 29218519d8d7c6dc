// Package reason owns why a mail was not taken: one rule for what a server answers
// over SMTP, what a bounce says (RFC 3464) and what a provider posts.
//
// It must not read mail, know the ledger or decide what follows for a reader: it
// names the reason, and whose it is.
//
// Start reading here, then of.go, which decides; words.go has the words that
// servers use, languages.go those of other languages, by the rule of abroad.go, codes.go
// what their codes mean.
package reason

import "slices"

// Reason is why a mail was not taken; "" for none.
type Reason string

// Group says whose the reason is, and so what follows from it.
type Group string

// The groups. Whoever is Gone is not mailed again; a Mailbox is tried for some
// issues more; what is about Us blames nobody and alarms; Between says nothing
// about anybody; None is no bounce.
const (
	Gone    Group = "gone"
	Mailbox Group = "mailbox"
	Us      Group = "us"
	Between Group = "between"
	None    Group = "none"
)

// The reader is gone.
const (
	UserUnknown Reason = "user_unknown"
	HostUnknown Reason = "host_unknown"
	HasMoved    Reason = "has_moved"
	NotAccept   Reason = "not_accept" // the domain takes no mail at all (RFC 7504, RFC 7505)
)

// The reader's mailbox.
const (
	MailboxFull   Reason = "mailbox_full"
	Suspended     Reason = "suspended"
	Filtered      Reason = "filtered" // by the reader, or after the address was taken
	LimitExceeded Reason = "limit_exceeded"
	MessageTooBig Reason = "message_too_big"
)

// About us: what we send, or from where.
const (
	Authentication     Reason = "authentication" // SPF, DKIM, DMARC
	Reputation         Reason = "reputation"
	Blocked            Reason = "blocked"
	NoPTR              Reason = "no_ptr"
	NoRelaying         Reason = "no_relaying"
	Policy             Reason = "policy"
	Rejected           Reason = "rejected" // our address as the sender
	Security           Reason = "security"
	NotCompliant       Reason = "not_compliant"
	StartTLS           Reason = "starttls"
	Spam               Reason = "spam"
	Virus              Reason = "virus"
	Content            Reason = "content"
	Speeding           Reason = "speeding"
	TooManyConnections Reason = "too_many_connections"
)

// In between.
const (
	Expired     Reason = "expired"
	Network     Reason = "network"
	SystemError Reason = "system_error"
	SystemFull  Reason = "system_full"
	MailerError Reason = "mailer_error"
	Syntax      Reason = "syntax"
	OnHold      Reason = "on_hold" // greylisting, or it says no more than not now
	Undefined   Reason = "undefined"
)

// No bounce.
const (
	Vacation  Reason = "vacation"
	Delivered Reason = "delivered"
)

// In lists the reasons of a group.
func (g Group) In() []Reason {
	switch g {
	case Gone:
		return []Reason{UserUnknown, HostUnknown, HasMoved, NotAccept}
	case Mailbox:
		return []Reason{MailboxFull, Suspended, Filtered, LimitExceeded, MessageTooBig}
	case Us:
		return []Reason{
			Authentication, Reputation, Blocked, NoPTR, NoRelaying, Policy, Rejected, Security, NotCompliant,
			StartTLS, Spam, Virus, Content, Speeding, TooManyConnections,
		}
	case Between:
		return []Reason{Expired, Network, SystemError, SystemFull, MailerError, Syntax, OnHold, Undefined}
	default:
		return []Reason{Vacation, Delivered}
	}
}

// Groups lists every group.
func Groups() []Group { return []Group{Gone, Mailbox, Us, Between, None} }

// Group is whose the reason is. A reason there is no word for is in between.
func (r Reason) Group() Group {
	if r == "" {
		return None
	}
	for _, g := range Groups() {
		if slices.Contains(g.In(), r) {
			return g
		}
	}
	return Between
}

// Known reports whether r is one of the reasons.
func (r Reason) Known() bool {
	return slices.ContainsFunc(Groups(), func(g Group) bool { return slices.Contains(g.In(), r) })
}
