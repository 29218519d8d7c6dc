package inbox_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"roundup/delivery/inbox"
	"roundup/internal/testing/measure"
)

// mostTime is the processor time that no mail may take, however it is built: far above what
// any needs, far below what a reader needs that is not linear.
const mostTime = 5 * time.Second

// TestBombs reads mails as large as are looked at, made to take long: whoever reads a
// mailbox or listens waits for each.
func TestBombs(t *testing.T) { // not parallel: it measures
	if testing.Short() || measure.UnderRace {
		t.Skip("takes long; and time is not the program's own under the race detector")
	}
	fill := func(s string) string { return strings.Repeat(s, inbox.MaxMail/len(s)) }
	numbered := func(format string, n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	const daemon = "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net\nSubject: Undelivered Mail Returned to Sender\n"
	status := func(fields string) string {
		return daemon + "Content-Type: multipart/report; boundary=b\n\n--b\n\n" + strings.Repeat("It was not delivered: 550 5.1.1 user unknown\n", 10) +
			"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n" + fields + "\n--b--\n"
	}
	tests := []struct{ name, mail string }{
		{"styles without an end", daemon + "Content-Type: text/html\n\n" + fill("<style>")},
		{"comments without an end", daemon + "Content-Type: text/html\n\n" + fill("<!-- ")},
		{"tags without an end", daemon + "Content-Type: text/html\n\n" + fill("<a b='")},
		{"parts of HTML", daemon + "Content-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--b\nContent-Type: text/html\n\n"+strings.Repeat("<head>", 3000)+"\n", 200)},
		{"recipients", status(numbered("Final-Recipient: rfc822; r%d@x.example\nAction: failed\n\n", 60_000))},
		{"recipients without a line between", status(fill("Final-Recipient: rfc822; a@x\n"))},
		{"recipients with many words", status(strings.Repeat("Final-Recipient: rfc822; a@x.example\nDiagnostic-Code: smtp; "+strings.Repeat("550 5.1.1 ", 4000)+"\n\n", 100))},
		{"recipients of whom much is said, and nothing", strings.Replace(status(strings.ReplaceAll(
			numbered("Final-Recipient: rfc822; r%d@x.example\nAction: failed\nDiagnostic-Code: smtp; WORDS\n\n", 100), "WORDS", strings.Repeat("qwerty ", 500))),
			"It was", numbered("r%d@x.example qwerty\n", 100)+strings.Repeat("qwerty ", 500)+"\n\nIt was", 1)},
		{"lines of a field", status("Final-Recipient: rfc822; a@x.example\nStatus: 5.1.1\n" + strings.Repeat("X: "+strings.Repeat("\n a", 33_000)+"\n\n", 40))},
		{"addresses that it was for", daemon + "\nIt was not delivered.\n\nReceived: x\nSubject: x\n" + numbered("To: "+numbered("a%d.%%[1]d@x,", 100)+"b%[1]d@y\n", 1_500)},
		{"addresses that it came to", numbered("To: "+numbered("a%d.%%[1]d@x,", 100)+"b%[1]d@y\n", 1_500) + daemon + "\nIt was not delivered: a1.1@x a2.2@x\n"},
		{"addresses in a part of its own", daemon + "Content-Type: multipart/report; boundary=b\n\n--b\n\nNot delivered.\n--b\nContent-Type: message/rfc822\n\n" +
			numbered("To: "+numbered("a%d.%%[1]d@x,", 100)+"b%[1]d@y\n", 1_500) + "\n--b--\n"},
		{"lines that may be a boundary", daemon + "Content-Type: multipart/mixed; boundary=none\n\n" + numbered("--boundary%06d\n", 250_000)},
		{"lines that begin a header", daemon + "\nIt was not delivered.\n" + fill("To: a\n")},
		{"lines that announce a header", daemon + "\nIt was not delivered.\n" + fill("--- original message\n")},
		{"text without spaces", daemon + "\nIt was not delivered: " + fill("a@")},
		{"lines with an address", daemon + "\nIt was not delivered:\n" + fill("<a@x.example>: ")},
		{"a notification of nothing", "From: no-reply@sns.example\n\n{\"notificationType\":\"Bounce\",\"bounce\":{\"bouncedRecipients\":[{}" + strings.Repeat(",{}", 340_000) + "]}}"},
		{"a notification of many", "From: no-reply@sns.example\n\n{\"notificationType\":\"Bounce\",\"bounce\":{\"bouncedRecipients\":[{}" +
			strings.Repeat(`,{"diagnosticCode":"smtp; 550 x"}`, 30_000) + "]}}"},
	}
	k := keyring(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			start := measure.Spent()
			r, err := inbox.Read(strings.NewReader(tt.mail), k, inbox.Envelope{})
			took := measure.Spent() - start
			t.Logf("%d KB: %s, %d findings", len(tt.mail)>>10, took, len(r.Findings))
			if err != nil || len(r.Findings) == 0 || took > mostTime {
				t.Errorf("%d findings, %v, took %s", len(r.Findings), err, took)
			}
		})
	}
}
