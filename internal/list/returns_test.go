package list_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"roundup/delivery"
	"roundup/delivery/inbox"
	"roundup/delivery/mail"
	"roundup/delivery/reason"
	"roundup/digest"
	"roundup/internal/list"
	"roundup/store/storetest"
	"roundup/subscribers"
)

// goneAt is a bounce that says that there is no such user as the one it names; messageID
// is of the mail that it returns.
func goneAt(recipient, messageID string) string {
	return "From: MAILER-DAEMON@mx.example.org\r\nSubject: Undelivered Mail\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n" +
		"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n" +
		"Final-Recipient: rfc822; " + recipient + "\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 user unknown\r\n" +
		"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <" + messageID + ">\r\n--b--\r\n"
}

// complaintOf is a complaint (RFC 5965) of the one it names.
func complaintOf(recipient, messageID string) string {
	return "From: fbl@provider.example\r\nSubject: FW: A\r\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\r\n\r\n" +
		"--b\r\n\r\nThis is a report.\r\n--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nOriginal-Rcpt-To: <" + recipient + ">\r\n" +
		"--b\r\nContent-Type: message/rfc822\r\n\r\nTo: " + recipient + "\r\nMessage-ID: <" + messageID + ">\r\n\r\nHello\r\n--b--\r\n"
}

// TestForgottenReaderNamesNobody: what a reader who was forgotten has kept, the token in the
// return path and the Message-ID, is nobody's; least of all that of the address beside it.
func TestForgottenReaderNamesNobody(t *testing.T) {
	t.Parallel()
	b := setup(t)
	keys, err := b.store.Keyring(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	victim := b.joins(t, "victim@example.org", subscribers.Active)
	mallory := b.joins(t, "mallory@example.org", subscribers.Active)
	issue, lease := b.starts(t)
	b.exchanges(t, issue, lease, []delivery.Outcome{{SubscriberID: victim.ID, To: delivery.Sent}, {SubscriberID: mallory.ID, To: delivery.Sent}})
	if err := b.Forget(t.Context(), address(t, mallory.Email), storetest.Anna()); err != nil {
		t.Fatal(err)
	}
	token := "bounces+" + keys.ReturnToken(mallory.PublicID) + "@magazine.example"
	own := mail.MessageID(issue.UID, mallory.PublicID, issue.MailDomain)
	for _, tt := range []struct{ name, mail, to string }{
		{"a bounce by token", goneAt(victim.Email, "x@y.example"), token},
		{"a bounce by Message-ID", goneAt(victim.Email, own), "bounces@magazine.example"},
		{"a complaint by token", complaintOf(victim.Email, "x@y.example"), token},
		{"a complaint by Message-ID", complaintOf(victim.Email, own), "bounces@magazine.example"},
	} {
		taken, err := b.Mails(false, storetest.Anna()).Take(t.Context(), strings.NewReader(tt.mail), inbox.Envelope{Null: true, To: tt.to})
		if err != nil || len(taken) != 1 || taken[0].Effect != list.Unlisted || taken[0].Sub.ID != 0 {
			t.Errorf("%s: %+v, %v; want it to be about nobody", tt.name, taken, err)
		}
	}
	taken, err := b.Posted(t.Context(), "ses", []list.Posted{{ID: "1", Path: token, Findings: []inbox.Finding{
		{Kind: inbox.Hard, Reason: reason.UserUnknown, Final: true, Recipient: victim.Email},
	}}})
	if err != nil || len(taken) != 1 || taken[0].Effect != list.Unlisted {
		t.Errorf("posted: %+v, %v; want it to be about nobody", taken, err)
	}
	if r := b.find(t, victim.Email); r.Suppressed != "" {
		t.Errorf("the other reader is suppressed: %s", r.Suppressed)
	}
}

// TestProviderPassesOnALeaving: who asks their provider to be taken off leaves, however the
// report of it names them.
func TestProviderPassesOnALeaving(t *testing.T) {
	t.Parallel()
	for _, null := range []bool{false, true} {
		b := setup(t)
		ann, issue := b.mailed(t)
		report := strings.Replace(complaintOf(ann.Email, mail.MessageID(issue.UID, ann.PublicID, issue.MailDomain)), "abuse", "opt-out", 1)
		for i, want := range []list.Effect{list.Left, list.Known} {
			taken, err := b.Mails(false, storetest.Anna()).Take(t.Context(), strings.NewReader(report), inbox.Envelope{Null: null, To: "bounces@magazine.example"})
			if err != nil || len(taken) != 1 || taken[0].Effect != want {
				t.Errorf("reading %d, from the null sender %v: %+v, %v; want %s", i+1, null, taken, err, want)
			}
		}
		if r := b.find(t, ann.Email); r.Status != subscribers.Unsubscribed {
			t.Errorf("from the null sender %v: ann is %s", null, r.Status)
		}
	}
}

// TestRepliesToHeadlines: the subject of an issue is its first headline, whose words say
// nothing of who answers it.
func TestRepliesToHeadlines(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ann, issue := b.mailed(t)
	for _, subject := range []string{"Re: No longer with us", "Re: In the absence of proof", "AW: Urlaub", "SV: Vacation"} {
		reply := "From: ann@example.org\r\nSubject: " + subject + "\r\nIn-Reply-To: <" + mail.MessageID(issue.UID, ann.PublicID, issue.MailDomain) + ">\r\n\r\nI liked it.\r\n"
		taken, err := b.Mails(false, storetest.Anna()).Take(t.Context(), strings.NewReader(reply), inbox.Envelope{})
		if err != nil || len(taken) != 1 || taken[0].Effect != list.Replied {
			t.Errorf("%s: %+v, %v", subject, taken, err)
		}
	}
}

// sends sends an issue to readers.
func (b *bundle) sends(t *testing.T, n int, to ...int64) digest.Issue {
	t.Helper()
	issue, lease := b.startsAs(t, fmt.Sprintf("%032x", n))
	sent := make([]delivery.Outcome, len(to))
	for i, id := range to {
		sent[i] = delivery.Outcome{SubscriberID: id, To: delivery.Sent}
	}
	b.exchanges(t, issue, lease, sent)
	return issue
}

// TestBounceReadLate: that a reader is gone counts, too, where the next issue was handed over
// before the bounce was read; not where it was taken days ago, and nothing came back.
func TestBounceReadLate(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		soft bool
		read time.Duration // after the next issue was sent
		want list.Effect
	}{
		{"in half an hour", false, 30 * time.Minute, list.Suppressed},
		{"in two days", false, 48 * time.Hour, list.Suppressed},
		{"in four days", false, 96 * time.Hour, list.Noted},
		{"a full mailbox", true, 30 * time.Minute, list.Noted},
	} {
		for _, rehearse := range []bool{true, false} {
			b := setup(t)
			ann := b.joins(t, "ann@example.org", subscribers.Active)
			issue := b.sends(t, 10, ann.ID)
			b.now = b.now.Add(24 * time.Hour)
			b.sends(t, 11, ann.ID)
			b.now = b.now.Add(tt.read)
			bounce := goneAt(ann.Email, mail.MessageID(issue.UID, ann.PublicID, issue.MailDomain))
			if tt.soft {
				bounce = strings.NewReplacer("5.1.1", "5.2.2", "user unknown", "mailbox full").Replace(bounce)
			}
			taken, err := b.Mails(rehearse, storetest.Anna()).Take(t.Context(), strings.NewReader(bounce), inbox.Envelope{Null: true})
			if err != nil || len(taken) != 1 || taken[0].Effect != tt.want {
				t.Errorf("%s, rehearse %v: %+v, %v; want %s", tt.name, rehearse, taken, err, tt.want)
			}
			if r := b.find(t, ann.Email); !rehearse && (r.Suppressed != "") != (tt.want == list.Suppressed) {
				t.Errorf("%s: suppressed %q", tt.name, r.Suppressed)
			}
		}
	}
}

