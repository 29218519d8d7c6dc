package desk_test

import (
	"slices"
	"testing"
	"time"

	"roundup/internal/desk"
)

// TestMailboxIsNoticed tells of a mailbox that fails for a day while it is tried, of none
// that nobody has tried since, and once more of one that was taken out in between.
func TestMailboxIsNoticed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var told []desk.NewsKind
	open := func() {
		b.open(t, func(o *desk.Options) {
			o.Words = func(n desk.News) desk.Notice {
				told = append(told, n.Kind)
				return desk.Notice{Subject: "S", Text: "T"}
			}
		})
	}
	imap := &b.cfg.Bounces.IMAP
	imap.Host, imap.Port, imap.Username, imap.Mailbox = "imap.example", 993, "b", "INBOX"
	b.cfg.Notify.Email = []string{"editor@magazine.example"}
	open()
	name := imap.Name()
	reads := func(fault string) {
		t.Helper()
		if err := b.store.SaveMailboxReading(t.Context(), name, fault, "", ""); err != nil {
			t.Fatal(err)
		}
	}
	mails := func(step string, want int) {
		t.Helper()
		b.now = b.now.Add(time.Minute)
		if err := b.desk.Tell(t.Context()); err != nil {
			t.Fatal(err)
		}
		got := 0
		for _, m := range b.relay.Mails() {
			if slices.Contains(m.To, "editor@magazine.example") {
				got++
			}
		}
		if got != want {
			t.Errorf("%s: %d notices (%q), want %d", step, got, told, want)
		}
	}
	reads("login")
	mails("at once", 0)
	b.now = b.now.Add(25 * time.Hour)
	mails("a day after, and nobody has tried since", 0)
	reads("login")
	mails("a day after", 1)
	mails("again", 1)

	// Taken out, it is nobody's any more; put back, it is told of anew.
	imap.Host = ""
	open()
	mails("taken out", 1)
	imap.Host = "imap.example"
	open()
	mails("put back", 2)

	// Renamed, nothing remains of the old one.
	imap.Port = 143
	open()
	mails("renamed", 2)
	imap.Port = 993
	open()
	mails("named as before", 3)
	reads("")
	mails("read again", 4)
}
