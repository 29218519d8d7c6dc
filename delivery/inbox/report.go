// Package inbox reads what comes back: bounces (RFC 3464, and the many that follow no
// standard), complaints (RFC 5965), automatic answers (RFC 3834), and who asks to be
// unsubscribed. For each it says who is meant, why, and how sure that is.
//
// It must not know the ledger or the list: it says what a mail means, and others act.
//
// Start reading here; each kind of mail has a file (status.go, feedback.go, autoreply.go,
// prose.go, ses.go, unsubscribe.go, reply.go), who.go says whom it names, returned.go finds the mail
// that came back in it. mbox.go takes a mailbox apart, path.go finds the mails in a folder.
package inbox

import (
	"crypto/sha256"
	"fmt"
	"io"
	"strings"

	"roundup/delivery/reason"
	"roundup/internal/eml"
	"roundup/subscribers"
)

// MaxMail is how much of a mail is looked at, in octets: what a bounce says is in front
// of the mail that it returns.
const MaxMail = 4 << 20

// maxFindings is how many recipients of one mail are told of: ours have one, and what is said
// of each is looked for in all of the text.
const maxFindings = 20

// Kind is what a mail means for one recipient.
type Kind string

// Kinds of findings.
const (
	Hard        Kind = "hard"      // the reader is gone
	Soft        Kind = "soft"      // not taken, for any other reason
	Complaint   Kind = "complaint" // the reader called it spam (RFC 5965)
	Unsubscribe Kind = "unsubscribe"
	AutoReply   Kind = "auto-reply" // an absence note, a challenge, an acknowledgement
	Nothing     Kind = "none"       // ordinary mail, a note of success, a report about no reader
)

// Kinds lists every kind.
func Kinds() []Kind { return []Kind{Hard, Soft, Complaint, Unsubscribe, AutoReply, Nothing} }

// Proof is how a finding names its reader: what cannot be forged counts.
type Proof string

// Proofs, the strongest first.
const (
	ByToken     Proof = "token"      // in the return path (VERP), or of an unsubscribe mail
	ByMessageID Proof = "message-id" // ours, in the header that was returned
	ByAddress   Proof = "address"    // which anybody can write
	ByNothing   Proof = ""
)

// Finding is what a mail says of one recipient.
type Finding struct {
	Kind      Kind
	Recipient string // as the mail has it; "" where it names none, or hides it
	Original  string // whom the mail was written to, where it went on to Recipient; "" else (RFC 3464, 2.3.1)
	Status    string // "5.1.1", "" where none was given (RFC 3463)
	Code      int    // of the SMTP reply, 0 where none was given
	Reason    reason.Reason
	Words     string // the server's, in one line
	Final     bool   // nobody will try again
	Reply     bool   // of kind Nothing: a person answers the mail with MessageID
	Guessed   bool   // of kind AutoReply: nothing but its subject says so

	Reader    subscribers.PublicID // zero where only the address says who it is
	MessageID string               // ours, of the mail that came back; "" where it does not say
	Proof     Proof
}

// Report is what one mail says.
type Report struct {
	Null     bool     // it came from the null sender, as bounces do (RFC 5321, 4.5.5)
	Digest   [32]byte // of the mail, so that it is counted once
	Findings []Finding
}

// Counts reports whether a finding of this mail may have an effect: it names its
// reader by what only somebody knows who got the mail. A Message-ID is shown in
// replies, so it counts from the null sender alone, but of who wants no more mail.
func (r Report) Counts(f Finding) bool {
	return f.Proof == ByToken || f.Proof == ByMessageID && (r.Null || f.Kind == Complaint || f.Kind == Unsubscribe)
}

// Envelope is what is known of a mail beside its text, where it came by SMTP.
type Envelope struct {
	Null bool   // MAIL FROM:<>
	To   string // RCPT TO
}

// Read reads a mail that came back and says what it means, for each of its
// recipients; a mail that means nothing has one finding of kind Nothing. It fails only
// where the mail can't be read.
func Read(r io.Reader, keyring *subscribers.Keyring, envelope Envelope) (Report, error) {
	raw, err := io.ReadAll(io.LimitReader(r, MaxMail))
	if err != nil {
		return Report{}, fmt.Errorf("read mail: %w", err)
	}
	m := eml.Salvage(raw)
	report := Report{Null: envelope.Null || nullSender(m), Digest: sha256.Sum256(raw)}
	if id, err := unsubscribing(m, keyring); err == nil {
		report.Findings = []Finding{{Kind: Unsubscribe, Reader: id, Proof: ByToken, Final: true, Recipient: senderOf(m)}}
		return report, nil
	}
	back := returnedIn(m)
	report.Findings = findings(m, back, report.Null)
	report.Findings = report.Findings[:min(len(report.Findings), maxFindings)]
	if f := &report.Findings[0]; f.Kind == Nothing && f.Reason == "" && !report.Null {
		f.answering(m)
	}
	name(report.Findings, who(m, back, keyring, envelope), back)
	return report, nil
}

// findings tries each way to read a mail, the one that is written down most exactly
// first.
func findings(m *eml.Message, back returned, null bool) []Finding {
	for _, read := range []func(*eml.Message, returned, bool) []Finding{
		ofFeedback, ofReceipt, ofStatus, ofNotification, ofAutoReply, ofProse,
	} {
		if all := read(m, back, null); len(all) > 0 {
			return all
		}
	}
	return []Finding{{Kind: Nothing}}
}

// name says who is meant: the reader of the token or of our Message-ID, and where
// neither is, whoever has the address.
func name(all []Finding, id identity, back returned) {
	for i := range all {
		f := &all[i]
		if f.Proof != ByNothing || f.Kind == Nothing && f.Reason == "" {
			continue
		}
		f.Reader, f.Proof, f.MessageID = id.reader, id.proof, id.messageID
		if f.Proof == ByNothing && f.Recipient != "" {
			f.Proof = ByAddress
		}
		if f.Recipient == "" && len(back.to) == 1 {
			f.Recipient = back.to[0]
		}
	}
}

// kindOf is the kind of a bounce with a reason.
func kindOf(why reason.Reason) Kind {
	switch why.Group() {
	case reason.Gone:
		return Hard
	case reason.None:
		return Nothing
	default:
		return Soft
	}
}

// unique is addresses in their order, each once, whatever its capitals.
func unique(addresses []string) []string {
	seen := among(nil)
	var all []string
	for _, a := range addresses {
		if key := strings.ToLower(a); !seen[key] {
			seen[key] = true
			all = append(all, a)
		}
	}
	return all
}

// among is addresses to look others up in, in lower case: a mail may have as many as it likes.
func among(addresses []string) map[string]bool {
	all := make(map[string]bool, len(addresses))
	for _, a := range addresses {
		all[strings.ToLower(a)] = true
	}
	return all
}
