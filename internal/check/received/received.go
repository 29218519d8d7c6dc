// Package received owns reading a test mail as it arrived: what the receiving
// server found of SPF, DKIM and DMARC (RFC 8601), whether the signatures hold,
// and what was changed on the way.
//
// A mail may come from anybody and say anything: it is read within limits, and
// what it says of itself is told as what it says. This room must not send, and
// asks nobody but name servers.
//
// Start reading with Look; results.go reads Authentication-Results.
package received

import (
	"context"
	"fmt"
	"net/mail"
	"regexp"
	"strings"

	"roundup/internal/check/finding"
	"roundup/internal/check/maildns"
	"roundup/internal/eml"
	"roundup/internal/maildomain"
	"roundup/internal/remedy"
	"roundup/internal/wording"
)

// Expected is what a mail of the newsletter is like when it leaves; the zero
// value where that is not known.
type Expected struct {
	Name       string // of the newsletter
	From       string // address
	ReturnPath string // address
	VERP       bool   // each mail has a return path of its own
	ListID     string // without brackets
	BaseURL    string // where readers leave; "" where they leave by mail
	Signs      string // domain that mails are signed for before they go out; "" for none
}

// known reports whether there is anything to compare with.
func (e Expected) known() bool { return e.From != "" }

// Look reads a mail as it arrived. resolver is asked for the keys of its
// signatures; nil to ask nobody.
func Look(ctx context.Context, m *eml.Message, e Expected, resolver maildns.Resolver) []finding.Finding {
	a := &arrived{
		message: m, expected: e, resolver: resolver,
		received: finding.Of(finding.Received), signed: finding.Of(finding.Signed), changed: finding.Of(finding.Changed),
	}
	a.from = addressOf(m.Decoded("From"))
	a.whose()
	a.way()
	a.filters()
	a.authenticate(ctx)
	if a.ours {
		a.changes()
	} else {
		a.changed.Skip("changes", "not looked for: what it was like when it left is not known", "")
	}
	return append(append(a.received.Findings(), a.signed.Findings()...), a.changed.Findings()...)
}

// arrived is a mail that has arrived, and what was found of it.
type arrived struct {
	message  *eml.Message
	expected Expected
	resolver maildns.Resolver

	received, signed, changed *finding.List

	from string // address readers see; "" where it can't be read
	ours bool   // it is a mail of the newsletter
	test bool   // it is a test mail of Roundup's
}

// ourID is a Message-ID of Roundup's, left of the @: of a test mail, or of a
// reader's.
var ourID = regexp.MustCompile(`^(test\.[0-9a-f]{32}|[a-z2-7]{26}\.[a-z2-7]{10})$`)

// whose says what mail this is, and whether it is one of the newsletter's.
func (a *arrived) whose() {
	m := a.message
	detail := fmt.Sprintf("%q from %s, %s", shorten(m.Decoded("Subject"), 200), shorten(m.Decoded("From"), 200), shorten(m.Get("Date"), 60))
	if a.from == "" {
		a.received.Fail("From", "it names no address that can be read: receivers refuse such mail", "")
	}
	if m.Cut {
		a.received.Warn("mail", detail+": it breaks off before its end", "save all of it: \"Show original\" and \"Download\", not a copy of the text")
	}
	local, _, _ := strings.Cut(strings.Trim(m.Get("Message-ID"), "<> "), "@")
	a.test = strings.HasPrefix(local, "test.") || strings.HasPrefix(m.Decoded("Subject"), "[Test]")
	switch e := a.expected; {
	case !e.known():
		a.received.Skip("newsletter", "there is no configuration, so nothing is compared with how it left", "")
		a.received.Do(remedy.Remedy{Code: remedy.NameConfig})
		a.received.Pass("mail", detail)
	case a.belongs():
		a.ours = true
		if a.test {
			detail += "; a test mail"
		}
		a.received.Pass("mail", detail)
	default:
		a.received.Warn("mail", fmt.Sprintf("this is not a mail of %s (wrong configuration?): %s; ours have List-Id %s and are from %s", e.Name, detail, e.ListID, e.From), "")
		a.received.Do(remedy.Remedy{Code: remedy.SendTest})
	}
}

// belongs reports whether the mail is one of the newsletter's: by its List-Id or
// From or, where the way there took both, by a Message-ID of Roundup's. What
// bears another's List-Id and From is another's, whoever made its Message-ID.
func (a *arrived) belongs() bool {
	m, e := a.message, a.expected
	_, listID, _ := strings.Cut(m.Get("List-Id"), "<")
	listID, _, _ = strings.Cut(listID, ">")
	local, domain, _ := strings.Cut(strings.Trim(m.Get("Message-ID"), "<> "), "@")
	return strings.EqualFold(listID, e.ListID) ||
		strings.EqualFold(a.from, e.From) && m.Has("List-Unsubscribe") ||
		listID == "" && ourID.MatchString(local) && strings.EqualFold(domain, maildomain.Of(e.From))
}

// domain is that of the address readers see.
func (a *arrived) domain() string {
	if a.from == "" {
		return "the From field"
	}
	return maildomain.Of(a.from)
}

// addressOf is the address in a From field.
func addressOf(field string) string {
	if len(field) > 2000 {
		return ""
	}
	all, err := mail.ParseAddressList(field)
	if err != nil || len(all) == 0 {
		_, rest, found := strings.Cut(field, "<")
		if address, _, ended := strings.Cut(rest, ">"); found && ended && strings.Contains(address, "@") {
			return strings.ToLower(address)
		}
		return ""
	}
	return strings.ToLower(all[0].Address)
}

// filters tells what spam filters said of it.
func (a *arrived) filters() {
	m := a.message
	var said []string
	spam := false
	for _, name := range []string{"X-Spam-Flag", "X-Spam-Status", "X-Spam-Score", "X-Spam", "X-Rspamd-Score", "X-MS-Exchange-Organization-SCL"} {
		value := m.Get(name)
		if value == "" {
			continue
		}
		said = append(said, name+": "+shorten(value, 160))
		first, _, _ := strings.Cut(strings.ToLower(value), ",")
		spam = spam || name != "X-Spam-Score" && strings.TrimSpace(first) == "yes"
	}
	for part := range strings.SplitSeq(m.Get("X-Forefront-Antispam-Report"), ";") {
		switch part {
		case "SFV:SPM", "SFV:SKS", "SFV:PHSH":
			spam = true
			fallthrough
		case "SFV:NSPM", "SFV:SKN", "SFV:SKB":
			said = append(said, "X-Forefront-Antispam-Report: "+part)
		}
	}
	switch {
	case spam:
		a.received.Fail("spam filter", "it was taken for spam: "+strings.Join(said, "; "), "")
		a.received.Do(remedy.Remedy{Code: remedy.ScoreBefore})
	case len(said) > 0:
		a.received.Pass("spam filter", strings.Join(said, "; "))
	default:
		a.received.Skip("spam filter", "none left its word in the mail; the folder it arrived in tells", "")
	}
}

// shorten cuts what a stranger's mail says to a length that can be shown.
func shorten(s string, n int) string {
	return wording.Cut(strings.Join(strings.Fields(s), " "), n)
}
