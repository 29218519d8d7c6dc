package inbox_test

import (
	"strings"
	"testing"

	"roundup/delivery/inbox"
)

// returnedMail is what bounces return.
const returnedMail = "Received: from mx.example.org by mx.example.net; Mon, 23 Nov 2026 10:00:00 +0000\nFrom: Weekly <weekly@magazine.example>\nTo: gone@reader.example\nSubject: Issue 12\nMessage-ID: <a@magazine.example>\n\nHello\n"

// TestContradicted reads notifications that say one thing in prose and another in their
// fields: nobody is gone by those.
func TestContradicted(t *testing.T) {
	t.Parallel()
	const head, report = "From: MAILER-DAEMON@mx.example.net\nSubject: Returned mail\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\n",
		"\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n"
	for note, want := range map[string]string{
		"Your message to <a> was automatically rejected:\nNot enough disk space":         "soft a@reader.example",
		"The user(s) account is disabled.\n\n<a@reader.example>: 550 user unknown":       "soft a@reader.example",
		"<a@reader.example>: 550 user unknown":                                           "hard a@reader.example",
		"The address may be misspelt, the mailbox full, or the account disabled.":        "hard a@reader.example",
		"Please check the address. The user's mailbox is full, or there is no such user": "hard a@reader.example",
	} {
		two := strings.ReplaceAll(gone, "victim", "b") + "\n"
		for fields, all := range map[string]string{strings.ReplaceAll(gone, "victim", "a"): want, two + strings.ReplaceAll(gone, "victim", "a"): "hard b@reader.example, hard a@reader.example"} {
			r, err := inbox.Read(strings.NewReader(head+note+report+fields+"\n--b--\n"), keyring(t), inbox.Envelope{})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range r.Findings {
				got = append(got, string(f.Kind)+" "+f.Recipient)
			}
			if strings.Join(got, ", ") != all {
				t.Errorf("%q: got %q, want %q", note, got, all)
			}
		}
	}
}

