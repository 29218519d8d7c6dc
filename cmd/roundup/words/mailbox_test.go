package words_test

import (
	"strings"
	"testing"

	"roundup/cmd/roundup/words"
	"roundup/delivery/mailbox"
	"roundup/internal/desk"
	"roundup/store"
)

// TestMailboxHasWords: whatever is the matter with a mailbox has words, and a server's own
// can do no harm.
func TestMailboxHasWords(t *testing.T) {
	t.Parallel()
	for _, code := range mailbox.Codes() {
		what, _ := words.Mailbox(&mailbox.Trouble{Code: code, About: "Unknown", Fact: "no\x1b[2J\r\nroundup: all is well"})
		if !strings.Contains(what, " ") || strings.ContainsAny(what, "\x1b\r\n") || strings.HasPrefix(what, string(code)+":") {
			t.Errorf("%s: %q", code, what)
		}
		notice := words.Notice(desk.News{Kind: desk.MailboxFails, Mailbox: store.MailboxRecord{Name: "b@imap.example:993/INBOX", Fault: string(code)}})
		if !strings.Contains(notice.Text, what[:10]) || !strings.Contains(notice.Text, "imap.example") {
			t.Errorf("%s: %q", code, notice.Text)
		}
		if got := strings.Contains(notice.Subject, "can't be read"); got == code.OfOneMail() {
			t.Errorf("%s: %q", code, notice.Subject)
		}
	}
}
