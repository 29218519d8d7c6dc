package desk

import (
	"roundup/delivery"
	"roundup/digest"
	"roundup/digest/schedule"
	"roundup/store"
	"roundup/store/content"
	"roundup/store/ledger"
)

// NewsKind names what the editor is told of.
type NewsKind string

// What the editor is told of. Each kind says which fields of News it has.
const (
	IssueWaits      NewsKind = "issue waits"       // Issue: for the relay, goes on by itself
	IssueHeld       NewsKind = "issue held"        // Issue: waits for a person
	RelayBack       NewsKind = "relay back"        // Issue: waits no more
	Released        NewsKind = "issue released"    // Issue: held no more
	IssueOver       NewsKind = "issue over"        // Issue: sent or cancelled; Sum, Without, Reasons, MoreReasons, Failed
	IssueLate       NewsKind = "issue late"        // Slot, with why no issue was started for it as far as that is known; Issue where one was
	NoIssue         NewsKind = "no issue"          // Slot: missed or skipped
	SourceFails     NewsKind = "source fails"      // Source: for a day
	SourceReads     NewsKind = "source reads"      // Source: fails no more
	SourceDamaged   NewsKind = "source damaged"    // Source: for a day
	SourceWhole     NewsKind = "source whole"      // Source: damaged no more
	Quarantined     NewsKind = "quarantined"       // Source: articles of it wait for a decision
	DatabaseDamaged NewsKind = "database damaged"  // Err: nothing is sent
	DatabaseWhole   NewsKind = "database whole"    // damaged no more
	SignUpsStopped  NewsKind = "sign-ups stopped"  // the hour's confirmations are used up
	SignUpsGoOn     NewsKind = "sign-ups go on"    // confirmations go out again
	ManyGone        NewsKind = "many are gone"     // Issue, Returned, Bound: its hard bounces are many
	ManyComplain    NewsKind = "many complain"     // Issue, Returned, Bound: its complaints are many
	ServersRefuseUs NewsKind = "servers refuse us" // Issue, Returned: mail came back for reasons that are ours
	MailboxFails    NewsKind = "mailbox fails"     // Mailbox: for a day
	MailboxReads    NewsKind = "mailbox reads"     // Mailbox: fails no more
	ConfigChanged   NewsKind = "config changed"    // since the daemon began, which does not use it
	WorkersDiffer   NewsKind = "workers differ"    // Differing: they send by other settings
	WorkersAgree    NewsKind = "workers agree"     // all send by the same settings again
)

// News is what the editor is told of, before it is put into words.
type News struct {
	Kind        NewsKind
	Issue       digest.Issue
	Slot        schedule.Slot
	Source      content.SourceRecord
	Mailbox     store.MailboxRecord
	Sum         delivery.Summary
	Without     []string                // sources that the issue went without, each with why it could not be read
	Reasons     []Reason                // why readers failed, the most frequent first
	MoreReasons int                     // that are not listed
	Failed      []ledger.DeliveryRecord // the first who did
	Err         error
	Returned    Returned
	Bound       float64 // that was passed, in percent
	Differing   []ledger.Differing
}

// Reason is why readers failed: a server's words, without an address.
type Reason struct {
	Words   string
	Readers int
}

// Notice is news in words.
type Notice struct {
	Subject string
	Text    string // what to do about it with it
	ByMail  string // what a mail says after Text: readers' addresses, which a URL may show to many; "" for nothing
}