// TestReadProse reads bounces in the formats of mail systems that follow no standard.
func TestReadProse(t *testing.T) {
	t.Parallel()
	const daemon, undelivered = "From: MAILER-DAEMON@mx.example.net\nTo: bounces@magazine.example\n", "Subject: Undeliverable mail\n\n"
	tests := []struct {
		name, mail, want string
	}{
		{"qmail", "Return-Path: <>\n" + daemon + "Subject: failure notice\n\nHi. This is the qmail-send program at mx.example.net.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<gone@reader.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <bounces@magazine.example>\n" + returnedMail, "hard gone@reader.example"},
		{"qmail, remote", daemon + "Subject: failure notice\n\nHi. This is the qmail-send program at mx.example.net.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\n<full@reader.example>:\n192.0.2.1 does not like recipient.\nRemote host said: 552 5.2.2 mailbox full\nGiving up on 192.0.2.1.\n\n--- Below this line is a copy of the message.\n\n" + returnedMail, "soft full@reader.example"},
		{"sendmail 5", daemon + "Subject: Returned mail: Host unknown\n\n   ----- Transcript of session follows -----\n550 gone@reader.example... Host unknown (Name server: reader.example: host not found)\n\n   ----- Unsent message follows -----\n" + returnedMail, "hard gone@reader.example"},
		{"Exchange 2007", "From: <postmaster@example.net>\nTo: bounces@magazine.example\nSubject: Undeliverable: Issue 12\n\nDelivery has failed to these recipients or distribution lists:\n\ngone@reader.example<mailto:gone@reader.example>\nThe recipient's e-mail address was not found in the recipient's e-mail system. Microsoft Exchange will not try to redeliver this message for you.\n\nDiagnostic information for administrators:\n\nGenerating server: mx.example.net\n\ngone@reader.example\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n\nOriginal message headers:\n\n" + returnedMail, "hard gone@reader.example"},
		{"Courier", daemon + "Subject: NOTICE: mail delivery status.\n\nThis is a delivery status notification from mx.example.net,\nrunning the Courier mail server, version 0.65.2.\n\nThe original message was received on Sat, 11 Dec 2010 12:19:57 +0900\n\n---------------------------------------------------------------------------\n\n                           UNDELIVERABLE MAIL\n\nYour message to the following recipients cannot be delivered:\n\n<gone@reader.example>:\n    mx.reader.example [192.0.2.1]:\n>>> RCPT TO:<gone@reader.example>\n<<< 550 5.1.1 <gone@reader.example>... User Unknown\n\n---------------------------------------------------------------------------\n\n" + returnedMail, "hard gone@reader.example"},
		{"Sun Messaging Server", daemon + "Subject: Delivery Notification: Delivery has failed\n\nThis report relates to a message you sent with the following header fields:\n\n  Message-id: <a@magazine.example>\n  Date: Fri, 21 Nov 2014 23:34:45 +0900\n  From: Weekly <weekly@magazine.example>\n  To: gone@reader.example\n  Subject: Issue 12\n\nYour message cannot be delivered to the following recipients:\n\n  Recipient address: gone@reader.example\n  Reason: Remote SMTP server has rejected address\n  Diagnostic code: smtp;550 5.1.1 <gone@reader.example>... User Unknown\n  Remote system: dns;mx.reader.example (TCP|17.111.174.67|47323|192.0.2.225|25)\n", "hard gone@reader.example"},
		{"KDDI", "From: no-reply@app.auone-net.jp\nReturn-Path: <>\nTo: bounces@magazine.example\nSubject: Mail could not be delivered\n\nYour mail sent on: Thu, 29 Apr 2010 11:04:47 +0900\n     Could not be delivered to: <full@reader.example>\n     As their mailbox is full.\n\n" + returnedMail, "soft full@reader.example"},
		{"InterScan", daemon + "Subject: Mail delivery failed\n\nUnable to deliver message to the following recipient(s):\n\nSent >>> RCPT TO:<gone@reader.example>\nReceived <<< 550 5.1.1 unknown user\n", "hard gone@reader.example"},
		{"McAfee", daemon + "Subject: Undeliverable mail\n\n--- The following addresses had delivery problems ---\n\n<gone@reader.example>   (User unknown gone@reader.example)\n", "hard gone@reader.example"},
		{"SurfControl", "From: Mail Server <postmaster@example.net>\nTo: bounces@magazine.example\n" + undelivered + "Your message could not be sent.\nA transcript of the attempts to send the message follows.\nThe number of attempts made: 1\nAddressed To: gone@reader.example\n\nThu 29 Apr 2010 23:34:45 +0900\nFailed to send to identified host,\ngone@reader.example: [192.0.2.5], 550 gone@reader.example... No such user\n--- Message non-deliverable.\n", "hard gone@reader.example"},
		{"MailFoundry", daemon + "Subject: Message delivery has failed\n\nUnable to deliver message to: <gone@reader.example>\nDelivery failed for the following reason:\nServer mx.reader.example[192.0.2.22] failed with: 550 <gone@reader.example> No such user here\n\nThis has been a permanent failure.  No further delivery attempts will be made.\n", "hard gone@reader.example"},
		{"Yahoo", daemon + "Subject: Failure Notice\n\nSorry, we were unable to deliver your message to the following address.\n\n<gone@reader.example>:\nRemote host said: 550 5.1.1 <gone@reader.example>... User Unknown [RCPT_TO]\n\n--- Below this line is a copy of the message.\n\n" + returnedMail, "hard gone@reader.example"},
		{"Biglobe", daemon + "Subject: Returned mail: UserFull\n\n   ----- The following addresses had delivery problems -----\nfull@reader.example\n\n   ----- Non-delivered information -----\nThe number of messages in recipient's mailbox exceeded the local limit.\n\n" + returnedMail, "soft full@reader.example"},
		{"a line of its own", daemon + "Subject: Delivery failure\n\nThe original message was received at Thu, 29 Apr 2010 23:34:45 +0900\nfrom weekly@magazine.example\n\n---The following addresses had delivery errors---\n\ngone@reader.example [User unknown]\n", "hard gone@reader.example"},
		{"GMX", daemon + "Subject: Mail delivery failed: returning message to sender\n\nThis message was created automatically by mail delivery software.\nA message that you sent could not be delivered to one or more of its recipients.\nThe following address failed:\n\n\"gone@reader.example\":\nSMTP error from remote server after RCPT command:\nhost: mx.reader.example\n5.1.1 <gone@reader.example>... User Unknown\n\n--- The header of the original message is following. ---\n\n" + returnedMail, "hard gone@reader.example"},
		{"German", "From: Postmaster <postmaster@example.net>\nTo: bounces@magazine.example\nSubject: Unzustellbar: Issue 12\n\nIhre Nachricht konnte nicht zugestellt werden:\n\n  gone@reader.example\n  Empfänger unbekannt\n\n" + returnedMail, "hard gone@reader.example"},
		{"MDaemon", "From: MDaemon@example.net\nTo: bounces@magazine.example\nSubject: Permanent Delivery Failure\n\nThe attached message had PERMANENT fatal delivery errors!\n\nFailed address: gone@reader.example\n\n--- Session Transcript ---\n Mon 2026-11-23 10:00:00: --> RCPT To:<gone@reader.example>\n Mon 2026-11-23 10:00:00: <-- 550 5.1.1 User unknown\n", "hard gone@reader.example"},
		{"still trying", "Return-Path: <>\n" + daemon + "Subject: Warning: message 1abc delayed 24 hours\n\nThis message was created automatically by mail delivery software.\nA message that you sent has not yet been delivered to one or more of its recipients.\n\nThe address to which the message has not yet been delivered is:\n\n  slow@reader.example\n    Delay reason: mailbox is full\n\nNo action is required on your part. Delivery attempts will continue for some time.\n", "soft slow@reader.example"},
		{"a list", "From: talk-admin@reader.example\nTo: weekly@magazine.example\nX-MLServer: fml [fml 4.0.3 release]\nSubject: You weekly@magazine.example are not member (talk ML)\n\nYou are not a member of this mailing list <talk@reader.example>.\nIf you know the general guide of this list, please send mail to the address\n\n\ttalk-ctl@reader.example\n", "soft talk@reader.example"},
		{"a list's loop", "From: talk-admin@reader.example\nTo: talk-admin@reader.example\nX-MLServer: fml [fml 4.0.3 release]\nSubject: Loop Alert: Duplicated Message-ID (talk ML)\n\nDuplicated Message-ID in <talk@reader.example>.\n", "soft talk@reader.example"},

		{"Mailman", "Return-Path: <>\nFrom: talk-bounces@reader.example\nTo: weekly@magazine.example\nSubject: Request to mailing list Talk rejected\nX-List-Administrivia: yes\n\nYour request to the talk@reader.example mailing list\n\n    Posting of your message titled \"Issue 12\"\n\nhas been rejected by the list moderator:\n\n\"Non-members are not allowed to post messages to this list.\"\n\nAny questions should be directed to the list administrator at:\n\n    talk-owner@reader.example\n", "soft talk@reader.example"},
		{"a warning that is final", "From: MDaemon@reader.example\nTo: bounces@magazine.example\nSubject: Warning: reader.example - User unknown!\n\nThe following message to <gone@reader.example> was undeliverable.\nThe reason for the problem:\n550 5.1.1 <gone@reader.example>: Recipient address rejected: User unknown\n", "hard gone@reader.example"},
		{"Chinese, without spaces", daemon + "Subject: =?utf-8?B?57O757uf6YCA5L+h?=\nContent-Type: text/plain; charset=utf-8\n\n退信原因：收件人邮件地址不存在（gone@reader.example）。\n\n" + returnedMail, "hard gone@reader.example"},
		{"Swedish", "From: postmaster@example.net\nTo: bounces@magazine.example\nSubject: Kan inte levereras: Issue 12\n\ngone@reader.example\nMottagaren är okänd.\n", "hard gone@reader.example"},
		{"Polish", daemon + "Subject: Zwrot\n\nNie udało się dostarczyć wiadomości do:\n\ngone@reader.example\nKonto nie istnieje.\n", "hard gone@reader.example"},
		{"Czech", daemon + "Subject: Nedoručitelné: Issue 12\n\ngone@reader.example\nUživatel neexistuje.\n", "hard gone@reader.example"},
		{"Hungarian", daemon + "Subject: Kézbesíthetetlen: Issue 12\n\ngone@reader.example\nIsmeretlen felhasználó.\n", "hard gone@reader.example"},
		{"Turkish", daemon + "Subject: Teslim edilemedi: Issue 12\n\ngone@reader.example\nKullanıcı bulunamadı.\n", "hard gone@reader.example"},
		{"Finnish", daemon + "Subject: Toimitus epäonnistui: Issue 12\n\ngone@reader.example\nTuntematon vastaanottaja.\n", "hard gone@reader.example"},
		{"Korean", daemon + "Subject: Issue 12\n\n메일 전송에 실패했습니다.\n\ngone@reader.example\n존재하지 않는 사용자입니다.\n", "hard gone@reader.example"},
		{"Chinese, traditional", daemon + "Subject: Issue 12\n\n您的郵件無法傳遞至：\n\ngone@reader.example\n使用者不存在\n", "hard gone@reader.example"},

		{"a bounce passed on", "From: a@reader.example\nTo: editors@magazine.example\nSubject: Fwd: Undelivered mail returned to sender\n\nLook at this, mail is undeliverable:\n\n" + returnedMail, "none"},
		{"a report passed on", "From: a@reader.example\nTo: editors@magazine.example\nSubject: FW: your mail\n\nI got this:\n\nFinal-Recipient: rfc822; gone@reader.example\nAction: failed\nStatus: 5.1.1\n", "none"},
		{"a newsletter that shows a bounce", "From: news@other.example\nTo: bounces@magazine.example\nList-Unsubscribe: <https://other.example>\nSubject: What to do about undeliverable mail\n\nMail could not be delivered to a@reader.example:\n\n" + returnedMail, "none"},
		{"a post to a list", "From: a@reader.example\nTo: talk@reader.example\nX-MLServer: fml [fml 4.0.3 release]\nSubject: Delivery failed\n\nMail to b@reader.example was rejected: not a member.\n", "none"},
		{"a list's guide", "From: talk-admin@reader.example\nTo: weekly@magazine.example\nX-MLServer: fml [fml 4.0.3 release]\nSubject: Guide\n\nWho is not a member of <talk@reader.example> may write to talk-ctl@reader.example.\n", "none"},
		{"another list's newsletter", "From: news-admin@other.example\nTo: bounces@magazine.example\nList-Id: <x.other.example>\nSubject: How to reduce bounces and failed deliveries\n\nIf mail was rejected with 550 user unknown, write to help@other.example.\n", "none"},
		{"ordinary mail", "From: a@reader.example\nTo: editors@magazine.example\nSubject: Re: Issue 12\n\nGreat issue! My mailbox is full of it.\n", "none"},
		{"a question about a bounce", "From: a@reader.example\nTo: editors@magazine.example\nSubject: Undelivered mail?\n\nHello, my friend b@reader.example says her mail to you was returned: 550 5.1.1 user unknown. Could you help?\n", "none"},
		{"a forwarded bounce", "From: a@reader.example\nTo: editors@magazine.example\nSubject: Fwd: Issue 12\n\nLook at this:\n> From: MAILER-DAEMON\n> <b@reader.example>: 550 5.1.1 user unknown\n", "none"},
		{"another newsletter", "From: news@other.example\nTo: bounces@magazine.example\nList-Id: <x.other.example>\nPrecedence: bulk\nSubject: How to reduce bounces and failed deliveries\n\nIf mail was rejected with 550 user unknown, write to help@other.example.\n", "none"},
		{"an absence note", "Return-Path: <>\nFrom: a@reader.example\nTo: bounces@magazine.example\nSubject: Out of office: Issue 12\nAuto-Submitted: auto-replied\n\nI am away until Monday. Your mail will not be delivered to anyone else; contact b@reader.example.\n", "auto-reply a@reader.example"},
		{"an absence note without a field", "Return-Path: <>\nFrom: a@reader.example\nTo: bounces@magazine.example\nSubject: Abwesenheitsnotiz: Issue 12\n\nIch bin nicht erreichbar.\n", "auto-reply a@reader.example"},
		{"a challenge", "Return-Path: <>\nFrom: a@reader.example\nTo: bounces@magazine.example\nSubject: Please confirm your message\nAuto-Submitted: auto-replied\n\nYour message to a@reader.example was not delivered yet. Click to verify that you are a person.\n", "auto-reply a@reader.example"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for name, mail := range map[string]string{"LF": tt.mail, "CRLF": strings.ReplaceAll(tt.mail, "\n", "\r\n"), "CR": strings.ReplaceAll(tt.mail, "\n", "\r")} {
				r, err := inbox.Read(strings.NewReader(mail), keyring(t), inbox.Envelope{})
				if err != nil {
					t.Fatal(err)
				}
				var all []string
				for _, f := range r.Findings {
					all = append(all, strings.TrimSpace(string(f.Kind)+" "+f.Recipient))
				}
				if got := strings.Join(all, ", "); got != tt.want {
					t.Errorf("%s: got %s, want %s: %+v", name, got, tt.want, r.Findings)
				}
			}
		})
	}
}
