package inbox_test

import (
	"strings"
	"testing"

	"roundup/delivery/inbox"
	"roundup/delivery/mail"
	"roundup/delivery/reason"
	"roundup/subscribers"
)

// dsn is a notification of one failed recipient.
func dsn(header, status, returned string) string {
	return strings.ReplaceAll(header+"From: MAILER-DAEMON@mx.example.net\nSubject: Undelivered Mail Returned to Sender\n"+
		"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\nSorry.\n--b\n"+
		"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n"+status+"\n--b\nContent-Type: text/rfc822-headers\n\n"+returned+"\n--b--\n", "\n", "\r\n")
}

const gone = "Final-Recipient: rfc822; victim@reader.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 user unknown\n"

// TestWhoIsMeant has bounces, real and forged: what proves itself counts.
func TestWhoIsMeant(t *testing.T) {
	t.Parallel()
	k := keyring(t)
	other := subscribers.PublicID{9, 9}
	token, otherToken := "bounces+"+k.ReturnToken(leaver)+"@magazine.example", "bounces+"+k.ReturnToken(other)+"@magazine.example"
	ours := "Message-ID: <" + mail.MessageID("uid", leaver, "magazine.example") + ">\n"
	tests := []struct {
		name, mail string
		envelope   inbox.Envelope
		reader     subscribers.PublicID
		proof      inbox.Proof
		counts     bool
	}{
		{"token in the address it came to", dsn("Delivered-To: "+token+"\n", gone, ""), inbox.Envelope{}, leaver, inbox.ByToken, true},
		{"in capitals", dsn("X-Original-To: "+strings.ToUpper(token)+"\n", gone, ""), inbox.Envelope{}, leaver, inbox.ByToken, true},
		{"token of the envelope", dsn("", gone, ""), inbox.Envelope{To: token}, leaver, inbox.ByToken, true},
		{"token in the return path that is quoted", dsn("", gone, "Return-Path: <"+token+">\nSubject: Issue"), inbox.Envelope{}, leaver, inbox.ByToken, true},
		{"the token before the Message-ID", dsn("To: "+otherToken+"\n", gone, ours), inbox.Envelope{}, other, inbox.ByToken, true},
		{"our Message-ID", dsn("Return-Path: <>\n", gone, ours), inbox.Envelope{}, leaver, inbox.ByMessageID, true},
		{"our Message-ID, through Postfix's pipe", dsn("Return-Path: <MAILER-DAEMON>\n", gone, ours), inbox.Envelope{}, leaver, inbox.ByMessageID, true},
		{"our Message-ID, from somebody of that name", dsn("Return-Path: <MAILER-DAEMON@evil.example>\n", gone, ours), inbox.Envelope{}, leaver, inbox.ByMessageID, false},
		{"our Message-ID by SMTP", dsn("", gone, ours), inbox.Envelope{Null: true}, leaver, inbox.ByMessageID, true},
		{"our Message-ID, but not from the null sender", dsn("Return-Path: <a@evil.example>\n", gone, ours), inbox.Envelope{}, leaver, inbox.ByMessageID, false},
		{"a forged null sender and an address", dsn("Return-Path: <>\n", gone, "Message-ID: <x@evil.example>\n"), inbox.Envelope{}, subscribers.PublicID{}, inbox.ByAddress, false},
		{"an address alone", dsn("Return-Path: <a@evil.example>\n", gone, ""), inbox.Envelope{}, subscribers.PublicID{}, inbox.ByAddress, false},
		{"a token bent", dsn("Return-Path: <>\nTo: "+strings.Replace(token, "+a", "+b", 1)+"\n", gone, ""), inbox.Envelope{}, subscribers.PublicID{}, inbox.ByAddress, false},
		{"a test mail's", dsn("Return-Path: <>\n", gone, "Message-ID: <test."+leaver.String()+".x@magazine.example>\n"), inbox.Envelope{}, subscribers.PublicID{}, inbox.ByAddress, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r, err := inbox.Read(strings.NewReader(tt.mail), k, tt.envelope)
			if err != nil || len(r.Findings) != 1 {
				t.Fatalf("%+v, %v", r, err)
			}
			f := r.Findings[0]
			if f.Kind != inbox.Hard || f.Recipient != "victim@reader.example" || f.Reason != reason.UserUnknown || f.Status != "5.1.1" {
				t.Errorf("%+v", f)
			}
			if f.Reader != tt.reader || f.Proof != tt.proof || r.Counts(f) != tt.counts {
				t.Errorf("reader %v by %q, counts %v; want %v by %q, %v", f.Reader, f.Proof, r.Counts(f), tt.reader, tt.proof, tt.counts)
			}
		})
	}
}

