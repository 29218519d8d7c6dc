package main

import (
	"context"
	"fmt"
	"net/http"
	"net/mail"
	"net/textproto"
	"regexp"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// cmdAnswer is `answer FILE MAIL`: what a reader writes who answers a mail.
func cmdAnswer(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: answer FILE MAIL")
	}
	m, err := mail.ReadMessage(strings.NewReader(ts.ReadFile(args[1])))
	ts.Check(err)
	write(ts, args[0], fmt.Sprintf("From: %s\nTo: editors@magazine.example\nSubject: Re: %s\nIn-Reply-To: %s\n\nI liked it.\n",
		m.Header.Get("To"), m.Header.Get("Subject"), m.Header.Get("Message-ID")))
}

// cmdBounce is `bounce FILE MAIL REPLY`: what a mail system sends back about a mail that
// the next server refused with a reply, by RFC 3464, as Postfix writes it.
func cmdBounce(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: bounce FILE MAIL REPLY")
	}
	header, _, _ := strings.Cut(strings.ReplaceAll(ts.ReadFile(args[1]), "\r\n", "\n"), "\n\n")
	to := ""
	for line := range strings.Lines(header) {
		if value, ok := strings.CutPrefix(line, "To: "); ok {
			to = strings.Trim(value[strings.LastIndexByte(value, ' ')+1:], "<>\n")
		}
	}
	status := strings.Fields(args[2])[1]
	write(ts, args[0], fmt.Sprintf(`Return-Path: <>
From: MAILER-DAEMON@relay.example (Mail Delivery System)
To: bounces@magazine.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="4XYZ/relay.example"

This is a MIME-encapsulated message.

--4XYZ/relay.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host relay.example.

<%[1]s>: host mx.readers.example[192.0.2.1] said: %[2]s
    (in reply to RCPT TO command)

--4XYZ/relay.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example
X-Postfix-Queue-ID: 4XYZ
Arrival-Date: Fri, 20 Nov 2026 12:00:00 +0000 (UTC)

Final-Recipient: rfc822; %[1]s
Original-Recipient: rfc822;%[1]s
Action: failed
Status: %[3]s
Remote-MTA: dns; mx.readers.example
Diagnostic-Code: smtp; %[2]s

--4XYZ/relay.example
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

%[4]s

--4XYZ/relay.example--
`, to, args[2], status, header))
}

// cmdHook is `hook URL STATUS BODY MAIL`: a provider posts about a mail; {Field} in the body
// is what the mail's header says.
func cmdHook(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 4 {
		ts.Fatalf("usage: hook URL STATUS BODY MAIL")
	}
	m, err := mail.ReadMessage(strings.NewReader(ts.ReadFile(args[3])))
	ts.Check(err)
	body := regexp.MustCompile(`\{[A-Za-z-]+\}`).ReplaceAllStringFunc(ts.ReadFile(args[2]), func(field string) string {
		return m.Header.Get(strings.Trim(field, "{}"))
	})
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, args[0], strings.NewReader(body))
	ts.Check(err)
	res, err := sceneOf(ts).client.Do(req)
	ts.Check(err)
	defer res.Body.Close()
	if strconv.Itoa(res.StatusCode) != args[1] {
		ts.Fatalf("got %d, want %s", res.StatusCode, args[1])
	}
}

// cmdHandOver is `handover ADDRESS FROM TO FILE CODE`: an MTA hands a mail to a listener, a
// socket by LMTP or a port by SMTP, and is answered with a code, by RCPT or after the mail.
func cmdHandOver(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 5 {
		ts.Fatalf("usage: handover ADDRESS FROM TO FILE CODE")
	}
	network, hello := "tcp", "EHLO"
	if strings.HasPrefix(args[0], "/") {
		network, hello = "unix", "LHLO"
	}
	c, err := textproto.Dial(network, args[0])
	ts.Check(err)
	defer c.Close()
	code, message := 0, ""
	ask := func(command string) bool {
		if command != "" {
			ts.Check(c.PrintfLine("%s", command))
		}
		code, message, err = c.ReadResponse(0)
		ts.Check(err)
		return code/100 < 4
	}
	if ask("") && ask(hello+" mta.example") && ask("MAIL FROM:<"+args[1]+">") && ask("RCPT TO:<"+args[2]+">") && ask("DATA") {
		w := c.DotWriter()
		_, err := w.Write([]byte(ts.ReadFile(args[3])))
		ts.Check(err)
		ts.Check(w.Close())
		ask("")
	}
	if strconv.Itoa(code) != args[4] {
		ts.Fatalf("got %d %s, want %s", code, message, args[4])
	}
}
