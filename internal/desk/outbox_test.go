package desk_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"roundup/internal/desk"
	"roundup/internal/testing/smtptest"
	"roundup/store"
	"roundup/store/sqlite"
	"roundup/store/storetest"
	"roundup/subscribers"
)

// Mail that is no issue leaves only from the database in charge: a copy, or one whose
// place another has taken, would write to everybody a second time. It waits there.
func TestOutboxLeavesOnlyFromTheDatabaseInCharge(t *testing.T) {
	t.Parallel()
	queue := func(t *testing.T, b *bundle) {
		if _, err := b.store.Enqueue(t.Context(), store.OutboxMail{
			Dedupe: "x", Kind: "notice", Transport: "mail", Recipient: "editor@magazine.example", Subject: "S", Text: "T",
		}); err != nil {
			t.Fatal(err)
		}
	}
	backup := func(t *testing.T, b *bundle) {
		file := filepath.Join(t.TempDir(), "copy.db")
		if err := b.store.Backup(t.Context(), file); err != nil {
			t.Fatal(err)
		}
		var err error
		if b.store, err = sqlite.Open(t.Context(), file, sqlite.Options{Now: b.clock}); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = b.store.Close() })
	}
	rehearse := func(_ *testing.T, b *bundle) { b.cfg.SMTP.Host, b.cfg.SMTP.TLS = "relay.example", "starttls" }
	tests := []struct {
		name      string
		then      func(*testing.T, *bundle)
		rehearsal bool
		sent      int
	}{
		{"in charge", func(*testing.T, *bundle) {}, false, 1},
		{"a copy", backup, false, 0},
		{"a rehearsal with a relay elsewhere", rehearse, true, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			queue(t, b)
			tt.then(t, b)
			b.open(t, func(o *desk.Options) { o.Rehearsal = tt.rehearsal })
			for _, flush := range []func() error{
				func() error { return b.desk.FlushOutbox(t.Context()) },
				func() error { return b.desk.Tell(t.Context()) },
			} {
				if err := flush(); err != nil {
					t.Fatal(err)
				}
			}
			if got := len(b.relay.Mails()); got != tt.sent {
				t.Errorf("%d mails left, want %d", got, tt.sent)
			}
			if _, waits, err := b.store.ClaimOutbox(t.Context()); err != nil || waits != (tt.sent == 0) {
				t.Errorf("a mail waits: %t, %v", waits, err)
			}
		})
	}
}

// A domain that takes no mail is not mailed a confirmation, which is on record; where the
// name servers do not answer it is, and they are left alone for a while. Other mail, and
// names that are nobody's, are not asked about.
func TestConfirmationToADomainWithoutMail(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var asked []string
	b.open(t, func(o *desk.Options) {
		o.TakesMail = func(_ context.Context, domain string) (bool, error) {
			asked = append(asked, domain)
			if domain == "broken.org" {
				return false, errors.New("no answer")
			}
			return domain == "well.org", nil
		}
	})
	for i, to := range []string{"a@well.org", "b@nowhere.org", "c@readers.example", "d@broken.org", "e@nowhere.org"} {
		up := subscribers.Subscriber{Email: to, Key: to, Status: subscribers.Pending}
		if _, err := b.store.Add(t.Context(), up, storetest.Anna()); err != nil {
			t.Fatal(err)
		}
		if _, err := b.store.Enqueue(t.Context(), store.OutboxMail{
			Dedupe: fmt.Sprint(i), Kind: "confirmation", Transport: "mail", Recipient: to, Subject: "S", Text: "T",
		}); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.desk.FlushOutbox(t.Context()); err != nil {
		t.Fatal(err)
	}
	var to []string
	for _, m := range b.relay.Mails() {
		to = append(to, m.To[0])
	}
	if want := []string{"a@well.org", "c@readers.example", "d@broken.org", "e@nowhere.org"}; !slices.Equal(to, want) {
		t.Errorf("mailed %q, want %q", to, want)
	}
	if want := []string{"well.org", "nowhere.org", "broken.org"}; !slices.Equal(asked, want) {
		t.Errorf("asked about %q, want %q", asked, want)
	}
	sub, err := b.store.FindSubscriber(t.Context(), "b@nowhere.org")
	if err != nil {
		t.Fatal(err)
	}
	events, err := b.store.SubscriberEvents(t.Context(), sub.ID)
	if err != nil || len(events) == 0 || events[len(events)-1].What != "not asked to confirm" || events[len(events)-1].Detail == "" {
		t.Errorf("on record: %+v, %v", events, err)
	}
}

// A reader who erases themselves while their mail is on its way keeps nobody else's back.
func TestErasedWhileTheirMailIsSent(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var readers []string
	for i := range 5 {
		to := fmt.Sprintf("reader%d@readers.example", i+1)
		readers = append(readers, to)
		if _, err := b.store.Add(t.Context(), subscribers.Subscriber{Email: to, Key: to, Status: subscribers.Active}, storetest.Anna()); err != nil {
			t.Fatal(err)
		}
		if _, err := b.store.Enqueue(t.Context(), store.OutboxMail{
			Dedupe: to, Kind: "welcome", Transport: "mail", Recipient: to, Subject: "S", Text: "T",
		}); err != nil {
			t.Fatal(err)
		}
	}
	relay, err := smtptest.New(smtptest.Options{Script: func(e smtptest.Event) *smtptest.Action {
		if e.Step == smtptest.DATA && e.To == readers[1] {
			if err := b.store.Forget(context.Background(), readers[1], storetest.Anna()); err != nil {
				t.Error(err)
			}
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = relay.Close() })
	b.cfg.SMTP.Port = relay.Port()
	b.open(t)
	if err := b.desk.FlushOutbox(t.Context()); err != nil {
		t.Error(err)
	}
	var mailed []string
	for _, m := range relay.Mails() {
		mailed = append(mailed, m.To[0])
	}
	if !slices.Equal(mailed, readers) {
		t.Errorf("mailed %q, want %q", mailed, readers)
	}
}

// Whose mail goes to another address is asked to answer only where that is read.
func TestOldAddressIsAskedToAnswer(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, readBy := range []string{"", "editors@weekly.example"} {
		b.cfg.Mail.ReplyTo.Address = readBy
		b.open(t)
		m, err := b.desk.AddressChanged("", "a***@new.example", "AQ")
		if err != nil || strings.Contains(m.Text, "answer this mail") != (readBy != "") || !strings.Contains(m.Text, "within seven days:") {
			t.Errorf("read by %q: %v\n%s", readBy, err, m.Text)
		}
	}
}
