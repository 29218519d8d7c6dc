package mail

import (
	"crypto/sha256"
	"strings"

	"roundup/subscribers"
)

// issueInID is how many characters of a Message-ID say which issue it is of: 50
// bits.
const issueInID = 10

// testPrefix begins the Message-IDs of test mails.
const testPrefix = "test."

// IsTest reports whether a Message-ID is that of a test mail.
func IsTest(messageID string) bool {
	return strings.HasPrefix(strings.TrimLeft(messageID, " <"), testPrefix)
}

// MessageID is the Message-ID, without its angle brackets, of an issue's mail to
// a subscriber: the same for every attempt. It holds the reader's public id, and
// of the issue only as much as tells it from the reader's other ones, so that the
// field fits into a line. domain is that of the From address when the issue
// started, digest.Issue.MailDomain.
func MessageID(issueUID string, id subscribers.PublicID, domain string) string {
	if a, err := subscribers.ParseAddress("x@" + domain); err == nil {
		domain = a.Domain
	}
	return id.String() + "." + IssueToken(issueUID) + "@" + domain
}

// IssueToken stands for an issue in its Message-IDs.
func IssueToken(issueUID string) string {
	of := sha256.Sum256([]byte("Message-ID of " + issueUID))
	return subscribers.PublicID(of[:16]).String()[:issueInID]
}

// IssueTokenIn is what stands for the issue in a Message-ID made like ours; "" in others:
// a mail may have anything in its place, also octets that no database takes as text.
func IssueTokenIn(messageID string) string {
	local, _, _ := strings.Cut(messageID, "@")
	_, token, _ := strings.Cut(local, ".")
	token = strings.ToLower(token)
	if len(token) != issueInID || strings.ContainsFunc(token, notBase32) {
		return ""
	}
	return token
}

// notBase32 reports whether an issue's token never has a character.
func notBase32(c rune) bool { return (c < 'a' || c > 'z') && (c < '2' || c > '7') }
