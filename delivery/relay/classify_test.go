package relay_test

import (
	"testing"

	"roundup/delivery/relay"
)

// TestClassify goes through replies as real servers write them.
func TestClassify(t *testing.T) {
	t.Parallel()
	const (
		refused  = relay.RefusedReader
		deferred = relay.DeferredReader
		later    = relay.Later
		stop     = relay.Stop
		end      = "end of data"
	)
	tests := []struct {
		who, command, reply string
		want                relay.Verdict
	}{
		// No reader has been named.
		{"Postfix, disk full", "MAIL", "452 4.3.1 Insufficient system storage", later},
		{"Postfix, unknown sender domain", "MAIL", "450 4.1.8 <a@b.example>: Sender address rejected: Domain not found", later},
		{"greylisting by sender", "MAIL", "451 4.7.1 Greylisting in action, please come back later", later},
		{"SES, sandbox", "MAIL", "554 Message rejected: Email address is not verified", stop},
		{"Postfix, no authentication", "MAIL", "530 5.7.0 Authentication required", stop},
		{"STARTTLS wanted", "MAIL", "530 5.7.0 Must issue a STARTTLS command first", stop},
		{"sender not ours", "MAIL", "553 5.7.1 <a@b.example>: Sender address rejected: not owned by user weekly", stop},
		{"too large", "MAIL", "552 5.3.4 Message size exceeds fixed limit", stop},
		{"parameters", "MAIL", "555 5.5.4 Unsupported option: SMTPUTF8", stop},
		{"shutting down", "MAIL", "421 4.3.2 Service shutting down", later},
		{"SES, daily quota", "MAIL", "454 Throttling failure: Daily message quota exceeded.", later},
		{"SendGrid, credits", "MAIL", "451 Authentication failed: Maximum credits exceeded", later},
		{"EAI, not on the way", "MAIL", "553 5.6.7 Non-ASCII addresses not permitted for that sender/recipient", refused},

		// Dead addresses.
		{"Postfix", "RCPT", "550 5.1.1 <x@y.example>: Recipient address rejected: User unknown in virtual mailbox table", refused},
		{"Postfix, relay recipients", "RCPT", "550 5.1.1 <x@y.example>: Recipient address rejected: User unknown in relay recipient table", refused},
		{"Gmail", "RCPT", "550 5.1.1 The email account that you tried to reach does not exist. Please try double-checking", refused},
		{"Exchange Online", "RCPT", "550 5.4.1 Recipient address rejected: Access denied. AS(201806281)", refused},
		{"Yahoo", "RCPT", "554 delivery error: dd This user doesn't have a yahoo.com account (x@yahoo.com) [0]", refused},
		{"Outlook.com", "RCPT", "550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302).", refused},
		{"plain", "RCPT", "550 No such user here", refused},
		{"Exim", "RCPT", "550 Unrouteable address", refused},
		{"disabled", "RCPT", "550 5.2.1 The email account that you tried to reach is disabled.", refused},
		{"null MX", "RCPT", "556 5.1.10 Recipient address has null MX", refused},
		{"no such domain", "RCPT", "550 5.1.2 Host or domain name not found", refused},
		{"moved", "RCPT", "551 User not local; please try <z@y.example>", refused},
		{"name not allowed", "RCPT", "553 5.1.3 Bad recipient address syntax", refused},
		{"syntax of the address", "RCPT", "501 5.1.3 Bad recipient address syntax", refused},
		{"full, for good", "RCPT", "550 5.2.2 Mailbox quota exceeded", refused},
		{"EAI", "RCPT", "550 5.6.7 Non-ASCII addresses not supported", refused},
		{"Exchange, closed group", "RCPT", "550 5.7.1 RESOLVER.RST.AuthRequired; authentication required", refused},
		{"policy of one domain", "RCPT", "550 5.7.1 Message rejected due to the recipient's policy", refused},
		{"loop", "RCPT", "554 5.4.6 Too many hops", refused},
		{"receiving too fast, for good", "RCPT", "550 5.2.1 The user you are trying to contact is receiving mail at a rate that prevents delivery", refused},

		// About us, though a reader was named.
		{"Postfix, relay", "RCPT", "554 5.7.1 <x@y.example>: Relay access denied", stop},
		{"sendmail, relay", "RCPT", "550 5.7.1 <x@y.example>... Relaying denied", stop},
		{"Exchange, relay", "RCPT", "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain", stop},
		{"Exim, relay", "RCPT", "550 relay not permitted", stop},
		{"authentication", "RCPT", "530 5.7.1 Authentication required", stop},
		{"authentication, by word", "RCPT", "550 5.7.1 Authentication is required to send mail", stop},
		{"authentication lost", "RCPT", "535 5.7.8 Error: authentication failed", stop},
		{"sender's domain", "RCPT", "553 5.1.8 Domain of sender address does not exist", stop},
		{"Exim, callout", "RCPT", "550 Sender verify failed", stop},
		{"our host", "RCPT", "554 5.7.1 <unknown[192.0.2.1]>: Client host rejected: Access denied", stop},
		{"Gmail, day's limit", "RCPT", "550 5.4.5 Daily user sending limit exceeded", stop},
		{"out of step", "RCPT", "503 5.5.1 Error: need MAIL command", stop},
		{"not understood", "RCPT", "500 5.5.2 unrecognized command", stop},

		// Not now, for this reader.
		{"postgrey", "RCPT", "450 4.2.0 <x@y.example>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/", deferred},
		{"greylisting", "RCPT", "451 4.7.1 Greylisting in action, please come back in 00:04:59", deferred},
		{"rspamd", end, "451 4.7.1 Try again later", deferred},
		{"greylisting with quota words", "RCPT", "450 4.7.1 Graylisted: too many messages from new senders", deferred},
		{"Gmail, full", "RCPT", "452 4.2.2 The email account that you tried to reach is over quota.", deferred},
		{"Gmail, fast", "RCPT", "450 4.2.1 The user you are trying to contact is receiving mail too quickly.", deferred},
		{"full, no code", "RCPT", "452 Mailbox full", deferred},
		{"552 is temporary (S13)", "RCPT", "552 Requested mail action aborted: exceeded storage allocation", deferred},
		{"552 at the end", end, "552 5.2.2 Mailbox full", deferred},
		{"unknown for now", "RCPT", "450 4.1.1 <x@y.example>: Recipient address rejected: unverified address", deferred},
		{"their DNS", "RCPT", "450 4.4.3 Recipient domain: nameserver timeout", deferred},
		{"plain 450", "RCPT", "450 Requested mail action not taken", deferred},
		{"plain 451", "DATA", "451 Requested action aborted: local error in processing", deferred},

		// Not now, for anybody.
		{"421", "RCPT", "421 4.7.0 Try again later, closing connection", later},
		{"421 at the end", end, "421 4.3.0 Temporary system problem", later},
		{"Postfix, lookup", "RCPT", "451 4.3.0 <x@y.example>: Temporary lookup failure", later},
		{"Postfix, queue", end, "451 4.3.0 Error: queue file write error", later},
		{"full disk", end, "452 4.3.1 Insufficient system storage", later},
		{"too many unknown recipients", "RCPT", "550 5.7.1 Too many invalid recipients", refused},
		{"a header", "end of data", "550 5.7.1 Invalid email address in From header", refused},
		{"too many recipients (S13)", "RCPT", "452 4.5.3 Error: too many recipients", later},
		{"Microsoft, busy", "RCPT", "451 4.7.500 Server busy. Please try again later from [192.0.2.1].", later},
		{"Microsoft, reputation", "RCPT", "451 4.7.650 The mail server [192.0.2.1] has been temporarily rate limited due to IP reputation.", later},
		{"hourly", "RCPT", "450 4.7.1 Error: too much mail from 192.0.2.1", later},
		{"quota", "RCPT", "450 4.7.1 Sending quota exceeded, try later", later},
		{"throttled at the end", end, "451 Throttled, slow down", later},
		{"our name", "RCPT", "450 4.7.1 Client host rejected: cannot find your reverse hostname", later},
		{"connections", "RCPT", "432 4.3.2 Concurrent connections limit exceeded", later},

		// After the message.
		{"spam, Gmail", end, "550 5.7.1 Our system has detected that this message is likely unsolicited mail.", refused},
		{"spam, Spamhaus", end, "554 5.7.1 Service unavailable; link in the message listed by dbl", refused},
		{"DMARC", end, "550 5.7.26 Unauthenticated email from b.example is not accepted due to domain's DMARC policy.", refused},
		{"virus", end, "554 5.6.1 Message content rejected", refused},
		{"Gmail, content", end, "552 5.7.0 This message was blocked because its content presents a potential security issue.", refused},
		{"transaction failed", end, "554 Transaction failed", refused},
		{"larger than all", end, "552 5.3.4 Message size exceeds file system imposed limit", stop},
		{"larger than his", end, "552 5.2.3 Message exceeds the recipient's size limit", refused},
		{"no right to send", end, "554 5.7.1 You are not allowed to relay", stop},
		{"unusual rate", end, "550 5.7.1 Our system has detected an unusual rate of mail from your account", stop},
	}
	for _, tt := range tests {
		t.Run(tt.command+" "+tt.who, func(t *testing.T) {
			t.Parallel()
			reply, err := readReply(tt.reply + "\r\n")
			if err != nil {
				t.Fatal(err)
			}
			if got := relay.Classify(tt.command, reply); got != tt.want {
				t.Errorf("%s after %s: got %v, want %v", tt.reply, tt.command, got, tt.want)
			}
		})
	}
}

func TestVerdictString(t *testing.T) {
	t.Parallel()
	if got := relay.Unanswered.String(); got != "unanswered" {
		t.Errorf("got %q", got)
	}
	if got := relay.Verdict(0).String() + relay.Verdict(99).String(); got != "no verdictno verdict" {
		t.Errorf("got %q", got)
	}
}
