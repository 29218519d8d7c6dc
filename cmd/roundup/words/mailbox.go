package words

import (
	"cmp"
	"fmt"

	"roundup/delivery/mailbox"
	"roundup/internal/desk"
	"roundup/internal/oneline"
	"roundup/internal/wording"
	"roundup/store"
)

// Mailbox says what is the matter with a mailbox, and what to do about it.
func Mailbox(t *mailbox.Trouble) (what, todo string) {
	what = map[mailbox.Code]string{
		mailbox.Unreachable: "nobody answers",
		mailbox.NoTLS:       "the server does not encrypt the connection, and nothing was sent",
		mailbox.Certificate: "the server's certificate can't be trusted, and nothing was sent",
		mailbox.NoToken:     "the token command gave no token",
		mailbox.Login:       "the server does not accept the login",
		mailbox.NoMailbox:   "there is no such mailbox, or it may not be opened",
		mailbox.NoFolder:    "the mailbox " + t.About + " is missing and can't be made; mails were taken, and are where they were",
		mailbox.NotMoved:    "a mail was taken and can't be moved: it is where it was",
		mailbox.Copied:      "a mail was taken and copied, and can't be taken away from where it was",
		mailbox.Withheld:    "the server has a mail and does not give it: it is where it was, for a person to look at",
		mailbox.Busy:        "the server gives no mails for now; what was not read is read next time",
		mailbox.NotTaken:    "what a mail says could not be recorded; it is where it was, and is read again next time",
		mailbox.Closed:      "the server closed the connection; what was not read is read next time",
		mailbox.Slow:        "the server did not answer in time; what was not read is read next time",
		mailbox.TooMuch:     "the server sent more than was asked for",
		mailbox.Broken:      "what the server says is not understood",
	}[t.Code]
	todo = map[mailbox.Code]string{
		mailbox.Unreachable: "see bounces.imap.host and port",
		mailbox.NoTLS:       "see bounces.imap.tls and port: implicit (993) or starttls (143)",
		mailbox.Certificate: "name the server by the name its certificate has, or trust its issuer with bounces.imap.ca_file",
		mailbox.NoToken:     "run bounces.imap.token_command by hand",
		mailbox.Login:       "see bounces.imap.username and password_file; where the provider wants OAuth, token_command",
		mailbox.NoMailbox:   "see bounces.imap.mailbox",
		mailbox.NoFolder:    "make it by hand, or name one that the server allows: bounces.imap.processed, unknown; some want INBOX. before it",
		mailbox.NotMoved:    "the login needs the right to move mails",
		mailbox.Copied:      "the login needs the right to delete mails",
		mailbox.NotTaken:    "see the database and the disk that it is on",
	}[t.Code]
	if fact := oneline.Of(t.Fact, maxFact); fact != "" {
		what += ": " + fact
	}
	return cmp.Or(what, string(t.Code)), todo
}

// maxFact is how much is shown of what a server says, in octets.
const maxFact = 200

// mailboxNews is what became of a mailbox.
func mailboxNews(kind desk.NewsKind, m store.MailboxRecord) desk.Notice {
	if kind == desk.MailboxReads {
		return desk.Notice{Subject: "the mailbox of bounces can be read again", Text: "It is " + m.Name + "."}
	}
	what, todo := Mailbox(&mailbox.Trouble{Code: mailbox.Code(m.Fault), About: m.About, Fact: m.Fact})
	subject, text := "for a day, mails were left in the mailbox of bounces", m.Name+"\n"+what
	if !mailbox.Code(m.Fault).OfOneMail() {
		subject = "the mailbox of bounces can't be read for a day"
		text += "\nIssues go out; readers whom mail does not reach are mailed on."
	}
	if todo != "" {
		text += "\nWhat to do: " + todo
	}
	return desk.Notice{Subject: subject, Text: text + "\nTry it: roundup bounces fetch"}
}

// Fetched sums up a reading of a mailbox.
func Fetched(d mailbox.Done, processed, unknown string) string {
	words := fmt.Sprintf("%s: %d understood, to %s, %d not understood, to %s.", wording.Count(d.Understood+d.Unknown, "mail"),
		d.Understood, oneline.Plain(processed), d.Unknown, oneline.Plain(unknown))
	if d.More {
		words += " There are more."
	}
	return words
}
