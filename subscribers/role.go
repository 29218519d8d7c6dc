package subscribers

import "strings"

// IsRole reports whether the address belongs to an office of the mail system
// rather than to a person: those RFC 2142 names for networks and services, and
// the senders that read nothing. Somebody typed them to plague somebody else,
// and mail to them harms a sender's name. Business offices (info@, sales@) are
// real readers and not among them.
func (a Address) IsRole() bool {
	local, _, _ := strings.Cut(a.Key, "@")
	local, _, _ = strings.Cut(local, "+")
	switch local {
	case "abuse", "hostmaster", "noc", "postmaster", "security", "usenet", "uucp", "webmaster",
		"bounce", "bounces", "devnull", "donotreply", "do-not-reply", "listserv", "mailer-daemon",
		"majordomo", "no-reply", "noreply", "nobody", "null", "root", "spam", "sysadmin",
		"unsubscribe":
		return true
	}
	return false
}
