package hooks

import (
	"roundup/delivery/inbox"
	"roundup/delivery/reason"
)

// known is an address that the provider itself does not mail any more because it bounced:
// its words are about that, and not a server's.
func known(f inbox.Finding) inbox.Finding {
	f.Kind, f.Reason = inbox.Hard, reason.UserUnknown
	return f
}

// hardUnless is Hard unless the provider says that it was something else.
func hardUnless(other bool) inbox.Kind {
	if other {
		return inbox.Soft
	}
	return inbox.Hard
}

// said is a finding with the server's words. What a provider calls hard is, unless the
// words are about us or the mailbox; what it calls soft is never hard.
func said(f inbox.Finding, recipient, status, words string) inbox.Finding {
	f.Recipient = recipient
	if f.Reason == "" && (f.Kind == inbox.Hard || f.Kind == inbox.Soft) {
		return f.Diagnosed(status, words)
	}
	return f.Saying(words)
}