// TestAnswers: a reply to a mail of ours is ordinary mail, and says of which.
func TestAnswers(t *testing.T) {
	t.Parallel()
	id := mail.MessageID("uid", leaver, "magazine.example")
	long := strings.Repeat("<x@y.example> ", 200)
	for name, tt := range map[string]struct {
		mail  string
		reply bool
	}{
		"in reply":               {"In-Reply-To: <" + id + ">", true},
		"down a thread":          {"References: " + long + "<" + id + ">\nIn-Reply-To: <z@y.example>", true},
		"long before":            {"References: <" + id + "> " + long, false},
		"to another's mail":      {"In-Reply-To: <a.b@y.example>", false},
		"to a test mail":         {"In-Reply-To: <test." + id + ">", false},
		"from nobody":            {"Return-Path: <>\nIn-Reply-To: <" + id + ">", false},
		"automatic":              {"Auto-Submitted: auto-replied\nIn-Reply-To: <" + id + ">", false},
		"to nothing":             {"X-Nothing: <" + id + ">", false},
		"with fields of rubbish": {"In-Reply-To: <>,,<\nReferences: @@ . <.@.>", false},
	} {
		r, err := inbox.Read(strings.NewReader("From: ann@reader.example\nSubject: Re: Issue 12\n"+tt.mail+"\n\nI liked it.\n"), keyring(t), inbox.Envelope{})
		if err != nil || len(r.Findings) != 1 {
			t.Fatalf("%s: %+v, %v", name, r, err)
		}
		f := r.Findings[0]
		if f.Reply != tt.reply || f.Reply && (f.Kind != inbox.Nothing || f.Reader != leaver || f.MessageID != id) {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

func TestReadStatus(t *testing.T) {
	t.Parallel()
	const to = "Final-Recipient: rfc822; a@reader.example\n"
	tests := []struct {
		name, status string
		kind         inbox.Kind
		recipient    string
		why          reason.Reason
		final        bool
	}{
		{"gone", to + "Action: failed\nStatus: 5.1.1\n", inbox.Hard, "a@reader.example", reason.UserUnknown, true},
		{"passed on to another address", "Original-Recipient: rfc822; we@reader.example\n" + to + "Action: failed\nStatus: 5.1.1\n", inbox.Hard, "a@reader.example", reason.UserUnknown, true},
		{"full", to + "Action: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp; 552 5.2.2 mailbox full\n", inbox.Soft, "a@reader.example", reason.MailboxFull, true},
		{"spam", to + "Action: failed\nStatus: 5.7.1\nDiagnostic-Code: smtp; 550 5.7.1 classified as spam\n", inbox.Soft, "a@reader.example", reason.Spam, true},
		{"late", to + "Action: delayed\nStatus: 4.4.1\n", inbox.Soft, "a@reader.example", reason.Network, false},
		{"late, and said to be unknown", to + "Action: delayed\nStatus: 5.1.1\n", inbox.Soft, "a@reader.example", reason.Expired, false},
		{"arrived", to + "Action: delivered\nStatus: 2.0.0\n", inbox.Nothing, "a@reader.example", reason.Delivered, true},
		{"passed on", to + "Action: relayed\nStatus: 2.0.0\n", inbox.Nothing, "a@reader.example", reason.Delivered, true},
		{"without an action", to + "Status: 5.1.2\n", inbox.Hard, "a@reader.example", reason.HostUnknown, true},
		{"without a status", to + "Action: failed\nDiagnostic-Code: smtp; 550 no such user\n", inbox.Hard, "a@reader.example", reason.UserUnknown, true},
		{"kept saying so", to + "Action: failed\nStatus: 4.1.1\nDiagnostic-Code: smtp; 450 4.1.1 user unknown\n", inbox.Hard, "a@reader.example", reason.UserUnknown, true},
		{"for now", to + "Action: failed\nStatus: 4.4.3\nDiagnostic-Code: smtp; host not found\n", inbox.Soft, "a@reader.example", reason.Network, true},
		{"a quoted local part", "Final-Recipient: rfc822; \"a b\"@reader.example\nAction: failed\nStatus: 5.1.1\n", inbox.Hard, `"a b"@reader.example`, reason.UserUnknown, true},
		{"exists, and is said not to", to + "Action: failed\nStatus: 5.2.1\nDiagnostic-Code: smtp; 550 5.2.1 user unknown\n", inbox.Soft, "a@reader.example", reason.Filtered, true},
		{"exists, and is refused", to + "Action: failed\nStatus: 5.2.1\nDiagnostic-Code: smtp; 550 5.2.1 user unknown (in reply to RCPT TO command)\n", inbox.Hard, "a@reader.example", reason.UserUnknown, true},
		{"names nobody", to + "Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 : User unknown\n", inbox.Soft, "a@reader.example", reason.Filtered, true},
		{"names the reader", to + "Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 <a@reader.example>: User unknown\n", inbox.Hard, "a@reader.example", reason.UserUnknown, true},
		{"our domain takes no mail", to + "Action: failed\nStatus: 5.7.27\nDiagnostic-Code: smtp; 550 5.7.27 <weekly@m.example>: Sender address rejected: Domain m.example does not accept mail (nullMX)\n", inbox.Soft, "a@reader.example", reason.Rejected, true},
		{"521 by a server that takes mail", to + "Action: failed\nStatus: 5.5.1\nDiagnostic-Code: smtp; 521 5.5.1 Protocol error\n", inbox.Soft, "a@reader.example", reason.Syntax, true},
		{"fields in two blocks", to + "\nAction: failed\nStatus: 5.1.1\n", inbox.Hard, "a@reader.example", reason.UserUnknown, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r, err := inbox.Read(strings.NewReader(dsn("", tt.status, "")), keyring(t), inbox.Envelope{})
			if err != nil || len(r.Findings) != 1 {
				t.Fatalf("%+v, %v", r, err)
			}
			f := r.Findings[0]
			if f.Kind != tt.kind || f.Recipient != tt.recipient || f.Reason != tt.why || f.Final != tt.final {
				t.Errorf("got %+v", f)
			}
			if passedOn := strings.Contains(tt.status, "we@reader.example"); passedOn != (f.Original == "we@reader.example") || !passedOn && f.Original != "" {
				t.Errorf("was written to %q", f.Original)
			}
		})
	}
}

// TestReadFeedback reads complaints (RFC 5965).
func TestReadFeedback(t *testing.T) {
	t.Parallel()
	report := func(fields string) string {
		return "From: fbl@provider.example\nSubject: FW: Issue\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\n\n" +
			"--b\n\nThis is a report.\n--b\nContent-Type: message/feedback-report\n\n" + fields +
			"User-Agent: x/1\nVersion: 1\n\n--b\nContent-Type: message/rfc822\n\nTo: a@reader.example\nMessage-ID: <" +
			mail.MessageID("uid", leaver, "magazine.example") + ">\n\nHello\n--b--\n"
	}
	tests := []struct {
		name, fields string
		kind         inbox.Kind
		recipient    string
	}{
		{"abuse", "Feedback-Type: abuse\nOriginal-Rcpt-To: <b@reader.example>\n", inbox.Complaint, "b@reader.example"},
		{"fraud", "Feedback-Type: fraud\n", inbox.Complaint, "a@reader.example"},
		{"redacted", "Feedback-Type: abuse\nOriginal-Rcpt-To: redacted\n", inbox.Complaint, "a@reader.example"},
		{"virus", "Feedback-Type: virus\n", inbox.Nothing, "a@reader.example"},
		{"not spam", "Feedback-Type: not-spam\n", inbox.Nothing, "a@reader.example"},
		{"authentication", "Feedback-Type: auth-failure\n", inbox.Nothing, "a@reader.example"},
	}
	for _, tt := range tests {
		r, err := inbox.Read(strings.NewReader(report(tt.fields)), keyring(t), inbox.Envelope{})
		if err != nil || len(r.Findings) != 1 {
			t.Fatalf("%s: %+v, %v", tt.name, r, err)
		}
		f := r.Findings[0]
		if f.Kind != tt.kind || f.Recipient != tt.recipient {
			t.Errorf("%s: got %+v", tt.name, f)
		}
		if f.Kind == inbox.Complaint && (f.Reader != leaver || !r.Counts(f)) {
			t.Errorf("%s: got %+v", tt.name, f)
		}
	}
}

// FuzzRead reads anything: it ends, says something, and names nobody without a token of
// this ring or a Message-ID.
func FuzzRead(f *testing.F) {
	k := keyring(f)
	f.Add(dsn("Return-Path: <>\n", gone, "Message-ID: <x@y.example>"))
	f.Add("From: MAILER-DAEMON\nSubject: failure notice\n\n<a@b.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\nTo: a@b.example\n")
	f.Add("Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n\n--b--")
	f.Add("Content-Type: application/json\n\n{\"notificationType\":\"Bounce\",\"bounce\":{\"bounceType\":\"Permanent\",\"bouncedRecipients\":[{\"emailAddress\":\"a@b.example\"}]}}")
	f.Add("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\nContent-Type: text/html; charset=x-none\n\n<p>550\x1b$B\xff")
	f.Add("From: a@b.example\nIn-Reply-To: <" + mail.MessageID("uid", leaver, "magazine.example") + ">\nReferences: <,> <>\n\nThank you")
	f.Add("Subject: out of office\r\rAuto-Submitted: auto-replied\r\r")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := inbox.Read(strings.NewReader(text), k, inbox.Envelope{})
		if err != nil || len(r.Findings) == 0 {
			t.Fatalf("%+v, %v", r, err)
		}
		for _, f := range r.Findings {
			if f.Proof == inbox.ByToken && f.Reader != leaver {
				t.Errorf("%+v", f)
			}
			if f.Kind == inbox.Hard && f.Reason.Group() != reason.Gone {
				t.Errorf("%+v", f)
			}
			if f.Reply && (f.Kind != inbox.Nothing || f.Reader.IsZero()) {
				t.Errorf("%+v", f)
			}
			if strings.ContainsAny(f.Words+f.Recipient, "\r\n") {
				t.Errorf("%+v", f)
			}
		}
	})
}