// TestBounceOfAnotherAddressByToken: a bounce that says by its token alone whose it is, of an
// issue that went to the address before, is none of the last issue.
func TestBounceOfAnotherAddressByToken(t *testing.T) {
	t.Parallel()
	b := setup(t)
	keys, err := b.store.Keyring(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ann := b.joins(t, "ann@old.example", subscribers.Active)
	b.sends(t, 10, ann.ID)
	b.now = b.now.Add(time.Hour)
	if _, err := b.Change(t.Context(), ann, address(t, "ann@new.example"), "", storetest.Anna()); err != nil {
		t.Fatal(err)
	}
	b.now = b.now.Add(time.Hour)
	b.sends(t, 11, ann.ID)
	bob := b.joins(t, "bob@example.org", subscribers.Active)
	b.sends(t, 12, ann.ID, bob.ID)
	for _, tt := range []struct {
		reader    subscribers.PublicID
		recipient string
		want      list.Effect
	}{
		{ann.PublicID, "ann@old.example", list.Noted},
		{ann.PublicID, "ann@new.example", list.Suppressed},
		{bob.PublicID, "passed-on@elsewhere.example", list.Suppressed}, // he never had another
	} {
		to := "bounces+" + keys.ReturnToken(tt.reader) + "@magazine.example"
		for _, rehearse := range []bool{true, false} {
			taken, err := b.Mails(rehearse, storetest.Anna()).Take(t.Context(), strings.NewReader(goneAt(tt.recipient, "x@y.example")), inbox.Envelope{Null: true, To: to})
			if err != nil || len(taken) != 1 || taken[0].Effect != tt.want {
				t.Errorf("%s, rehearse %v: %+v, %v; want %s", tt.recipient, rehearse, taken, err, tt.want)
			}
		}
	}
}
